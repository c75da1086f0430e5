"""Subjects in mail logs, whole and damaged."""

import pytest

from hinomi.library.formats import subject


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("=?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=", "請求書"),
        ("plain", "plain"),
        ("", None),
        (None, None),
        ("=?焄f-8?B?6KuL5rGC?=", "=?焄f-8?B?6KuL5rGC?="),
    ],
)
def test_a_subject_is_decoded_or_kept(header: str | None, read: str | None):
    assert subject.decode(header) == read
