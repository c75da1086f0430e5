"""What Apex Central, Deep Security and Email Security say, by what a PC's administrator would ask."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.trendmicro_apex.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 20))
APEX = "CEF:0|Trend Micro|Apex Central|2019|{}|{}|3|rt=Jan 18 2023 02:04:51 GMT+00:00 "
AGENT = "CEF:0|Trend Micro|Deep Security Agent|20.0|{}|{}|{}|cn1=7 cn1Label=Host ID dvchost=web01 "


def read(text: str) -> Normalized:
    result = normalize(text.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict:
    return schema.conform(read(text).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("signature", "name", "fields", "kind", "host"),
    [
        ("AV:File cleaned", "JS_EXAMPLE", "dhost=PC01 dvchost=SERVER duser=sato", "Virus/Malware", "PC01"),
        ("PML:File cleaned", "Troj.X", "shost=PC01 dvchost=SERVER", "Predictive Machine Learning", "PC01"),
        ("CnC:Block", "CnC Callback", "shost=PC01 src=192.0.2.1", "C&C Callback", "PC01"),
        ("NCIE:Pass", "Suspicious Connection", "shost=PC01", "Suspicious Connection", "PC01"),
        ("700106", "Data Loss Prevention", "shost=PC01", "Data Loss Prevention", "PC01"),
        ("700107", "Device Access Control", "shost=PC01 dvchost=localhost", "Device Control", "PC01"),
        ("202101", "Behavior Monitoring", "shost=OTHER TMCMLogDetectedHost=PC01", "Behavior Monitoring", "PC01"),
    ],
)
def test_a_verdict_names_its_kind_and_the_pc(signature: str, name: str, fields: str, kind: str, host: str):
    row = one(APEX.format(signature, name) + fields)

    assert (row["is_alert"], row["finding_info.types"], row["device.hostname"]) == (True, [kind], host)
    assert (row["class_uid"], row["time"]) == (2004, datetime(2023, 1, 18, 2, 4, 51))


def test_the_server_is_not_the_user_and_a_host_is_not_its_address():
    row = one(APEX.format("AV:Access denied", "X") + "dhost=192.0.2.7 duser=192.0.2.7 dvchost=SERVER")

    assert (row["device.hostname"], row["device.ip"], row["user.name"]) == (None, "192.0.2.7", None)
    assert row["disposition_id"] == 2


def test_ransomware_is_known_by_its_name_and_by_what_it_does():
    named = one(APEX.format("AV:File deleted", "Ransom.Win32.X") + "dhost=PC01")
    seen = one(APEX.format("BM:1000", "Behavior Monitoring") + "cs2Label=Policy cs2=Unauthorized file encryption")

    assert [row["malware.classification_ids"] for row in (named, seen)] == [[10], [10]]


@pytest.mark.parametrize(
    ("number", "class_uid", "alert"),
    [("20", 4001, False), ("1011143", 2004, True), ("2002779", 1001, False), ("4000000", 2004, True)],
)
def test_deep_security_tells_by_its_numbers(number: str, class_uid: int, alert: bool):
    row = one("<134>Jan 18 11:04:51 dsm " + AGENT.format(number, "Something", 8) + "act=Log src=192.0.2.1")

    assert (row["class_uid"], row["is_alert"], row["device.hostname"]) == (class_uid, alert, "web01")
    assert row["time"] == datetime(2023, 1, 18, 2, 4, 51)


def test_an_unknown_log_is_kept_as_it_says():
    row = one(APEX.format("999999", "Something New") + "shost=PC01 msg=hello")

    assert (row["class_uid"], row["message"], row["device.hostname"]) == (0, "Something New hello", "PC01")


def test_another_vendors_cef_is_refused_and_a_cut_line_is_read_as_far_as_it_goes():
    cut = APEX.format("AV:File cleaned", "X") + "dhost=PC01 filePath=C:\\\\Us"

    assert [reject.reason for reject in read("CEF:0|Other|P|1|1|n|3|a=b").rejects] == [Reason.NOT_THIS_FORMAT]
    assert one(cut)["file.path"] == "C:\\Us"


def test_who_leaked_is_named_by_a_custom_field():
    row = one(
        APEX.format("700106", "Data Loss Prevention") + "shost=PC01 cs4Label=Incident_Source_(AD_Account) cs4=sato"
    )

    assert (row["device.hostname"], row["user.name"]) == ("PC01", "sato")
