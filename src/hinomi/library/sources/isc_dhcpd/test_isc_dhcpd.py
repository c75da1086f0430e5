"""Which machine had which address."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.isc_dhcpd.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))


def one(line: str) -> dict:
    result = normalize(line.encode(), CONTEXT)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("line", "activity", "ip", "mac", "host"),
    [
        ("DHCPDISCOVER from 00:00:5e:00:53:01 via eth1", 1, None, "00:00:5e:00:53:01", None),
        ("DHCPOFFER on 192.0.2.9 to 00:00:5e:00:53:01 (pc9) via eth1", 2, "192.0.2.9", "00:00:5e:00:53:01", "pc9"),
        (
            "DHCPREQUEST for 192.0.2.9 (192.0.2.1) from 0:0:5e:0:53:1 via eth1",
            3,
            "192.0.2.9",
            "00:00:5e:00:53:01",
            None,
        ),
        ("DHCPACK to 192.0.2.9 (00:00:5e:00:53:01) via eth1", 5, "192.0.2.9", "00:00:5e:00:53:01", None),
        ("DHCPINFORM from 192.0.2.9 via 198.51.100.1", 8, "192.0.2.9", None, None),
        ("DHCPEXPIRE on 192.0.2.9 to 00:00:5e:00:53:01", 9, "192.0.2.9", "00:00:5e:00:53:01", None),
    ],
)
def test_every_message_of_the_protocol(line: str, activity: int, ip: str | None, mac: str | None, host: str | None):
    row = one(f"Jan 12 10:00:00 ns1 dhcpd[1]: {line}")

    found = (row["activity_id"], row["src_endpoint.ip"], row["src_endpoint.mac"], row["src_endpoint.hostname"])
    assert found == (activity, ip, mac, host)
    assert row["device.hostname"] == "ns1"


def test_the_server_is_the_destination_and_a_relay_no_interface():
    row = one("DHCPREQUEST for 192.0.2.9 (192.0.2.1) from 00:00:5e:00:53:01 via 198.51.100.1")

    assert (row["dst_endpoint.ip"], row["src_endpoint.interface_name"]) == ("192.0.2.1", None)


def test_keas_level_is_not_taken_for_a_host():
    row = one(
        "2023-01-12 10:00:00.123 INFO  [kea-dhcp4.leases/1.139] DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:01], "
        "cid=[no info], tid=0x1: lease 192.0.2.9 has been allocated for 4000 seconds"
    )

    assert (row["activity_id"], row["src_endpoint.ip"], row["src_endpoint.mac"]) == (
        5,
        "192.0.2.9",
        "00:00:5e:00:53:01",
    )
    assert (row["device.hostname"], row["metadata.product.name"]) == (None, "Kea")
    assert row["time"] == datetime(2023, 1, 12, 1, 0, 0, 123000)
