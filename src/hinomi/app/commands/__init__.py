"""The commands of the command line, one file each; the file's name is the command's name."""
