"""How often one token, or one person, may ask: counted a minute at a time in Django's cache.

By default that is the memory of the console's process, of which there is one; nothing is written for a question.
"""

import time

from django.core.cache import cache

PER_MINUTE = 600
MINUTE = 60


def wait(who: str) -> int:
    """Count a request; seconds to wait if it is one too many, else 0."""
    now = time.time()
    minute, second = divmod(int(now), MINUTE)
    key = f"api-pace-{minute}-{who.replace(' ', '-')}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache forgot it between the two
        return 0
    return MINUTE - second if count > PER_MINUTE else 0
