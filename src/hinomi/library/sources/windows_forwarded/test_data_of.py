"""What an event holds, in the shapes that converters of Windows logs write it."""

from typing import Any

import pytest

from hinomi.library.sources.windows_forwarded.json_events import data_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"Image": "a.exe", "#attributes": {"Name": "x"}}, {"Image": "a.exe"}),
        ({"Data": "one"}, {"Data": "one"}),
        ({"Data": {"#text": "one"}}, {"Data": "one"}),
        ({"Data": {"#text": ["one", "two"]}}, {"Data": "one\ntwo"}),
        ({"Data": {"#attributes": {"Name": "param1"}, "#text": "one"}}, {"param1": "one"}),
        (
            {"Data": [{"@Name": "param1", "#text": "one"}, {"@Name": "param2", "#text": "two"}]},
            {"param1": "one", "param2": "two"},
        ),
        ("", {}),
    ],
    ids=str,
)
def test_the_data_of_an_event_is_read_however_it_was_written(written: Any, meant: dict[str, str]):
    assert data_of(written) == meant
