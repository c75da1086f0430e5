"""The raw bytes, counted again by plain readers that know nothing of the generator, against the report."""

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import pytest

from hinomi.demo.deliveries import Delivery, deliveries, plan
from hinomi.demo.programme import sensors

MONTHS = ("2022-11", "2022-12", "2023-01")
STUDY = {planned.sensor for planned in sensors() if planned.in_study}


@dataclass
class Tally:
    """What the study's sensors wrote, by month; ``heard`` is which companies sent anything."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    tenants: defaultdict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    heard: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    lines: int = 0
    faulty: set[tuple[str, str, str]] = field(default_factory=set)

    def by_month(self, kind: str, category: str) -> list[int]:
        return [self.counts[kind, category, month] for month in MONTHS]

    def total(self, kind: str) -> Counter[str]:
        totals: Counter[str] = Counter()
        for (of, category, _), count in self.counts.items():
            if of == kind:
                totals[category] += count
        return totals


@pytest.fixture(scope="module")
def tally() -> Tally:
    result = Tally()
    for delivery, planned in zip(deliveries(), plan(), strict=True):
        lines = 0
        kind = delivery.sensor.partition("-")[2]
        month = (delivery.received - timedelta(days=1)).strftime("%Y-%m")
        for day, category, count in READERS[delivery.source](delivery):
            lines += 1
            assert day == month, f"{delivery.name}: a line of {day}"
            if delivery.sensor in STUDY:
                result.heard[kind, month].add(delivery.tenant)
                if category:
                    result.counts[kind, category, month] += count
                    result.tenants[kind, category, month].add(delivery.tenant)
                if category == "LAND":
                    result.faulty.add((delivery.sensor, month, category))
        assert lines == planned.lines, delivery.name
        result.lines += lines
    return result


Seen = Iterator[tuple[str, str, int]]
"""Of each line its month in Japan, what it detected (or nothing), and how many hits it stands for."""


def table(delivery: Delivery, *columns: str) -> Iterator[tuple[str, ...]]:
    """The named columns of every row."""
    text = delivery.payload.decode("utf-8")
    assert text.startswith("\ufeff")
    reader = csv.reader(io.StringIO(text[1:]), strict=True)
    header = next(reader)
    wanted = itemgetter(*map(header.index, columns))
    for row in reader:
        assert len(row) == len(header)
        yield wanted(row)


def month_of(time: str) -> str:
    assert TIME.fullmatch(time)
    return f"{time[:4]}-{time[5:7]}"


def cloud_edge(delivery: Delivery) -> Seen:
    for time, kind, source, destination, hits in table(delivery, "日時", "ログ種別", "送信元IP", "送信先IP", "件数"):
        if kind == "インターネットアクセス":
            yield month_of(time), "", int(hits)
        elif kind == "不正侵入防止(IPS)" and source == destination:
            yield month_of(time), "LAND", int(hits)
        else:
            yield month_of(time), kind, int(hits)


def keepeye(delivery: Delivery) -> Seen:
    for time, kind, category in table(delivery, "日時", "種別", "検知分類"):
        assert bool(category) == (kind == "検知")
        yield month_of(time), category, 1


def mail(delivery: Delivery) -> Seen:
    for time, verdict in table(delivery, "受信日時", "判定"):
        yield month_of(time), verdict, 1


TIME = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d")
ASCTIME = re.compile(r"\w{3} (\w{3}) [ \d]\d \d\d:\d\d:\d\d (\d{4})")
MONTH_NUMBERS = {"Nov": "11", "Dec": "12", "Jan": "01"}
PURPOSES = (
    ("CVE-", "新たな脆弱性"),
    ("attack-reputation-scanner", "脆弱性スキャン"),
    ("attack-sqli", "個人情報の漏えい"),
    ("attack-disclosure", "個人情報の漏えい"),
    ("attack-xss", "悪意あるコード挿入"),
    ("attack-injection-generic", "悪意あるコード挿入"),
    ("attack-rce", "Webサイトの変造/偽造"),
    ("attack-lfi", "Webサイトの変造/偽造"),
    ("attack-rfi", "Webサイトの変造/偽造"),
    ("attack-injection-php", "Webサイトの変造/偽造"),
    ("attack-protocol", "その他"),
)


def modsecurity(delivery: Delivery) -> Seen:
    for line in delivery.payload.splitlines():
        transaction = json.loads(line)["transaction"]
        day, year = ASCTIME.fullmatch(transaction["time_stamp"]).groups()
        tags = [tag for message in transaction["messages"] for tag in message["details"]["tags"]]
        purposes = {purpose for start, purpose in PURPOSES if any(tag.startswith(start) for tag in tags)}
        assert len(purposes) == bool(tags)
        assert transaction["response"]["http_code"] == 403 or not tags
        yield f"{year}-{MONTH_NUMBERS[day]}", next(iter(purposes), ""), 1


FORTIGATE = re.compile(
    r'<\d+>date=(\S+) time=(\S+) devname="[^"]+" devid="[^"]+" eventtime=(\d{19}) tz="\+0900" logid="\d{10}" '
)


def fortigate(delivery: Delivery) -> Seen:
    for line in delivery.payload.decode().splitlines():
        day, time, nanoseconds = FORTIGATE.match(line).groups()
        at = datetime.fromtimestamp(int(nanoseconds) // 1_000_000_000, UTC) + timedelta(hours=9)
        assert f"{at:%Y-%m-%d %H:%M:%S}" == f"{day} {time}"
        assert line.count('"') % 2 == 0
        yield day[:7], "", 1


READERS = {
    "trendmicro_cloud_edge": cloud_edge,
    "keepeye": keepeye,
    "cloud_mail_security": mail,
    "modsecurity": modsecurity,
    "fortinet_fortigate": fortigate,
}


@pytest.mark.parametrize(
    ("category", "counts"),
    [
        ("不正プログラム", [101, 74, 101]),
        ("不正侵入防止(IPS)", [152, 412, 160]),
        ("不正サイト", [0, 308, 273]),
        ("スパムメール", [6672, 12843, 11753]),
        ("ランサムウェア", [0, 0, 0]),
        ("C&Cコールバック", [0, 0, 0]),
        ("禁止アプリケーション", [2970, 3502, 4107]),
    ],
)
def test_utm_rows_add_up_to_the_report(tally: Tally, category: str, counts: list[int]) -> None:
    assert tally.by_month("utm", category) == counts


def test_one_device_at_fault_sends_land_hits_in_one_month(tally: Tally) -> None:
    assert sum(tally.by_month("utm", "LAND")) == 40_726
    assert len(tally.faulty) == 1


def test_edr_rows_add_up_to_the_report(tally: Tally) -> None:
    kinds = tally.total("edr")
    assert [sum(tally.counts["edr", kind, month] for kind in kinds) for month in MONTHS] == [206, 149, 72]
    assert kinds.most_common(5) == [
        ("アプリがOSコマンド実行", 190),
        ("アプリから別アプリを起動", 164),
        ("Microsoft Defenderによる検知", 38),
        ("アプリがファイル生成", 19),
        ("不審なOSコマンド実行", 10),
    ]
    assert kinds.total() == 427


def test_edr_kinds_arise_in_as_many_companies_as_section_6_3_names(tally: Tally) -> None:
    def companies(*kinds: str) -> list[int]:
        return [len(set().union(*(tally.tenants["edr", kind, month] for kind in kinds))) for month in MONTHS]

    assert companies("アプリがOSコマンド実行", "アプリから別アプリを起動", "アプリがファイル生成") == [7, 8, 9]
    assert companies("Microsoft Defenderによる検知") == [1, 3, 1]
    assert companies("不審なOSコマンド実行") == [2, 1, 0]
    assert companies("アドウェア") == [2, 1, 1]


def test_as_many_companies_use_applications_that_the_os_does_not_know(unregistered: dict[str, set[str]]) -> None:
    assert [len(unregistered[month]) for month in MONTHS] == [2, 4, 4]


@pytest.fixture(scope="module")
def unregistered() -> dict[str, set[str]]:
    """Companies by month of whose applications the EDR says so in its class or its text."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for delivery in deliveries():
        if delivery.source == "keepeye" and delivery.sensor in STUDY:
            for time, category, text in table(delivery, "日時", "検知分類", "説明"):
                if "未登録" in category or "登録のない" in text:
                    found[month_of(time)].add(delivery.tenant)
    return found


