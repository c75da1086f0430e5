"""What a browser says of itself, in the two words that tell a person which device it is."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that occurs counts: each also says the names of those after it."""


def called(agent: str) -> str:
    """``Windows, Edge``; what cannot be told is left out, and a program is called by its first word."""
    known = [next((name for mark, name in table if mark in agent), "") for table in (SYSTEMS, BROWSERS)]
    return ", ".join(filter(None, known)) or agent.split("/")[0][:40] or "—"
