"""The audit log of Microsoft 365, in the shapes in which it comes."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Context
from hinomi.library.sources.microsoft_365_audit.mapping import normalize
from hinomi.ocsf.classes import ClassUid, StatusId

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 18, 4))


def row(**fields: Any) -> dict[str, Any]:
    record = {
        "CreationTime": "2023-01-18T03:25:45",
        "Workload": "AzureActiveDirectory",
        "UserId": "sato@factory.example",
    }
    (found,) = normalize(json.dumps(record | fields).encode(), CONTEXT).events.to_dicts()
    return found


def test_a_time_without_a_zone_is_utc_and_not_the_companys() -> None:
    assert row(Operation="UserLoggedIn")["time"] == datetime(2023, 1, 18, 3, 25, 45)
    assert row(Operation="UserLoggedIn", CreationTime="2023-01-18 03:25:45")["time"] == datetime(2023, 1, 18, 3, 25, 45)


def test_a_sign_in_that_failed_is_a_failure_though_entra_says_success() -> None:
    failed = row(Operation="UserLoginFailed", ResultStatus="Success", ClientIP="198.51.100.7:443")

    assert (failed["class_uid"], failed["status_id"]) == (ClassUid.AUTHENTICATION, StatusId.FAILURE)
    assert (failed["src_endpoint.ip"], failed["src_endpoint.port"]) == ("198.51.100.7", 443)


def test_what_a_mailbox_rule_does_can_be_read_and_searched_for() -> None:
    rule = row(
        Operation="New-InboxRule", Workload="Exchange", Parameters=[{"Name": "ForwardTo", "Value": "a@b.example"}]
    )

    assert "ForwardTo=a@b.example" in rule["message"]


def test_the_entities_of_an_alert_are_no_further_alerts() -> None:
    first, more = (row(Operation=operation, Name="x") for operation in ("AlertTriggered", "AlertEntityGenerated"))

    assert (first["is_alert"], first["activity_id"]) == (True, 1)
    assert (more["is_alert"], more["activity_id"]) == (True, 2), "an update, which is not counted again"


def test_a_field_that_is_an_object_here_and_text_there_is_read_both_ways() -> None:
    as_text = row(Operation="AlertTriggered", Data='{"f3u": "sato@factory.example"}')
    as_object = row(Operation="AlertTriggered", Data={"f3u": "sato@factory.example"})

    assert as_text["user.name"] == as_object["user.name"] == "sato@factory.example"


def test_a_rule_against_leaks_says_how_grave_it_is_and_what_it_stopped() -> None:
    rules = [{"RuleName": "r", "Severity": "High", "Actions": ["NotifyUser", "BlockAccess"]}]
    match = row(Operation="DLPRuleMatch", PolicyDetails=[{"PolicyName": "図面", "Rules": rules}])

    assert (match["severity_id"], match["disposition_id"]) == (4, 2)


def test_who_joins_a_team_is_the_user() -> None:
    joined = row(Operation="MemberAdded", Workload="MicrosoftTeams", Members=[{"UPN": "new@factory.example"}])

    assert (joined["class_uid"], joined["user.name"]) == (ClassUid.GROUP_MANAGEMENT, "new@factory.example")


def test_a_click_names_its_address_by_another_field() -> None:
    assert (
        row(Operation="TIUrlClickData", Url="http://bad.example/", UserIp="203.0.113.7")["src_endpoint.ip"]
        == "203.0.113.7"
    )
