"""The door to every service Apprise knows, by its URL (``discord://…``, ``ntfy://…``, ``line://…``).

Apprise speaks for itself, with its own sockets; so it does in a process of its own, which gets the URL over a pipe
(no list of processes shows it), ends after :data:`TIMEOUT`, and in which an audit hook (PEP 578) refuses connections
into our network, other programs and files: whatever a URL makes Apprise try.
"""

import json
import os
import subprocess
import sys

from hinomi.net.post import INSIDE, PostError

TIMEOUT = 40.0
"""Seconds for one message."""


def notify(url: str, title: str, text: str, *, private: bool) -> None:
    """Return when the service has taken the message over; ``private`` allows addresses inside.

    Raises:
        PostError: it did not; no word of it shows the URL.
    """
    scheme = url.partition(":")[0]
    asked = json.dumps({"url": url, "title": title, "text": text, "private": private})
    command = [sys.executable, "-I", "-m", "hinomi.net.apprised"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HINOMI")}
    try:
        ended = subprocess.run(  # noqa: S603 (our own module)
            command, input=asked.encode(), env=ours, capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise PostError(scheme, "時間内に終わりません (too slow)", permanent=False) from None
    answer = ended.stdout.decode("utf-8", "replace").strip()
    match answer:
        case "sent":
            return
        case "unknown":
            problem = "Apprise が知らない URL です。書き方を確かめてください (Apprise does not know this URL)"
            raise PostError(scheme, problem, permanent=True)
        case "inside":
            raise PostError(scheme, INSIDE, permanent=True)
        case _:
            problem = "相手が受け取りません。URL と相手のサービスを確かめてください (not taken; check URL and service)"
            raise PostError(scheme, problem, permanent=False)
