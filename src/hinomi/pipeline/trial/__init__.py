"""Unknown lines are tried on the shelf: which source reads them, what it makes of them, and what it leaves."""