def test_visits_from_outside_show_one_public_web_server_in_an_office_lan_and_it_is_attacked() -> None:
    visited, attacked = set(), defaultdict(set)
    for delivery in deliveries():
        if delivery.source == "trendmicro_cloud_edge" and delivery.sensor in STUDY:
            columns = ("日時", "ログ種別", "方向", "送信先IP", "送信先ポート")
            for time, kind, direction, target, port in table(delivery, *columns):
                if (kind, direction) == ("インターネットアクセス", "受信"):
                    visited.add((delivery.tenant, target))
                if kind == "不正侵入防止(IPS)" and port in ("80", "443", "8080"):
                    attacked[month_of(time)].add((delivery.tenant, target))

    assert len(visited) == 1
    assert all(visited <= attacked[month] for month in MONTHS)


def test_sites_that_the_experts_pointed_out_are_visited_by_three_four_and_two_companies() -> None:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for delivery in deliveries():
        if delivery.source == "trendmicro_cloud_edge" and delivery.sensor in STUDY:
            for time, kind, category in table(delivery, "日時", "ログ種別", "URLカテゴリ"):
                named = any(word in category for word in ("スパム", "ファイル転送", "違法"))
                if named and kind in ("不正サイト", "URLカテゴリフィルタ"):
                    found[month_of(time)].add(delivery.tenant)

    assert [len(found[month]) for month in MONTHS] == [3, 4, 2]


