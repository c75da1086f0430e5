"""A mail's subject as a log has it: decoded where it is in disguise (RFC 2047), kept where the disguise is broken."""

from email.errors import MessageError

from hinomi.library.formats import mime


def decode(header: str | None) -> str | None:
    """The subject as people read it; None where there is none. A character set that is no name is left as it is."""
    if not header:
        return None
    try:
        return mime.decode(header) or None
    except MessageError:
        return header
