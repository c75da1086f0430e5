"""Cloud mail security: a CSV export with a row for every mail received, detected or not.

The layout is assumed; times are Japan's without saying so.
"""

import numpy as np

from hinomi.demo.allotment import Share
from hinomi.demo.batch import Batch, csv_header, favour, payload, pick, quoted
from hinomi.demo.hosts import Host
from hinomi.demo.lures import (
    BUSINESS_FILES,
    BUSINESS_SENDERS,
    BUSINESS_SUBJECTS,
    MALWARE,
    ORDER_SENDERS,
    ORDER_SUBJECTS,
    RELAYS,
    SENDERS,
    SPAM,
    STRANGERS,
)
from hinomi.demo.websites import HARMFUL
from hinomi.demo.workdays import Seconds, around_the_clock, at_work, epoch, stamps

COLUMNS = "受信日時,メッセージID,送信者,送信元IP,受信者,件名,サイズ,判定,検出名,添付ファイル名,URL,処理"
STAMP = "%Y/%m/%d {}"

Rng = np.random.Generator


def write(share: Share, rng: Rng, extra: tuple[Batch, ...] = ()) -> bytes:
    """The month's mails of one company, with those of a story, if any, among them."""
    batches = [_clean(share, share.ordinary, rng)]
    batches += [WRITERS[verdict](share, count, rng) for verdict, count in share.counts.items()]
    return payload([*batches, *extra], csv_header(COLUMNS))


def records(share: Share) -> int:
    """Rows of that export, its header not counted."""
    return share.ordinary + sum(share.counts.values())


def file_name(share: Share) -> str:
    return f"mail_{share.plan.tenant}_{share.month:%Y%m}.csv"


def _rows(
    share: Share,
    rng: Rng,
    moments: Seconds,
    senders: list[str],
    relays: list[str],
    contents: list[tuple[str, str]],
    sizes: tuple[int, int],
    readers: tuple[Host, ...],
) -> Batch:
    """``contents`` are the subject, and all columns after the size, ready to print."""
    count = len(senders)
    numbers = (moments + epoch(share.month)).tolist()
    rows = zip(
        stamps(share.month, moments, STAMP),
        numbers,
        rng.integers(0, 1 << 32, count).tolist(),
        senders,
        relays,
        favour(rng, readers, count, 0.4),
        contents,
        rng.integers(*sizes, count).tolist(),
        strict=True,
    )
    return Batch(
        moments,
        [
            f"{time},<{number}.{unique:08x}@{sender.partition('@')[2]}>,{sender},{relay},{to.mail},{subject},{size},{rest}"
            for time, number, unique, sender, relay, to, (subject, rest), size in rows
        ],
    )


def _clean(share: Share, count: int, rng: Rng) -> Batch:
    contents = [
        (quoted(subject), f"検出なし,,{file},,配送") for subject in BUSINESS_SUBJECTS for file in BUSINESS_FILES
    ]
    return _rows(
        share,
        rng,
        at_work(rng, share.month, count),
        pick(rng, BUSINESS_SENDERS, count),
        pick(rng, RELAYS, count),
        pick(rng, contents, count),
        (3_000, 900_000),
        share.plan.hosts,
    )


def _spam(share: Share, count: int, rng: Rng) -> Batch:
    names = (("スパム", "件名にタグ付け"), ("スパム", "隔離"), ("フィッシング", "隔離"), ("なりすまし", "隔離"))
    contents = [(quoted(subject), f"スパムメール対策,{name},,,{action}") for subject in SPAM for name, action in names]
    return _uninvited(share, count, rng, contents, SENDERS, (2_000, 60_000))


def _malware(share: Share, count: int, rng: Rng) -> Batch:
    contents = [
        (quoted(ORDER_SUBJECTS[number % len(ORDER_SUBJECTS)]), f"不正プログラム検索,{name},{quoted(file)},,{action}")
        for number, (name, file) in enumerate(MALWARE)
        for action in ("隔離", "削除")
    ]
    return _uninvited(share, count, rng, contents, ORDER_SENDERS, (30_000, 2_000_000))


def _reputation(share: Share, count: int, rng: Rng) -> Batch:
    contents = [
        (quoted(subject), f"Webレピュテーション,{site.category},,https://{site.host}{site.path},隔離")
        for subject, site in zip(SPAM, HARMFUL[3:], strict=False)
    ]
    return _uninvited(share, count, rng, contents, SENDERS, (2_000, 60_000))


def _uninvited(
    share: Share,
    count: int,
    rng: Rng,
    contents: list[tuple[str, str]],
    senders: tuple[str, ...],
    sizes: tuple[int, int],
) -> Batch:
    return _rows(
        share,
        rng,
        around_the_clock(rng, share.month, count),
        favour(rng, senders, count, 0.4),
        pick(rng, STRANGERS, count),
        favour(rng, contents, count, 0.5),
        sizes,
        share.plan.bystanders,
    )


WRITERS = {"スパムメール対策": _spam, "不正プログラム検索": _malware, "Webレピュテーション": _reputation}
"""Verdict to who writes it."""
