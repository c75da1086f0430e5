"""The process in which Apprise runs: reads one JSON object, sends one message, prints one word."""

import json
import sys
from typing import Any

PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
FILES = ("syslog.syslog", "os.remove", "os.rename", "os.mkdir", "shutil.rmtree")
FORBIDDEN = frozenset((*PROGRAMS, *FILES))
"""Events (Python's table of audit events) that no message needs."""


class Forbidden(Exception):
    """Apprise tried what no message needs."""


class Watch:
    """What Apprise may do; ``inside`` tells afterwards that it tried to connect into our network."""

    def __init__(self, *, private: bool) -> None:
        self.private, self.inside = private, False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in FORBIDDEN:
            raise Forbidden(event)
        if event in ("socket.connect", "socket.sendto") and not self.private:
            self.look(arguments[1])

    def look(self, address: object) -> None:
        from hinomi.net.post import is_inside

        if not isinstance(address, tuple):  # a socket of this machine
            self.inside = True
            raise Forbidden("local socket")
        if is_inside(str(address[0])):
            self.inside = True
            raise Forbidden("address inside")


def main() -> str:
    import apprise

    asked = json.load(sys.stdin)
    service = apprise.Apprise.instantiate(asked["url"], suppress_exceptions=True)
    if service is None:
        return "unknown"
    watch = Watch(private=asked["private"])
    sys.addaudithook(watch)
    try:
        taken = service.notify(body=asked["text"], title=asked["title"])
    except Forbidden:
        taken = False
    return "sent" if taken else "inside" if watch.inside else "failed"


if __name__ == "__main__":
    sys.stdout.write(main())
