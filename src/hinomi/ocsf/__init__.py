"""The language of hinomi: OCSF, as a flat Arrow schema for the lake and as nested JSON for people and peers."""
