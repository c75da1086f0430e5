"""Numbers in a sentence for people: sizes, times of day, days. Japanese."""

from datetime import date, datetime, timedelta

SIZES = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def size(number: float) -> str:
    """Bytes as people say them, two digits at least."""
    for unit, word in SIZES:
        if number >= unit:
            value = number / unit
            return f"{value:.1f} {word}" if value < 10 else f"{value:,.0f} {word}"
    return f"{int(number)} バイト"


def span(seconds: float) -> str:
    """A length of time, roughly."""
    if seconds < 90:
        return f"{round(seconds)} 秒"
    return f"{round(seconds / 60)} 分" if seconds < 5400 else f"{seconds / 3600:.1f} 時間"


def said_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def at(hour: datetime, moment: int) -> datetime:
    """A moment, given in seconds of its hour."""
    return hour + timedelta(seconds=int(moment))


def times(number: float) -> str:
    """How many times something is the usual."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"
