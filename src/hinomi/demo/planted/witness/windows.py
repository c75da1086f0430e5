"""What Windows and Sysmon record of a happening, as Winlogbeat sends it: one JSON document a line."""

import json
from typing import Any

from hinomi.demo.hosts import Host
from hinomi.demo.inventory import company
from hinomi.demo.keepeye import digest
from hinomi.demo.planted.happening import (
    Antivirus,
    Asked,
    Connected,
    Happening,
    LoggedOn,
    Service,
    Setting,
    Started,
    Wrote,
)
from hinomi.demo.planted.witness.moment import Moment

SYSMON = ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon")
SECURITY = ("Security", "Microsoft-Windows-Security-Auditing")
SYSTEM = ("System", "Service Control Manager")
DEFENDER = ("Microsoft-Windows-Windows Defender/Operational", "Microsoft-Windows-Windows Defender")

Record = tuple[tuple[str, str], int, dict[str, str]]
"""Channel and provider, number of the event, its data."""


def lines(what: Happening, at: Moment) -> list[str]:
    found = record(what, at)
    return [document(*found, host_of(what), at)] if found else []


def host_of(what: Happening) -> Host:
    host = getattr(what, "host", None)
    if not isinstance(host, Host):
        raise TypeError(f"no machine: {what}")
    return host


def record(what: Happening, at: Moment) -> Record | None:
    match what:
        case Started():
            return SYSMON, 1, started(what, at)
        case Connected():
            return SYSMON, 3, connected(what, at)
        case Wrote():
            return SYSMON, 11, by(what.host, what.path, at) | {"TargetFilename": what.file}
        case Setting():
            said = {"EventType": "SetValue", "TargetObject": what.key, "Details": what.value}
            return SYSMON, 13, by(what.host, what.path, at) | said
        case Asked():
            said = {"QueryName": what.name, "QueryStatus": "0", "QueryResults": "::ffff:203.0.113.9;"}
            return SYSMON, 22, by(what.host, "C:\\Windows\\System32\\svchost.exe", at) | said
        case LoggedOn():
            return SECURITY, 4625 if what.failed else 4624, logged_on(what, at)
        case Service():
            return SYSTEM, 7045, {
                "ServiceName": what.name,
                "ImagePath": what.command,
                "ServiceType": "user mode service",
                "StartType": "demand start",
                "AccountName": "LocalSystem",
            }  # fmt: skip
        case Antivirus():
            return DEFENDER, what.event, antivirus(what)
        case _:
            return None


def by(host: Host, path: str, at: Moment, user: str = "") -> dict[str, str]:
    return {
        "UtcTime": f"{at.universal:%Y-%m-%d %H:%M:%S}.{at.number % 1000:03d}",
        "ProcessGuid": f"{{5e000000-0000-63aa-{at.number % 65536:04x}-000000000400}}",
        "ProcessId": str(1000 + at.number % 19000),
        "Image": path,
        "User": f"{domain(at)}\\{user or host.user}",
    }


def domain(at: Moment) -> str:
    return f"C{at.tenant}"


def started(what: Started, at: Moment) -> dict[str, str]:
    return by(what.host, what.path, at, what.user) | {
        "CommandLine": what.command,
        "CurrentDirectory": f"C:\\Users\\{what.host.user}\\",
        "IntegrityLevel": "Medium",
        "Hashes": f"SHA256={digest(what.path).upper()}",
        "ParentImage": what.parent,
        "ParentCommandLine": what.parent_command or what.parent,
        "ParentUser": f"{domain(at)}\\{what.host.user}",
    }


def connected(what: Connected, at: Moment) -> dict[str, str]:
    return by(what.host, what.path, at) | {
        "Protocol": "tcp",
        "Initiated": "true",
        "SourceIp": what.host.ip,
        "SourceHostname": f"{what.host.name}.{company(at.tenant).domain}",
        "SourcePort": str(at.port),
        "DestinationIp": what.site.ip,
        "DestinationHostname": what.site.host,
        "DestinationPort": str(what.port or (443 if what.secure else 80)),
    }


def logged_on(what: LoggedOn, at: Moment) -> dict[str, str]:
    failed = {"Status": "0xc000006d", "SubStatus": "0xc000006a", "FailureReason": "%%2313"} if what.failed else {}
    return {
        "SubjectUserSid": "S-1-0-0",
        "SubjectUserName": "-",
        "SubjectDomainName": "-",
        "TargetUserName": what.user,
        "TargetDomainName": domain(at),
        "TargetLogonId": f"0x{at.number:x}",
        "LogonType": str(what.kind),
        "LogonProcessName": "NtLmSsp",
        "AuthenticationPackageName": "NTLM",
        "WorkstationName": "-",
        "LmPackageName": "NTLM V2",
        "KeyLength": "128",
        "ProcessName": "-",
        "IpAddress": what.origin,
        "IpPort": str(at.port),
        **failed,
    }


def antivirus(what: Antivirus) -> dict[str, str]:
    if not what.threat:
        return {"Product Name": "Microsoft Defender Antivirus", "Product Version": "4.18.2210.6"}
    return {
        "Product Name": "Microsoft Defender Antivirus",
        "Threat Name": what.threat,
        "Severity Name": "Severe",
        "Severity ID": "5",
        "Category Name": "Trojan",
        "Path": f"file:_{what.file}",
        "Detection User": what.host.user,
        "Process Name": "C:\\Windows\\explorer.exe",
        "Action Name": "Not Applicable" if what.event == 1116 else "Quarantine",
        "Error Code": "0x00000000",
    }


def document(where: tuple[str, str], event: int, data: dict[str, str], host: Host, at: Moment) -> str:
    channel, provider = where
    moment = f"{at.universal:%Y-%m-%dT%H:%M:%S}.{at.number % 1000:03d}Z"
    name = f"{host.name}.{company(at.tenant).domain}"
    said: dict[str, Any] = {
        "@timestamp": moment,
        "event": {"code": str(event), "kind": "event", "provider": provider},
        "host": {"name": name},
        "winlog": {
            "channel": channel,
            "provider_name": provider,
            "event_id": str(event),
            "computer_name": name,
            "record_id": at.number,
            "time_created": moment,
            "event_data": data,
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
