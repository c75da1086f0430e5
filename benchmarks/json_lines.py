"""JSON lines to columns: the compiled scanner beside orjson, in events per CPU second on one core.

    .venv/bin/python benchmarks/json_lines.py [--megabytes 16] [--rounds 9] [--evtx DIR]

Everything runs in turn in one process, so that ratios hold whatever else the machine does: medians of the rounds'
ratios. orjson only makes dictionaries, of lines that are split already; the scanner's time includes finding the
lines, seeing whether they are UTF-8, and the columns of all wanted fields that have values. Events are written here
(Windows: Sysmon and Security in several shapes; Suricata's EVE), or read from EVTX files where a folder is given.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import orjson

from hinomi.library.formats.jsonscan import Wanted, of_lines, scan
from hinomi.library.formats.lines import split

HEAD = {
    "@timestamp": "2023-01-15T03:00:{n:02d}.{port}Z",
    "EventReceivedTime": "2023-01-15 03:00:{n:02d}",
    "SourceName": "Microsoft-Windows-Sysmon",
    "ProviderGuid": "{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}",
    "Level": "Information",
    "Keywords": -9223372036854775808,
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "Hostname": "PC-{pid:05d}.corp.example.jp",
    "EventID": 0,
    "ExecutionProcessID": 2932,
    "ThreadID": 4012,
    "RecordNumber": 1234567,
    "AccountName": "SYSTEM",
    "UserID": "S-1-5-18",
    "OpcodeValue": 0,
    "Version": 5,
    "tags": ["mordorDataset"],
    "port": 60867,
}
SYSTEM = r"C:\Windows\System32" + "\\"
SYSMON = {
    "RuleName": "-",
    "UtcTime": "2023-01-15 03:00:{n:02d}.123",
    "ProcessGuid": "{{39E4A257-0000-{pid:04x}-0000-001035870000}}",
    "ProcessId": "{pid}",
    "Image": SYSTEM + "svchost{word}.exe",
}
KINDS = [
    (30, 1, SYSMON | {
        "FileVersion": "10.0.18362.1 (WinBuild.160101.0800)", "Description": "Host Process for Windows Services",
        "Product": "Microsoft® Windows® Operating System", "Company": "Microsoft Corporation",
        "OriginalFileName": "svchost.exe", "CommandLine": SYSTEM + 'svchost.exe -k netsvcs -p -s "{word} {port}"',
        "CurrentDirectory": SYSTEM, "User": r"NT AUTHORITY\SYSTEM",
        "LogonGuid": "{{39E4A257-1111-5EBA-0000-0020E7030000}}", "LogonId": "0x3e7", "TerminalSessionId": "0",
        "IntegrityLevel": "System", "Hashes": "SHA1={hash},MD5={hash},SHA256={hash}{hash},IMPHASH={hash}",
        "ParentProcessGuid": "{{39E4A257-0000-{port:04x}-0000-001035870000}}", "ParentProcessId": "{port}",
        "ParentImage": SYSTEM + "services.exe", "ParentCommandLine": SYSTEM + "services.exe",
    }),
    (25, 10, {
        "RuleName": "-", "UtcTime": "2023-01-15 03:00:{n:02d}.123", "SourceProcessGUID": "{{39E4A257-{pid:04x}}}",
        "SourceProcessId": "{pid}", "SourceThreadId": "4444", "SourceImage": SYSTEM + "{word}.exe",
        "TargetProcessGUID": "{{39E4A257-{port:04x}}}", "TargetProcessId": "{port}",
        "TargetImage": SYSTEM + "lsass.exe", "GrantedAccess": "0x1000", "CallTrace": "|".join(
            rf"{SYSTEM}{name}.dll+{offset:x}" for name, offset in zip(
                ("ntdll", "KERNELBASE", "kernel32", "rpcrt4", "combase", "{word}", "sechost", "ucrtbase"),
                range(0x9C534, 0x9C534 + 8 * 4096, 4096), strict=True)),
    }),
    (25, 7, SYSMON | {
        "ImageLoaded": SYSTEM + "{word}.dll", "FileVersion": "10.0.18362.1 (WinBuild.160101.0800)",
        "Description": "{word} API", "Product": "Microsoft® Windows® Operating System",
        "Company": "Microsoft Corporation", "OriginalFileName": "{word}.dll", "Hashes": "SHA1={hash},SHA256={hash}",
        "Signed": "true", "Signature": "Microsoft Windows", "SignatureStatus": "Valid",
    }),
    (15, 13, SYSMON | {
        "EventType": "SetValue", "Details": "DWORD (0x00000001)",
        "TargetObject": r"HKLM\System\CurrentControlSet\Services\{word}\Parameters\{port}",
    }),
    (5, 4624, {
        "SubjectUserSid": "S-1-5-18", "SubjectUserName": "PC$", "SubjectDomainName": "CORP", "TargetUserName": "田中",
        "TargetDomainName": "NT AUTHORITY", "LogonType": "3", "IpAddress": "192.0.2.{n}", "IpPort": "{port}",
        "WorkstationName": "-", "AuthenticationPackageName": "Negotiate", "LogonProcessName": "Advapi  ",
    }),
]  # fmt: skip
WORDS = ("dwmapi", "netprofm", "cryptsvc", "BFE", "schedule", "profsvc", "wuauserv", "lmhosts", "spooler", "termsrv")
FIELDS = sorted({*HEAD, "Message", *(key for _, _, data in KINDS for key in data)})
WINDOWS_FIELDS = [*FIELDS, *(f"Field{number}" for number in range(189 - len(FIELDS)))]
"""As many as a large set of rules asks for."""
EVE_PARTS = {
    "": "timestamp flow_id event_type src_ip src_port dest_ip dest_port proto app_proto in_iface community_id",
    "alert.": "action gid signature_id rev signature category severity metadata",
    "flow.": "bytes_toserver bytes_toclient pkts_toserver pkts_toclient start end",
    "http.": "hostname url http_user_agent http_method status length",
    "tls.": "sni version subject issuerdn",
    "dns.": "type id rrname rrtype rcode answers",
}
EVE_FIELDS = [f"{part}{key}" for part, named in EVE_PARTS.items() for key in named.split()]


def windows(size: int, shape: str) -> list[bytes]:
    """Events of about 2 kB up to ``size`` octets: flat, under ``Event.EventData``, or as Winlogbeat has them."""
    chance, found, total = random.Random(1), [], 0
    while total < size:
        _, event_id, data = chance.choices(KINDS, weights=[weight for weight, _, _ in KINDS])[0]
        values = {"n": chance.randrange(60), "pid": chance.randrange(400, 40000), "port": chance.randrange(1025, 65000),
                  "hash": f"{chance.getrandbits(128):032x}", "word": chance.choice(WORDS)}  # fmt: skip
        head, body = filled(HEAD | {"EventID": event_id}, values), filled(data, values)
        message = "\r\n".join(["Event:", *(f"{key}: {value}" for key, value in body.items())])
        match shape:
            case "flat":
                event = head | body | {"Message": message}
            case "evtx":
                event = {"Event": {"System": head, "EventData": body | {"Message": message}}}
            case _:
                event = {"@timestamp": "2023-01-15", "winlog": head | {"event_data": body}, "message": message}
        found.append(orjson.dumps(event))
        total += len(found[-1]) + 1
    return found


def filled(texts: dict[str, object], values: dict[str, object]) -> dict[str, object]:
    return {key: text.format(**values) if isinstance(text, str) else text for key, text in texts.items()}


def eve(size: int) -> list[bytes]:
    """Lines as ``benchmarks/lines.py`` writes them."""
    command = [sys.executable, str(Path(__file__).parent / "lines.py"), "suricata_eve", str(size // 500)]
    return subprocess.run(command, check=True, capture_output=True).stdout.splitlines()


def from_evtx(folder: Path, size: int) -> list[bytes]:
    from evtx import PyEvtxParser

    found, total = [], 0
    for path in sorted(folder.rglob("*.evtx")):
        for record in islice(PyEvtxParser(str(path)).records_json(), 2000):
            found.append(record["data"].replace("\n", " ").encode())
            total += len(found[-1])
        if total > size:
            break
    return found


def names(prefixes: tuple[str, ...]) -> Wanted:
    return Wanted({field: [f"{prefix}{field}" for prefix in prefixes] for field in WINDOWS_FIELDS}, fold=True)


def columns(payload: bytes, wanted: Wanted, *, compiled: bool = True) -> int:
    rows = 0
    for found in scan(of_lines(split(payload)), wanted, compiled=compiled):
        found.frame(found.present())
        rows += len(found)
    return rows


def dictionaries(blocks: list[list[bytes]]) -> None:
    for block in blocks:
        for line in block:
            orjson.loads(line)


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def compare(title: str, lines: list[bytes], wanted: Wanted, block: int, rounds: int) -> None:
    blocks, size = [[]], 0
    for line in lines:
        if size > block:
            blocks.append([])
            size = 0
        blocks[-1].append(line)
        size += len(line) + 1
    payloads = [b"\n".join(block) + b"\n" for block in blocks]
    few = payloads[0][: payloads[0].find(b"\n", 400_000) + 1]
    columns(payloads[0], wanted)
    quick, slow, plain = [], [], []
    for _ in range(rounds):
        quick.append(seconds(lambda: [columns(payload, wanted) for payload in payloads]))
        slow.append(seconds(lambda: dictionaries(blocks)))
        plain.append(seconds(lambda: columns(few, wanted, compiled=False)))
    ratio = statistics.median(one / other for one, other in zip(slow, quick, strict=True))
    count, mean = len(lines), sum(map(len, lines)) / len(lines)
    sizes = (count, count, few.count(b"\n"))
    rates = [size / statistics.median(times) for size, times in zip(sizes, (quick, slow, plain), strict=True)]
    print(f"{title:34}{mean:6.0f} B{rates[0]:11,.0f}{rates[1]:11,.0f}{ratio:8.2f}{rates[2]:11,.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--evtx", type=Path, help="folder of EVTX files")
    parser.add_argument("--only", default="", help="only rows whose title holds this word")
    options = parser.parse_args()
    size = options.megabytes << 20
    flat = windows(size, "flat")
    shapes = ("Event.EventData.", "Event.System.", "EventData.", "winlog.event_data.", "winlog.", "")
    rows = [
        ("Windows flat, 8 MB blocks", flat, names(("",)), 8 << 20),
        ("Windows flat, 1 MB blocks", flat, names(("",)), 1 << 20),
        ("Windows flat, any shape wanted", flat, names(shapes), 8 << 20),
        ("Windows Event.EventData", windows(size, "evtx"), names(shapes), 8 << 20),
        ("Winlogbeat", windows(size, "winlog"), names(shapes), 8 << 20),
        ("Suricata EVE", eve(size), Wanted(EVE_FIELDS), 8 << 20),
    ]
    if options.evtx:
        rows.append(("EVTX files' records", from_evtx(options.evtx, size), names(shapes), 8 << 20))
    versions = f"Python {platform.python_version()}, orjson {orjson.__version__}"
    print(f"{platform.machine()}, {versions}; medians of {options.rounds} rounds")
    print(f"{'events per CPU second':34}{'size':>8}{'scanner':>11}{'orjson':>11}{'ratio':>8}{'plain':>11}")
    for title, lines, wanted, block in rows:
        if options.only.lower() in title.lower():
            compare(title, lines, wanted, block, options.rounds)


if __name__ == "__main__":
    main()
