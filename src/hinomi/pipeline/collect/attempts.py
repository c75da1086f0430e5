"""Wrong tokens by address: after many, an address is told to wait. A right token is never held up."""

from collections import OrderedDict
from datetime import datetime, timedelta

MOST_WRONG = 20
WINDOW = timedelta(minutes=1)
MOST_ADDRESSES = 10_000


class Attempts:
    """Counts in fixed windows; bounded, the address that was quiet longest is forgotten first."""

    def __init__(self) -> None:
        self.counted: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def wrong(self, address: str, now: datetime) -> int | None:
        """Count one; seconds the address must wait, or None while it may go on trying."""
        since, count = self.counted.pop(address, (now, 0))
        if now - since >= WINDOW:
            since, count = now, 0
        self.counted[address] = (since, count + 1)
        if len(self.counted) > MOST_ADDRESSES:
            self.counted.popitem(last=False)
        if count < MOST_WRONG:
            return None
        return max(1, round((since + WINDOW - now).total_seconds()))
