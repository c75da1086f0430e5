"""Messages of the engine: which are hits, and which of several hits is the telling one."""

import json

import pytest

from hinomi.library.formats import modsecurity_rules as rules
from hinomi.ocsf.classes import SeverityId


def test_a_message_is_a_hit_with_its_fields():
    hit = rules.of_text(
        'ModSecurity: Warning. x [id "942100"] [msg "SQLi"] [severity "CRITICAL"] [tag "attack-sqli"] [data "d"]'
    )

    assert hit is not None
    assert (hit.rule.uid, hit.rule.message, hit.rule.severity, hit.rule.tags) == ("942100", "SQLi", 2, ("attack-sqli",))
    assert (hit.data, hit.denied) == ("d", False)


@pytest.mark.parametrize("text", ["ModSecurity: Audit log: Failed to lock", "ModSecurity for Apache configured."])
def test_what_the_engine_says_of_itself_is_no_hit(text: str):
    assert rules.of_text(text) is None


def test_of_equal_rules_the_one_that_stopped_the_request_comes_first():
    warned = rules.of_text('Warning. x [id "1"]')
    denied = rules.of_text('Access denied with code 403. x [id "2"]')
    assert warned is not None
    assert denied is not None

    row = rules.verdict(rules.ranked([warned, denied]), blocked=True, raw="r", server_id=None)

    assert (row["firewall_rule.uid"], row["severity_id"]) == ("2", SeverityId.MEDIUM)
    assert list(json.loads(row["unmapped"])) == ["rule_ids", "rules"]
