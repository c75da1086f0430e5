"""Access records with named parts: LTSV and JSON in anybody's words."""

from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Reason
from hinomi.library.formats import access_fields

TOKYO = ZoneInfo("Asia/Tokyo")
PRODUCT = ("Example", "Server")


def test_labels_and_values_of_ltsv():
    assert access_fields.ltsv("time:12:25\thost:203.0.113.9\tnot a label") == {"time": "12:25", "host": "203.0.113.9"}


def test_host_is_the_client_in_ltsv_and_the_site_where_a_client_is_named():
    said = {"time": "2023-01-18T12:25:45+09:00", "request": "GET / HTTP/1.1", "status": "200", "host": "203.0.113.9"}

    ltsv = access_fields.event(said, TOKYO, PRODUCT)
    nginx = access_fields.event({**said, "remote_addr": "198.51.100.7", "host": "www.example.jp"}, TOKYO, PRODUCT)

    assert isinstance(ltsv, dict)
    assert isinstance(nginx, dict)
    assert (ltsv["src_endpoint.ip"], ltsv["dst_endpoint.hostname"]) == ("203.0.113.9", None)
    assert (nginx["src_endpoint.ip"], nginx["dst_endpoint.hostname"]) == ("198.51.100.7", "www.example.jp")


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"level": "info"}, None),
        ({"request": "GET / HTTP/1.1"}, Reason.NO_TIME),
        ({"request": "GET / HTTP/1.1", "time": "noon"}, Reason.BAD_TIME),
    ],
)
def test_what_a_record_lacks(fields: dict[str, str], outcome: Reason | None):
    assert access_fields.event(fields, TOKYO, PRODUCT) == outcome
