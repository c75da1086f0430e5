"""What a story is called in the machine: its id, and whom it is about."""

import hashlib
from collections import Counter
from collections.abc import Iterable


def story_uid(tenant: str, finding: str) -> str:
    """The same for the same company and earliest finding, and fit for a URL."""
    return hashlib.sha256(f"{tenant}\0{finding}".encode()).hexdigest()[:20]


def most_common(values: Iterable[str | None]) -> str | None:
    """The value seen most often; of equals the one seen first."""
    counted = Counter(value for value in values if value)
    return max(counted, key=counted.__getitem__, default=None)
