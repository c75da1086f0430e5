"""The result depends on what the sightings are, and on nothing else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.course import PATTERNS, Happening, Sight
from hinomi.pipeline.correlate.conftest import MORNING, Company, Row
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.course.conftest import BOTH, Infection, Known, Seen
from hinomi.pipeline.surroundings.presence import Presence

SITES = (None, "http://a.invalid/", "https://b.invalid/")
CATEGORIES = ("不正サイト", "C&Cコールバック", "不正プログラム", "ランサムウェア")
KINDS = ("不審なOSコマンド実行", "アプリがファイル生成", "ファイル暗号化", "未登録アプリケーション")
ADVICE = ("cnc_callback", "credential_theft", "lateral_movement", "malware", "remote_control_tool")
FILES = (None, "a.exe", "b.doc")


@st.composite
def groups(draw: st.DrawFn) -> list[Row]:
    """Findings of a few machines, some without a name, in no order."""
    company, rows = Company(), []
    for _ in range(draw(st.integers(1, 12))):
        at, pc, url = draw(st.integers(0, 90)), draw(st.integers(1, 3)), draw(st.sampled_from(SITES))
        what: Row = {"file__name": draw(st.sampled_from(FILES)), "disposition_id": draw(st.sampled_from([2, 15]))}
        what |= {"url__url_string": url, "url__hostname": url and url.split("/")[2]}
        severity = draw(st.integers(2, 5))
        edr = company.edr(at, draw(st.sampled_from(KINDS)), severity, f"PC-{pc}", f"10.0.0.{pc}", **what)
        address = draw(st.sampled_from([f"10.0.0.{pc}", None]))
        utm = company.utm(at, draw(st.sampled_from(CATEGORIES)), severity, **what) | {"src_endpoint.ip": address}
        rule = company.rule(edr, draw(st.sampled_from(ADVICE)), severity)
        mail = company.mail(at, "不正プログラム検索", severity_id=severity, **what)
        rows.append(draw(st.sampled_from([edr, utm, rule, mail])))
    return rows


def known() -> st.SearchStrategy[Known]:
    of_utm = (Presence.THERE, Presence.SILENT, Presence.NO_SENSOR)
    return st.builds(Known, st.sampled_from(Presence), st.sampled_from(of_utm))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=groups(), coverage=known(), data=st.data())
def test_neither_order_nor_repetition_changes_a_course(
    rows: list[Row], coverage: Known, data: st.DataObject, seen: Seen
):
    group = seen(rows)
    shuffled = data.draw(st.permutations(group))

    found = courses(group, coverage)

    assert courses(shuffled, coverage) == found
    assert courses([*group, *shuffled], coverage) == found
    held = {one.uid for one in group}
    for course in found:
        assert course.patterns
        assert set(course.patterns) <= set(PATTERNS)
        assert [point.number for point in course.points] == [1, 2, 3, 4, 5]
        assert [step.number for step in course.steps] == list(range(1, 14))
        for point in course.points:
            assert bool(point.findings) == (point.sight is Sight.SEEN)
            assert set(point.findings) <= held
            assert (point.cause is None) == (point.sight in (Sight.SEEN, Sight.NOTHING))
        for step in course.steps:
            assert bool(step.findings) == (step.happening in (Happening.SEEN, Happening.INFERRED))
        tool = course.steps[8].happening
        assert (tool is Happening.NOT_HAPPENED) == (3 not in course.patterns)


@dataclass
class Asked:
    """Remembers what it was asked."""

    questions: list[tuple[str | None, str | None, datetime, datetime]] = field(default_factory=list)

    def edr(self, host: str | None, address: str | None, since: datetime, until: datetime) -> Presence:
        self.questions.append((host, address, since, until))
        return Presence.THERE

    def utm(self, since: datetime, until: datetime) -> Presence:
        return Presence.THERE


def test_sensors_are_asked_about_the_machines_own_time_and_an_hour_more(infection: Infection, seen: Seen):
    """What follows an infection follows soon: a sensor that went silent then could not have told."""
    mail = infection.company.mail(-300, "不正プログラム検索", severity_id=4)
    asked = Asked()

    courses(seen([mail, infection.virus(), infection.call_at_gate(5)]), asked)

    assert asked.questions == [("PC-07", "192.168.10.27", MORNING, MORNING + timedelta(minutes=65))]


def test_what_the_gate_stopped_and_nobody_is_asked_about_was_seen_all_the_same(infection: Infection, seen: Seen):
    company, where = infection.company, infection.site("cdn-telemetry.invalid")
    story = [infection.virus(), infection.call_on_pc(6)]
    filtered = company.utm(7, "URLカテゴリフィルタ", 2, disposition_id=2, **where)
    download = infection.download(9, severity_id=2)
    too_late = infection.call_at_gate(6 + 61)
    elsewhere = infection.call_at_gate(7) | {"src_endpoint.ip": "192.168.10.28"}
    all_seen = {one.uid: one for one in seen([*story, filtered, download, too_late, elsewhere])}
    group = [all_seen.pop(row["metadata.uid"]) for row in story]

    [alone] = courses(group, BOTH)
    [found] = courses(group, BOTH, all_seen.values())

    assert (alone.patterns, found.patterns) == ((2,), (3,))
    assert [point.findings for point in found.points[2:4]] == [(row["metadata.uid"],) for row in (filtered, download)]
    assert courses([], BOTH, all_seen.values()) == (), "by itself it is no infection"


def test_the_machine_seen_first_comes_first(company: Company, seen: Seen):
    rows = [
        company.edr(at, "ファイル暗号化", host=host, ip=address, malware__classification_ids=[10])
        for at, host, address in ((9, "PC-01", "10.0.0.1"), (3, "PC-02", "10.0.0.2"))
    ]

    assert [course.machine for course in courses(seen(rows), BOTH)] == ["PC-02", "PC-01"]
