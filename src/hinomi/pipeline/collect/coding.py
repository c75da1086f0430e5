"""Content codings of a request (RFC 9110 section 8.4.1), undone within a bound: gzip and zstd (RFC 9659)."""

import zlib
from collections.abc import Callable

import zstandard

from hinomi.pipeline.collect.refusals import BadBody, TooLarge, Unsupported

GZIP = 16 + zlib.MAX_WBITS
ZSTD_WINDOW = 8 * 1024 * 1024
"""The largest window a sender may use (RFC 9659 section 3)."""
ZSTD_PIECE = 256
"""Bytes fed at a time: a run-length block of 4 bytes may stand for 128 KiB, so this much never for more than 8 MiB."""


def decoded(body: bytes, coding: str, most: int) -> bytes:
    """The body as it was before it was packed.

    Raises:
        TooLarge: it would be longer than ``most`` bytes; unpacking stopped there.
        BadBody: it is not what ``coding`` says, or breaks off.
        Unsupported: a coding we do not undo.
    """
    name = coding.strip().lower()
    if name not in CODINGS:
        raise Unsupported(
            f"Content-Encoding「{coding[:40]}」は読めません。gzip か zstd にしてください (use gzip or zstd).",
            accept_encoding="gzip, zstd",
        )
    try:
        return CODINGS[name](body, most)
    except (zlib.error, zstandard.ZstdError) as error:
        raise broken(name, str(error)) from error


def broken(name: str, why: str) -> BadBody:
    return BadBody(f"{name} として読めません: {why} (cannot be unpacked).")


def plain(body: bytes, most: int) -> bytes:
    return body


def gunzip(body: bytes, most: int) -> bytes:
    out = bytearray()
    rest = body
    while rest:
        member = zlib.decompressobj(GZIP)
        out += member.decompress(rest, most + 1 - len(out))
        if len(out) > most:
            raise TooLarge(most)
        if not member.eof:
            raise broken("gzip", "途中で切れています (cut off)")
        rest = member.unused_data.lstrip(b"\0")
    return bytes(out)


def unzstd(body: bytes, most: int) -> bytes:
    out = bytearray()
    unpacking = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    frame = unpacking.decompressobj()
    for start in range(0, len(body), ZSTD_PIECE):
        piece = body[start : start + ZSTD_PIECE]
        while piece:
            if frame.eof:
                frame = unpacking.decompressobj()
            out += frame.decompress(piece)
            if len(out) > most:
                raise TooLarge(most)
            piece = frame.unused_data if frame.eof else b""
    if not frame.eof:
        raise broken("zstd", "途中で切れています (cut off)")
    return bytes(out)


CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "": plain,
    "identity": plain,
    "gzip": gunzip,
    "x-gzip": gunzip,
    "zstd": unzstd,
}
