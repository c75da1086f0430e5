"""Mail headers in MIME words."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.mime import decode, decoded, subject


def test_a_japanese_subject_is_read():
    assert decode("=?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=") == "請求書"
    assert decode("=?UTF-8?Q?=E8=AB=8B=E6=B1=82?= 2023") == "請求 2023"
    assert decode("Re: order =? 3") == "Re: order =? 3"


def test_a_wrongly_encoded_subject_stays_as_it_is():
    assert decode("=?no-such-charset?B?AAAA?=") == "=?no-such-charset?B?AAAA?="
    assert decode("=?焄f-8?B?6KuL5rGC?=") == "=?焄f-8?B?6KuL5rGC?="


def test_a_log_without_a_subject_has_none():
    assert (subject(None), subject(""), subject("plain")) == (None, None, "plain")


def test_a_column_is_read_where_it_is_encoded():
    frame = pl.DataFrame({"subject": ["plain", "=?UTF-8?B?6KuL5rGC?=", None]})

    assert frame.select(decoded(pl.col("subject")))["subject"].to_list() == ["plain", "請求", None]


@given(
    st.lists(st.sampled_from(["=?", "?=", "UTF-8", "iso-2022-jp", "?B?", "?q?", "AA", "=E8", "x", " ", "\n"])).map(
        "".join
    )
)
def test_any_header_can_be_read(header: str):
    assert isinstance(decode(header), str)
