"""Times as feeds write them."""

from datetime import UTC, datetime

FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d/%m/%Y", "%Y%m%d")


def moment(said: object) -> datetime | None:
    """Naive UTC of an ISO 8601 time, a date, or seconds since 1970; None where it is none or cannot be."""
    if isinstance(said, bool) or said is None:
        return None
    text = str(said).strip()
    try:
        if text.isascii() and text.isdigit() and 9 <= len(text) <= 10:
            return datetime.fromtimestamp(int(text), UTC).replace(tzinfo=None)
        found = parsed(text)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def parsed(text: str) -> datetime:
    """Raises ValueError."""
    bare = text.removesuffix(" UTC")
    try:
        return datetime.fromisoformat(bare)
    except ValueError:
        for style in FORMATS:
            try:
                return datetime.strptime(bare, style)  # noqa: DTZ007 (feeds without a zone mean UTC)
            except ValueError:
                continue
        raise
