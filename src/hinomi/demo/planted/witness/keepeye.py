"""What KeepEye, the study's EDR, exports of a happening: rows of processes, connections and files."""

from hinomi.demo.batch import csv_line
from hinomi.demo.hosts import Host
from hinomi.demo.keepeye import COLUMNS, program_name
from hinomi.demo.planted.happening import Connected, Fetched, Happening, Started, Verdict, Wrote
from hinomi.demo.planted.witness.moment import Moment
from hinomi.demo.stories import endpoint


def lines(what: Happening, at: Moment) -> list[str]:
    match what:
        case Started():
            return [row(what.host, at, what.verdict, started(what), user=what.user)]
        case Wrote():
            return [row(what.host, at, what.verdict, wrote(what))]
        case Connected():
            return [row(what.host, at, what.verdict, connected(what))]
        case Fetched(threat="", secure=False):
            return [row(what.host, at, None, connected(Connected(what.host, what.path, what.site, secure=False)))]
        case _:
            return []


def started(what: Started) -> dict[str, str]:
    return {
        "プロセスパス": what.path,
        "コマンドライン": what.command,
        "親プロセス名": program_name(what.parent),
        "親コマンドライン": what.parent_command or what.parent,
        **({"ファイルパス": what.file or what.path} if what.verdict else {}),
        "説明": "プロセス起動",
    }


def wrote(what: Wrote) -> dict[str, str]:
    return {
        "プロセスパス": what.path,
        "コマンドライン": what.path,
        "ファイルパス": what.file,
        "説明": "ファイル書き込み",
    }


def connected(what: Connected) -> dict[str, str]:
    scheme, usual = ("https", 443) if what.secure else ("http", 80)
    return {
        "プロセスパス": what.path,
        "コマンドライン": what.path,
        "親プロセス名": "explorer.exe",
        "通信先IP": what.site.ip,
        "通信先ポート": str(what.port or usual),
        "URL": "" if what.port else f"{scheme}://{what.site.host}{what.site.path}",
        "説明": "ネットワーク接続",
    }


def row(host: Host, at: Moment, verdict: Verdict | None, values: dict[str, str], user: str = "") -> str:
    said = {} if verdict is None else {"検知分類": verdict.kind, "重要度": verdict.severity, "処理": verdict.action}
    if verdict and verdict.text:
        said["説明"] = verdict.text
    whose = {"ユーザー": user} if user else {}
    number = {"プロセスID": str(1000 + at.number % 19000)}
    told = endpoint(host, "検知" if verdict else "稼働", {**values, **number, **said, **whose})
    return csv_line(COLUMNS, {"日時": f"{at.japan:%Y/%m/%d %H:%M:%S}", **told})
