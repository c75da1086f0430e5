"""Cloud Edge: the study's UTM, as its console's log query exports CSV.

The layout is assumed, no real export being public: times are Japan's without saying so, one row may
stand for several hits (件数).
"""

from collections.abc import Callable

import numpy as np

from hinomi.demo import truth
from hinomi.demo.allotment import Share
from hinomi.demo.batch import Batch, csv_header, favour, payload, pick, ports, quoted
from hinomi.demo.hosts import Host, subnet
from hinomi.demo.lures import MALWARE, ORDER_SENDERS, ORDER_SUBJECTS, RELAYS, SENDERS, SPAM, STRANGERS, Malware
from hinomi.demo.programme import PUBLIC_WEB_SERVER
from hinomi.demo.signatures import FORBIDDEN_APPLICATIONS, INTRUSIONS, SCANS
from hinomi.demo.websites import FILE_TRANSFER, HARMFUL, ORDINARY, UNSUITABLE, Site
from hinomi.demo.workdays import around_the_clock, at_work, on_days, stamps

COLUMNS = (
    "日時,ログ種別,デバイス,送信元IP,送信元ポート,ユーザー,ホスト名,送信先IP,送信先ポート,プロトコル,方向,"
    "アプリケーション,URL,URLカテゴリ,検出名,ファイル名,送信者,受信者,件名,処理,件数"
)
STAMP = "%Y/%m/%d {}"
ORDINARY_KIND = "インターネットアクセス"

Rng = np.random.Generator
Writer = Callable[[Share, int, Rng], Batch]


def write(share: Share, rng: Rng, extra: tuple[Batch, ...] = ()) -> bytes:
    """The month's export of one device, with the lines of a story, if any, among them."""
    batches = [_internet(share, share.ordinary, rng)]
    batches += [WRITERS[category](share, count, rng) for category, count in share.counts.items()]
    return payload([*batches, *extra], csv_header(COLUMNS))


def records(share: Share) -> int:
    """Rows of that export, its header not counted."""
    return share.ordinary + sum(
        len(_parcels(count)) if category in AGGREGATED else count for category, count in share.counts.items()
    )


def _parcels(count: int) -> list[int]:
    """Hits by row: now and then the device puts three equal ones into one row."""
    triples = count // 12
    return [3] * triples + [1] * (count - 3 * triples)


def _internet(share: Share, count: int, rng: Rng) -> Batch:
    moments = at_work(rng, share.month, count)
    tails = [_web(site, "許可", "") for site in ORDINARY]
    device = _device(share)
    return Batch(
        moments,
        [
            _visit(share, time, place, port)
            if _is_visit(share, place)
            else f"{time},{ORDINARY_KIND},{device},{host.ip},{port},{host.user},{host.name},{tail}"
            for place, (time, host, port, tail) in enumerate(
                zip(
                    stamps(share.month, moments, STAMP),
                    pick(rng, share.plan.hosts, count),
                    ports(rng, count),
                    favour(rng, tails, count, 0.7),
                    strict=True,
                )
            )
        ],
    )


def _is_visit(share: Share, place: int) -> bool:
    return share.plan.tenant == PUBLIC_WEB_SERVER and place % VISITS == 0


def _visit(share: Share, time: str, place: int, port: int) -> str:
    """Somebody outside looks at the company's own pages."""
    visitor = f"198.51.100.{150 + place // VISITS % 60}"
    server = f"{_server(share)},443,TCP,受信,HTTPS"
    return f"{time},{ORDINARY_KIND},{_device(share)},{visitor},{port},,,{server},,,,,,,,許可,1"


def _server(share: Share) -> str:
    """The public web server's address, in the middle of the office LAN."""
    return f"{subnet(share.plan.tenant)}.8"


def _web(site: Site, action: str, finding: str) -> str:
    """What follows the host in a row about a page."""
    return f"{site.ip},443,TCP,送信,HTTPS,https://{site.host}{site.path},{site.category},{finding},,,,,{action},1"


def _pages(kind: str, sites: tuple[Site, ...], finding: str) -> Writer:
    """A writer of rows about pages that people of the company asked for."""

    def write_pages(share: Share, count: int, rng: Rng) -> Batch:
        moments = at_work(rng, share.month, count)
        chosen = favour(rng, [_web(site, "ブロック", finding) for site in sites], count)
        visitors = favour(rng, share.plan.hosts, count, 1.5)
        return Batch(
            moments,
            [
                f"{time},{kind},{_device(share)},{host.ip},{port},{host.user},{host.name},{site}"
                for time, host, port, site in zip(
                    stamps(share.month, moments, STAMP), visitors, ports(rng, count), chosen, strict=True
                )
            ],
        )

    return write_pages


def _malware(share: Share, count: int, rng: Rng) -> Batch:
    """Two in three by mail, the others downloaded; all of them stopped."""
    moments = at_work(rng, share.month, count)
    rows = zip(
        stamps(share.month, moments, STAMP),
        favour(rng, share.plan.hosts, count, 0.5),
        ports(rng, count),
        favour(rng, MALWARE, count, 0.6),
        pick(rng, RELAYS, count),
        pick(rng, ORDER_SENDERS, count),
        pick(rng, ORDER_SUBJECTS, count),
        pick(rng, ("削除", "隔離", "隔離"), count),
        rng.random(count).tolist(),
        strict=True,
    )
    return Batch(
        moments,
        [
            f"{time},不正プログラム,{_device(share)},"
            + (
                _by_mail(host, malware, relay, port, f"{sender},{host.mail},{quoted(subject)},{action},1")
                if by_mail < 0.67
                else _by_download(host, malware, port)
            )
            for time, host, port, malware, relay, sender, subject, action, by_mail in rows
        ],
    )


