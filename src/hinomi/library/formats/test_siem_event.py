"""Reports of products of any kind, whatever format brought them."""

from dataclasses import replace

import pytest

from hinomi.library.formats import siem_event, siem_verdict, textlines
from hinomi.library.formats.siem_event import Report
from hinomi.ocsf.classes import ClassUid, SeverityId

LINE = textlines.read(1, b"<13>Jan 15 12:00:00 relay1 told")
QUIET = Report("Example", "Box", "1", "1", "Event", "3", {}, {})


def test_a_header_that_lacks_its_last_fields_still_says_when_and_who():
    line = siem_event.headed(textlines.read(1, b"<13>1 2023-01-15T03:00:00Z fw1 CEF:0|a"), "CEF:")

    assert (line.text, line.header.time, line.header.host) == ("CEF:0|a", "2023-01-15T03:00:00Z", "fw1")
    assert siem_event.headed(LINE, "CEF:") == LINE


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"suser": "a@b.example", "duser": "c@d.example"}, ClassUid.EMAIL_ACTIVITY),
        ({"requestMethod": "GET"}, ClassUid.HTTP_ACTIVITY),
        ({"src": "192.0.2.1", "dst": "192.0.2.2"}, ClassUid.NETWORK_ACTIVITY),
        ({"c6a2": "2001:db8::1", "c6a3": "2001:db8::2"}, ClassUid.NETWORK_ACTIVITY),
        ({"dpt": "53", "proto": "udp"}, ClassUid.NETWORK_ACTIVITY),
        ({"msg": "configuration changed by admin"}, ClassUid.DEVICE_CONFIG_STATE_CHANGE),
        ({"src": "192.0.2.1"}, ClassUid.BASE_EVENT),
    ],
)
def test_fields_choose_the_class(said: dict[str, str], kind: ClassUid):
    assert siem_event.event(replace(QUIET, said=said), LINE)["class_uid"] == kind


def test_a_number_is_no_classification_and_no_title():
    report = replace(QUIET, name="7", code="virus", severity="8", said={"cat": "1756", "src": "192.0.2.1"})
    row = siem_event.event(report, LINE)

    assert (row["finding_info.title"], row["finding_info.types"]) == ("virus", ["virus"])
    assert row["metadata.log_name"] is None


def test_what_has_no_column_is_kept_with_a_verdict():
    report = replace(QUIET, name="virus", said={"src": "192.0.2.1", "externalId": "42"})

    assert siem_event.event(report, LINE)["unmapped"] == '{"externalId":"42"}'


@pytest.mark.parametrize("outcome", ["failure", "denied"])
def test_a_sign_in_that_fails_is_no_verdict_however_grave(outcome: str):
    report = replace(QUIET, name="login", severity="9", said={"suser": "taro", "outcome": outcome})

    assert not siem_verdict.is_verdict(report)
    assert siem_event.event(report, LINE)["status_id"] == 2


def test_a_severity_beyond_the_scale_is_the_gravest():
    assert replace(QUIET, severity="99").level == SeverityId.CRITICAL
    assert replace(QUIET, severity="grave").level == SeverityId.UNKNOWN
