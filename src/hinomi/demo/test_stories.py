"""Company 901: the two stories lie in the raw lines of the right PCs, and nothing else is found there."""

import csv
import io

import pytest

from hinomi.demo.deliveries import deliveries


@pytest.fixture(scope="module")
def december() -> dict[str, str]:
    """Source to the text that company 901 sent for December."""
    wanted = deliveries(wanted=lambda one: one.tenant == "901" and one.received.month == 12 and one.received.day == 31)
    return {one.source: one.payload.decode("utf-8-sig") for one in wanted}


def rows(text: str, **wanted: str) -> list[dict[str, str]]:
    table = csv.DictReader(io.StringIO(text))
    return [row for row in table if all(row[name] == value for name, value in wanted.items())]


def utm(december: dict[str, str], address: str, *parts: str) -> list[str]:
    lines = december["fortinet_fortigate"].splitlines()
    return [line for line in lines if f"srcip={address} " in line and all(part in line for part in parts)]


def test_an_infected_attachment_reaches_its_reader(december: dict[str, str]) -> None:
    [letter] = rows(december["cloud_mail_security"], 受信者="yamada@c901.example.co.jp", 判定="不正プログラム検索")
    assert letter["処理"] == "配送"
    assert letter["添付ファイル名"].endswith(".doc")


def test_the_edr_tells_the_infection_in_order_on_one_pc(december: dict[str, str]) -> None:
    seen = rows(december["keepeye"], 種別="検知", ホスト名="PC-07")
    assert {row["日時"][:10] for row in seen} == {"2022/12/06"}
    assert {(row["IPアドレス"], row["ユーザー"], row["重要度"]) for row in seen} == {("192.168.10.27", "yamada", "高")}
    assert list(dict.fromkeys(row["検知分類"] for row in seen)) == [
        "アプリがOSコマンド実行",
        "不審な通信先",
        "アプリがファイル生成",
        "未登録アプリケーション",
        "不審なOSコマンド実行",
        "ファイル暗号化",
    ]


def test_utm_and_edr_see_the_same_call_home(december: dict[str, str]) -> None:
    [call] = rows(december["keepeye"], ホスト名="PC-07", 検知分類="不審な通信先")
    host = call["URL"].split("/")[2]
    assert utm(december, "192.168.10.27", 'subtype="dns"', f'botnetdomain="{host}"')
    assert utm(december, "192.168.10.27", 'eventtype="botnet"', f'hostname="{host}"', f"dstip={call['通信先IP']} ")


def test_one_stopped_download_leaves_three_lines_of_one_session(december: dict[str, str]) -> None:
    [virus] = utm(december, "192.168.10.27", 'subtype="virus"')
    session = virus.partition("sessionid=")[2].partition(" ")[0]
    told = utm(december, "192.168.10.27", f"sessionid={session} ")
    assert [line.partition('subtype="')[2].partition('"')[0] for line in told] == ["webfilter", "virus", "forward"]
    assert 'service="HTTP" ' in virus
    assert 'utmaction="block"' in told[2]


def test_the_scam_goes_from_notification_to_remote_control_on_one_pc(december: dict[str, str]) -> None:
    address = "192.168.10.32"
    assert utm(december, address, "push-news-alert.test", 'action="passthrough"')
    [warning] = utm(december, address, 'eventtype="ftgd_blk"')
    assert "cat=26 " in warning
    seen = rows(december["keepeye"], 種別="検知", ホスト名="PC-12")
    assert [row["検知分類"] for row in seen] == ["未登録アプリケーション", "アプリから別アプリを起動"]
    assert {row["日時"][:10] for row in seen} == {"2022/12/14"}
    assert {row["ユーザー"] for row in seen} == {"suzuki"}
    assert all("AnyDesk.exe" in (row["プロセス名"], row["親プロセス名"]) for row in seen)
    assert rows(december["keepeye"], 種別="稼働", ホスト名="PC-12", プロセス名="AnyDesk.exe")


def test_nothing_else_is_found_on_the_two_pcs(december: dict[str, str]) -> None:
    stopped = ('level="warning"', 'level="alert"', 'subtype="emailfilter"')
    for address, day in (("192.168.10.27", "2022-12-06"), ("192.168.10.32", "2022-12-14")):
        found = [line for part in stopped for line in utm(december, address, part)]
        assert {line.partition("date=")[2][:10] for line in found} == {day}
    spam = {row["受信者"] for row in rows(december["cloud_mail_security"], 判定="スパムメール対策")}
    assert spam
    assert not spam & {"yamada@c901.example.co.jp", "suzuki@c901.example.co.jp"}
