"""Syslog over TCP divided into messages: octet counting and line feed, message by message (RFC 6587)."""

from collections.abc import Iterator

LONGEST = 1024 * 1024


class Framing:
    """Feed bytes as they arrive, take whole messages; the method may change from message to message.

    A message longer than 1 MiB is given in pieces, so that nothing is lost and memory stays bounded.
    """

    def __init__(self) -> None:
        self.buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self.buffer += data
        while (message := self.take()) is not None:
            if message:
                yield message

    def take(self) -> bytes | None:
        """The next whole message, empty for a bare line end, None if more bytes are needed."""
        counted = self.count()
        if counted is not None:
            start, length = counted
            return self.cut(start, start + length) if len(self.buffer) >= start + length else None
        return self.line()

    def count(self) -> tuple[int, int] | None:
        """Offset and length of an octet-counted message at the start of the buffer, if that is what it is."""
        head = bytes(self.buffer[:8])
        digits, space, _ = head.partition(b" ")
        if not space or not digits.isdigit() or digits.startswith(b"0") or int(digits) > LONGEST:
            return None
        after = self.buffer[len(digits) + 1 : len(digits) + 2]
        return (len(digits) + 1, int(digits)) if not after or after == b"<" else None

    def line(self) -> bytes | None:
        end = self.buffer.find(b"\n", 0, LONGEST + 1)
        if end >= 0:
            message = bytes(self.buffer[:end]).rstrip(b"\r\0")
            del self.buffer[: end + 1]
            return message
        return self.cut(0, LONGEST) if len(self.buffer) > LONGEST else None

    def cut(self, start: int, end: int) -> bytes:
        message = bytes(self.buffer[start:end]).rstrip(b"\r\n\0")
        del self.buffer[:end]
        return message

    def rest(self) -> bytes:
        """What is left when the sender hangs up: a last message without its end."""
        message = bytes(self.buffer).rstrip(b"\r\n\0")
        self.buffer.clear()
        return message


def one_line(message: bytes) -> bytes:
    """A message as one line of a block; an embedded line feed becomes ``#012``, as rsyslog writes it."""
    return message.replace(b"\r\n", b"#012").replace(b"\n", b"#012") + b"\n"
