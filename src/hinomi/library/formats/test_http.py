"""Requests as URLs and activities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.http import activity_id, hostname, url


@pytest.mark.parametrize(
    ("method", "activity"), [("GET", 3), ("post", 6), ("PUT", 7), ("CONNECT", 1), ("PROPFIND", 99), (None, 0), ("", 0)]
)
def test_a_method_is_an_activity(method: str | None, activity: int):
    assert activity_id(method) == activity


@pytest.mark.parametrize(
    ("host", "target", "port", "whole", "name", "path"),
    [
        ("www.example.com", "/a?b=1", None, "http://www.example.com/a?b=1", "www.example.com", "/a"),
        ("www.example.com", "/", 80, "http://www.example.com/", "www.example.com", "/"),
        ("www.example.com", "/", 8080, "http://www.example.com:8080/", "www.example.com", "/"),
        ("WWW.example.com:81", "/", 8080, "http://WWW.example.com:81/", "www.example.com", "/"),
        ("[2001:db8::1]:81", "/", None, "http://[2001:db8::1]:81/", "2001:db8::1", "/"),
        ("proxy", "https://a.example/x?u=1", None, "https://a.example/x?u=1", "a.example", "/x"),
        ("a.example", "/r?u=http://b.example/", None, "http://a.example/r?u=http://b.example/", "a.example", "/r"),
        ("a.example", "x", None, "http://a.example/x", "a.example", "x"),
    ],
)
def test_host_and_target_are_a_url(host: str, target: str, port: int | None, whole: str, name: str, path: str):
    assert url("http", host, target, port) == {"url.url_string": whole, "url.hostname": name, "url.path": path}


def test_what_is_missing_stays_missing():
    assert url("http", None, None) == {}
    assert url("http", "www.example.com", None) == {"url.hostname": "www.example.com"}
    assert url("http", None, "/a?b") == {"url.url_string": "/a?b", "url.path": "/a"}
    assert url("http", "h", "http://[") == {"url.url_string": "http://["}
    assert hostname(":80") is None


@given(st.text(), st.text(), st.integers(0, 65535) | st.none())
def test_any_request_is_columns(host: str, target: str, port: int | None):
    assert all(value is None or isinstance(value, str) for value in url("https", host, target, port).values())