def test_waf_transactions_add_up_to_the_report(tally: Tally) -> None:
    purposes = tally.total("waf")
    months = [sum(tally.counts["waf", purpose, month] for purpose in purposes) for month in MONTHS]
    assert months == [15_296, 13_177, 7_953]
    assert purposes == {
        "Webサイトの変造/偽造": 17_027,
        "個人情報の漏えい": 14_526,
        "新たな脆弱性": 2_951,
        "悪意あるコード挿入": 1_066,
        "脆弱性スキャン": 615,
        "その他": 241,
    }


def test_mails_received_and_detected_add_up_to_the_report(tally: Tally) -> None:
    verdicts = tally.total("mail")
    received = [sum(tally.counts["mail", verdict, month] for verdict in verdicts) for month in MONTHS]
    clean = tally.by_month("mail", "検出なし")
    assert received == [3_000, 16_749, 19_459]
    assert [a - b for a, b in zip(received, clean, strict=True)] == [633, 2_953, 3_535]
    del verdicts["検出なし"]
    assert verdicts == {"スパムメール対策": 5_762, "不正プログラム検索": 1_287, "Webレピュテーション": 72}


def test_as_many_companies_are_heard_as_had_the_sensor(tally: Tally) -> None:
    heard = {kind: [len(tally.heard[kind, month]) for month in MONTHS] for kind in ("utm", "edr", "waf", "mail")}
    assert heard == {"utm": [14, 15, 16], "edr": [30, 30, 30], "waf": [4, 8, 8], "mail": [1, 2, 2]}


def test_detections_are_a_minority_of_the_lines(tally: Tally) -> None:
    detected = sum(count for (_, category, _), count in tally.counts.items() if category != "検出なし")
    assert 600_000 < tally.lines < 750_000
    assert detected < tally.lines / 4


def test_counts_are_uneven_between_companies(tally: Tally) -> None:
    for category in ("不正プログラム", "スパムメール", "禁止アプリケーション"):
        tenants = [len(tally.tenants["utm", category, month]) for month in MONTHS]
        observed = [len(tally.heard["utm", month]) for month in MONTHS]
        assert all(0 < some < every for some, every in zip(tenants, observed, strict=True))
