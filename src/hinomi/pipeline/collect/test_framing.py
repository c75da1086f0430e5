"""Syslog over TCP, cut anywhere on its way, gives the messages that were sent."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.collect.framing import LONGEST, Framing, one_line

TEXT = st.binary(min_size=1, max_size=40).filter(lambda text: b"\n" not in text and text == text.rstrip(b"\r\n\0"))


def feed(framing: Framing, stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    pieces = [stream[start:end] for start, end in itertools.pairwise(edges)]
    return [message for piece in pieces for message in framing.feed(piece)]


@given(st.lists(st.tuples(TEXT, st.booleans()), max_size=8), st.lists(st.integers(min_value=0), max_size=8))
def test_messages_arrive_whole_however_the_stream_is_cut(sent: list[tuple[bytes, bool]], cuts: list[int]) -> None:
    messages = [b"<13>" + text for text, _ in sent]
    stream = b"".join(
        b"%d %s" % (len(message), message) if counted else message + b"\n"
        for message, (_, counted) in zip(messages, sent, strict=True)
    )
    framing = Framing()

    assert feed(framing, stream, cuts) == messages
    assert framing.rest() == b""


def test_a_line_that_starts_with_a_digit_is_not_taken_for_a_count() -> None:
    assert list(Framing().feed(b"1 2019-05-15T16:27:08Z host app - -\n")) == [b"1 2019-05-15T16:27:08Z host app - -"]


def test_the_last_message_of_a_sender_that_hangs_up_is_kept() -> None:
    framing = Framing()
    assert list(framing.feed(b"<13>whole\n<13>no end")) == [b"<13>whole"]
    assert framing.rest() == b"<13>no end"


def test_an_endless_message_comes_in_pieces_and_loses_nothing() -> None:
    framing = Framing()
    stream = b"x" * (2 * LONGEST + 5)
    assert b"".join(framing.feed(stream)) + framing.rest() == stream


def test_a_line_feed_inside_a_message_stays_inside_its_line() -> None:
    assert one_line(b"first\nsecond") == b"first#012second\n"
