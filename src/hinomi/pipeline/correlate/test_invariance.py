from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import Company, Row

CATEGORIES = ("不正サイト", "C&Cコールバック", "不正プログラム", "スパムメール", "不正侵入防止(IPS)")
KINDS = ("不審なOSコマンド実行", "アプリがOSコマンド実行", "ファイル暗号化", "未登録アプリケーション")
ADVICE = ("support_scam", "remote_control_tool", "intrusion")


@st.composite
def days(draw: st.DrawFn) -> list[Row]:
    """A few days of a company with three PCs."""
    company = Company()
    rows = []
    for _ in range(draw(st.integers(1, 14))):
        at, pc = draw(st.integers(0, 3000)), draw(st.integers(1, 3))
        severity, disposition = draw(st.integers(2, 5)), draw(st.sampled_from([1, 2, 15]))
        more: Row = {
            "disposition_id": disposition,
            "url__hostname": draw(st.sampled_from([None, "a.invalid", "b.invalid"])),
        }
        match draw(st.sampled_from(["edr", "utm", "mail", "rule"])):
            case "edr":
                rows.append(edr := company.edr(at, draw(st.sampled_from(KINDS)), severity, f"PC-{pc}", f"10.0.0.{pc}"))
                edr["disposition_id"] = disposition
            case "utm":
                rows.append(company.utm(at, draw(st.sampled_from(CATEGORIES)), severity, f"10.0.0.{pc}", **more))
            case "mail":
                rows.append(company.mail(at, "不正プログラム検索", severity_id=severity, **more))
            case _:
                event = company.utm(at, "", severity, f"10.0.0.{pc}", **more)
                rows.append(company.rule(event, draw(st.sampled_from(ADVICE)), severity))
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=days(), data=st.data())
def test_stories_depend_on_the_findings_and_not_on_their_order(rows: list[Row], data: st.DataObject, told: Any):
    shuffled = data.draw(st.permutations(rows))

    found = stories(told(rows))

    assert stories(told(shuffled)) == found
    assert stories(told([*rows, *shuffled])) == found, "a finding told twice is one finding"
    held = [finding for story in found for finding in story.findings]
    assert len(held) == len(set(held)), "no finding is in two stories"
    assert len({story.uid for story in found}) == len(found)
    for story in found:
        assert story.first_seen <= story.last_seen
        assert {end for link in story.links for end in (link.finding, link.other)} <= story.findings
