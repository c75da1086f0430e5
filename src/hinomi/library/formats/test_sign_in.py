"""Sign-ins in the words of daemons and devices."""

import pytest

from hinomi.library.formats import sign_in
from hinomi.ocsf.classes import ClassUid, StatusId

GOOD, BAD = StatusId.SUCCESS, StatusId.FAILURE


@pytest.mark.parametrize(
    ("text", "status", "user", "address"),
    [
        ("Accepted publickey for tanaka from 192.0.2.5 port 50022 ssh2", GOOD, "tanaka", "192.0.2.5"),
        ("Failed password for invalid user admin from 198.51.100.7 port 4022 ssh2", BAD, "admin", "198.51.100.7"),
        ("Failed none for invalid user  from 198.51.100.7 port 4022 ssh2", BAD, None, "198.51.100.7"),
        ("Invalid user test from 2001:db8::7", BAD, "test", "2001:db8::7"),
        ("Login succeeded for TELNET: 192.168.1.5 user suzuki", GOOD, "suzuki", "192.168.1.5"),
        ("user admin login failed from 192.168.1.9(telnet)", BAD, "admin", "192.168.1.9"),
        ("User 'sato' authenticated successfully from 192.0.2.8:7540 for netconf over ssh", GOOD, "sato", "192.0.2.8"),
        ("Web UI login denied: user=root src=203.0.113.4", BAD, "root", "203.0.113.4"),
        ("manager login on asyn0 accepted for user manager", GOOD, "manager", None),
    ],
)
def test_who_signed_in_from_where(text: str, status: StatusId, user: str | None, address: str | None):
    row = sign_in.find(text)

    assert row
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (ClassUid.AUTHENTICATION, 1, status)
    assert (row["user.name"], row["src_endpoint.ip"]) == (user, address)


def test_the_failures_that_pam_adds_up_count_as_many():
    row = sign_in.find("PAM 3 more authentication failures; logname= uid=0 tty=ssh ruser= rhost=192.0.2.1  user=root")

    assert row
    assert (row["count"], row["user.name"], row["src_endpoint.ip"]) == (3, "root", "192.0.2.1")


@pytest.mark.parametrize(
    "text", ["session closed for user news", "User tanaka logged out from 192.0.2.5", "Logout by admin (192.0.2.5)"]
)
def test_the_end_of_a_session(text: str):
    row = sign_in.find(text)

    assert row
    assert row["activity_id"] == sign_in.LOGOFF


@pytest.mark.parametrize(
    "text", ["", "login page served", "authentication server is up", "link down", "GET /login 200"]
)
def test_other_messages_are_no_sign_in(text: str):
    assert sign_in.find(text) is None