def _by_mail(host: Host, malware: Malware, relay: str, port: int, tail: str) -> str:
    return (
        f"{host.ip},{port},{host.user},{host.name},{relay},995,TCP,受信,POP3,,,"
        f"{malware.name},{quoted(malware.file)},{tail}"
    )


def _by_download(host: Host, malware: Malware, port: int) -> str:
    site = HARMFUL[len(malware.file) % len(HARMFUL)]
    url = quoted(f"http://{site.host}/{malware.file.replace(' ', '%20')}")
    return (
        f"{host.ip},{port},{host.user},{host.name},{site.ip},80,TCP,送信,HTTP,{url},{site.category},"
        f"{malware.name},{quoted(malware.file)},,,,ブロック,1"
    )


def _spam(share: Share, count: int, rng: Rng) -> Batch:
    moments = around_the_clock(rng, share.month, count)
    subjects = [quoted(subject) for subject in SPAM]
    device = _device(share)
    return Batch(
        moments,
        [
            f"{time},スパムメール,{device},{host.ip},{port},{host.user},{host.name},{relay},995,TCP,受信,POP3,,,"
            f"スパムメール,,{sender},{host.mail},{subject},タグ付け,1"
            for time, relay, host, port, sender, subject in zip(
                stamps(share.month, moments, STAMP),
                pick(rng, RELAYS, count),
                favour(rng, share.plan.hosts, count, 0.6),
                ports(rng, count),
                favour(rng, SENDERS, count, 0.4),
                favour(rng, subjects, count, 0.5),
                strict=True,
            )
        ],
    )


def _application(share: Share, count: int, rng: Rng) -> Batch:
    moments = at_work(rng, share.month, count)
    rows = zip(
        stamps(share.month, moments, STAMP),
        favour(rng, share.plan.hosts, count, 1.1),
        ports(rng, count),
        favour(rng, FORBIDDEN_APPLICATIONS, count, 0.9),
        pick(rng, STRANGERS, count),
        strict=True,
    )
    return Batch(
        moments,
        [
            f"{time},禁止アプリケーション,{_device(share)},{host.ip},{port},{host.user},{host.name},"
            f"{peer},{app.port},{app.protocol},送信,{app.name},,,{app.name},,,,,ブロック,1"
            for time, host, port, app, peer in rows
        ],
    )


def _strangers(kind: str, names: tuple[tuple[str, int], ...], action: str) -> Writer:
    """A writer of rows about what came from outside to a few machines, equal ones sometimes in one row."""

    def write_hits(share: Share, count: int, rng: Rng) -> Batch:
        hits = _parcels(count)
        moments = around_the_clock(rng, share.month, len(hits))
        rows = zip(
            stamps(share.month, moments, STAMP),
            favour(rng, STRANGERS, len(hits), 0.8),
            ports(rng, len(hits)),
            favour(rng, share.plan.hosts[-3:], len(hits), 1.2),
            favour(rng, names, len(hits), 0.7),
            hits,
            strict=True,
        )
        return Batch(
            moments,
            [
                f"{time},{kind},{_device(share)},{stranger},{port},,,{_aim(share, host, target)},{target},TCP,受信,"
                f",,,{name},,,,,{action},{number}"
                for time, stranger, port, host, (name, target), number in rows
            ],
        )

    return write_hits


def _aim(share: Share, host: Host, port: int) -> str:
    return _server(share) if share.plan.tenant == PUBLIC_WEB_SERVER and port in WEB_PORTS else host.ip


def _land(share: Share, count: int, rng: Rng) -> Batch:
    """A machine at fault: packets that seem to come from where they go."""
    moments = on_days(rng, truth.FAULT.days, count)
    ip = f"{subnet(share.plan.tenant)}.250"
    tail = f"{truth.FAULT.device},{ip},9100,TCP,内部,,,,{truth.FAULT.signature},,,,,ブロック,1"
    head = f"不正侵入防止(IPS),{_device(share)},{ip},9100,,{tail}"
    return Batch(moments, [f"{time},{head}" for time in stamps(share.month, moments, STAMP)])


def _device(share: Share) -> str:
    return f"CE-{share.plan.tenant}"


VISITS = 16
"""Of a company with a public web server one ordinary line in so many is a visit to it."""
WEB_PORTS = (80, 443, 8080)
AGGREGATED = ("不正侵入防止(IPS)", "探索活動")
WRITERS: dict[str, Writer] = {
    "不正プログラム": _malware,
    "不正侵入防止(IPS)": _strangers("不正侵入防止(IPS)", INTRUSIONS, "ブロック"),
    "不正サイト": _pages("不正サイト", HARMFUL, "Webレピュテーション"),
    "スパムメール": _spam,
    "禁止アプリケーション": _application,
    "探索活動": _strangers("探索活動", SCANS, "検出のみ"),
    "URLカテゴリフィルタ": _pages("URLカテゴリフィルタ", UNSUITABLE, ""),
    "ファイル転送サイト": _pages("URLカテゴリフィルタ", FILE_TRANSFER, ""),
    truth.LAND: _land,
}
"""Kind of line to who writes it."""


def file_name(share: Share) -> str:
    """As the console names its export."""
    return f"cloudedge_{share.plan.tenant}_{share.month:%Y%m}.csv"
