"""KeepEye: the study's EDR, as a CSV export of detections (検知) and of daily activity (稼働).

The layout is assumed, no real export being public; times are Japan's without saying so.
"""

from hashlib import sha256

import numpy as np

from hinomi.demo.allotment import Share
from hinomi.demo.batch import Batch, csv_header, favour, payload, pick, quoted
from hinomi.demo.hosts import Host
from hinomi.demo.programs import BEHAVIOURS, DAILY, DEFENDER, Behaviour, Daily
from hinomi.demo.workdays import at_work, stamps

COLUMNS = (
    "日時,種別,ホスト名,IPアドレス,MACアドレス,ユーザー,検知分類,重要度,プロセス名,プロセスパス,コマンドライン,"
    "プロセスID,親プロセス名,親コマンドライン,ファイルパス,SHA256,通信先IP,通信先ポート,URL,処理,説明"
)
STAMP = "%Y/%m/%d {}"

Rng = np.random.Generator


def write(share: Share, rng: Rng, extra: tuple[Batch, ...] = ()) -> bytes:
    """The month's export of one company, with the lines of a story, if any, among them."""
    batches = [_activity(share, rng)]
    batches += [_detections(share, kind, count, rng) for kind, count in share.counts.items()]
    return payload([*batches, *extra], csv_header(COLUMNS))


def records(share: Share) -> int:
    """Rows of that export, its header not counted."""
    return share.ordinary + sum(share.counts.values())


def file_name(share: Share) -> str:
    return f"keepeye_{share.plan.tenant}_{share.month:%Y%m}.csv"


def digest(path: str) -> str:
    """A stand-in for the file's SHA-256: the same program has the same one everywhere."""
    return sha256(path.lower().encode()).hexdigest()


def program_name(path: str) -> str:
    return path.rpartition("\\")[2]


def machine(host: Host) -> str:
    """The columns that say which PC it was."""
    return f"{host.name},{host.ip},{host.mac},{host.user}"


def _activity(share: Share, rng: Rng) -> Batch:
    count = share.ordinary
    moments = at_work(rng, share.month, count)
    bodies = [_daily(program) for program in DAILY]
    machines = [machine(host) for host in share.plan.hosts]
    rows = zip(
        stamps(share.month, moments, STAMP),
        pick(rng, machines, count),
        favour(rng, bodies, count, 0.5),
        rng.integers(1000, 20000, count).tolist(),
        strict=True,
    )
    return Batch(moments, [f"{time},稼働,{pc},{head}{pid}{tail}" for time, pc, (head, tail), pid in rows])


def _daily(program: Daily) -> tuple[str, str]:
    """What goes before and after the process's number."""
    command = quoted(f'"{program.path}" {program.arguments}'.strip())
    head = f",情報,{program_name(program.path)},{quoted(program.path)},{command},"
    connected = f"{program.address},443,{program.url}" if program.address else ",,"
    text = "ネットワーク接続" if program.address else "プロセス起動"
    return (
        head,
        f",{program_name(program.parent)},{quoted(program.parent)},,{digest(program.path)},{connected},記録,{text}",
    )


def _detections(share: Share, kind: str, count: int, rng: Rng) -> Batch:
    """A company has the same one or two programs that stand out, on a few PCs."""
    moments = at_work(rng, share.month, count)
    known = BEHAVIOURS[kind]
    turn = int(share.plan.tenant) % len(known)
    own = (known[turn:] + known[:turn])[:2]
    rows = zip(
        stamps(share.month, moments, STAMP),
        favour(rng, share.plan.bystanders, count, 1.3),
        favour(rng, own, count, 1.5),
        rng.integers(1000, 20000, count).tolist(),
        strict=True,
    )
    return Batch(moments, [f"{time},検知,{machine(host)},{_behaviour(seen, pid)}" for time, host, seen, pid in rows])


def _behaviour(seen: Behaviour, pid: int) -> str:
    hashed = digest(seen.file if seen.kind == DEFENDER else seen.path)
    return (
        f"{seen.kind},{seen.severity},{program_name(seen.path)},{quoted(seen.path)},{quoted(seen.command)},{pid},"
        f"{program_name(seen.parent)},{quoted(seen.parent)},{quoted(seen.file)},{hashed},,,,{seen.action},"
        f"{quoted(seen.text)}"
    )
