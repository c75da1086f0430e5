"""Names and values out of an event's rendered text, for shippers that lose the event's own data.

Sysmon writes ``Name: value`` lines in English on any Windows. The Security log writes labels within sections, in
the language of Windows: English and Japanese are known. Line ends may have become spaces (Snare), one space, or
``\\r\\n`` in letters. Source: Microsoft, "Advanced security audit policy settings", the page of each event.
"""

import re
from itertools import zip_longest

SUBJECT, TARGET, MEMBER, GROUP, ACCOUNT = "subject", "target", "member", "group", "account"
SECTIONS = {
    "Subject": SUBJECT, "Creator Subject": SUBJECT, "サブジェクト": SUBJECT,
    "New Logon": TARGET, "新しいログオン": TARGET,
    "Account For Which Logon Failed": TARGET, "ログオンを失敗したアカウント": TARGET,
    "Account Whose Credentials Were Used": TARGET, "資格情報が使用されたアカウント": TARGET,
    "Target Account": TARGET, "ターゲット アカウント": TARGET, "対象アカウント": TARGET,
    "Account That Was Locked Out": TARGET, "ロックアウトされたアカウント": TARGET,
    "New Account": TARGET, "新しいアカウント": TARGET, "Target Subject": TARGET,
    "Member": MEMBER, "メンバー": MEMBER,
    "Group": GROUP, "グループ": GROUP, "New Group": GROUP, "Deleted Group": GROUP,
    "Account Information": ACCOUNT, "アカウント情報": ACCOUNT,
    "Process Information": "", "プロセス情報": "", "Network Information": "", "ネットワーク情報": "",
    "Failure Information": "", "エラー情報": "", "Additional Information": "", "追加情報": "",
    "Service Information": "", "サービス情報": "", "Detailed Authentication Information": "",
    "詳細な認証情報": "", "Application Information": "", "アプリケーション情報": "", "Process": "",
    "Target Server": "", "ターゲット サーバー": "", "Access Request Information": "", "Object": "", "Service": "",
    "Filter Information": "", "Changed Attributes": "", "Attributes": "", "Task Information": "",
    "Share Information": "", "共有情報": "",
}  # fmt: skip
"""What a section is about; the labels within those with no word mean the same everywhere."""
WHO = {
    "Security ID": "sid", "セキュリティ ID": "sid", "User ID": "sid", "ユーザー ID": "sid",
    "Account Name": "name", "アカウント名": "name", "Group Name": "name", "グループ名": "name",
    "Account Domain": "domain", "アカウント ドメイン": "domain", "Supplied Realm Name": "domain",
    "Group Domain": "domain", "グループ ドメイン": "domain", "Logon ID": "logon", "ログオン ID": "logon",
}  # fmt: skip
PEOPLE = {
    SUBJECT: {"sid": "SubjectUserSid", "name": "SubjectUserName", "domain": "SubjectDomainName",
              "logon": "SubjectLogonId"},
    TARGET: {"sid": "TargetUserSid", "name": "TargetUserName", "domain": "TargetDomainName", "logon": "TargetLogonId"},
    MEMBER: {"sid": "MemberSid", "name": "MemberName"},
    GROUP: {"sid": "TargetSid", "name": "TargetUserName", "domain": "TargetDomainName"},
    ACCOUNT: {"sid": "TargetSid", "name": "TargetUserName", "domain": "TargetDomainName"},
}  # fmt: skip
LABELS = {
    "Logon Type": "LogonType", "ログオン タイプ": "LogonType",
    "Failure Reason": "FailureReason", "失敗の原因": "FailureReason",
    "Status": "Status", "ステータス": "Status", "状態": "Status",
    "Sub Status": "SubStatus", "サブ ステータス": "SubStatus", "サブステータス": "SubStatus",
    "Failure Code": "Status", "エラー コード": "Status", "Result Code": "Status", "結果コード": "Status",
    "Error Code": "Status",
    "New Process ID": "NewProcessId", "新しいプロセス ID": "NewProcessId",
    "New Process Name": "NewProcessName", "新しいプロセス名": "NewProcessName",
    "Creator Process ID": "ProcessId", "クリエーター プロセス ID": "ProcessId",
    "Creator Process Name": "ParentProcessName", "クリエーター プロセス名": "ParentProcessName",
    "Process Command Line": "CommandLine", "プロセスのコマンド ライン": "CommandLine",
    "Caller Process ID": "ProcessId", "呼び出し側プロセス ID": "ProcessId",
    "Caller Process Name": "ProcessName", "呼び出し側プロセス名": "ProcessName",
    "Process ID": "ProcessId", "プロセス ID": "ProcessId", "Process Name": "ProcessName", "プロセス名": "ProcessName",
    "Application Name": "Application", "アプリケーション名": "Application",
    "Workstation Name": "WorkstationName", "ワークステーション名": "WorkstationName",
    "Source Network Address": "IpAddress", "ソース ネットワーク アドレス": "IpAddress",
    "Network Address": "IpAddress", "ネットワーク アドレス": "IpAddress",
    "Client Address": "IpAddress", "クライアント アドレス": "IpAddress",
    "Client Port": "IpPort", "クライアント ポート": "IpPort", "Port": "IpPort", "ポート": "IpPort",
    "Source Port": "IpPort", "ソース ポート": "IpPort",
    "Source Address": "SourceAddress", "Destination Address": "DestAddress", "Destination Port": "DestPort",
    "Protocol": "Protocol", "Service Name": "ServiceName", "サービス名": "ServiceName",
    "Service File Name": "ServiceFileName", "サービス ファイル名": "ServiceFileName",
    "Target Server Name": "TargetServerName",
    "Logon Account": "TargetUserName", "ログオン アカウント": "TargetUserName",
    "Source Workstation": "Workstation", "ソース ワークステーション": "Workstation",
    "Task Name": "TaskName", "タスク名": "TaskName", "Object Type": "ObjectType", "Object Name": "ObjectName",
    "Access Mask": "AccessMask", "Share Name": "ShareName", "共有名": "ShareName",
    "Relative Target Name": "RelativeTargetName",
}  # fmt: skip
KNOWN = "|".join(sorted(map(re.escape, {*SECTIONS, *WHO, *LABELS}), key=len, reverse=True))
TOKEN = re.compile(rf"(?:^|[\r\n\t]|[ \u3000]{{2,}}|(?<=:) )\s*({KNOWN})[ \u00a0]*[::]")
END = re.compile(r"[\r\n\t]|\s{3,}")
SPACED = re.compile(r"[\r\n\t]|[ \u3000]{2}")
TOKEN_IN_PROSE = re.compile(rf"(?:^|(?<=[\s.])) ?({KNOWN})[ \u00a0]*[::](?= |$)")
END_IN_PROSE = re.compile(r" (?=[A-Z][\w()-]+(?: [A-Za-z()-]+){0,3}: )")
"""Where a relay made one space of every gap, any label ends the value before it."""
LABELLED = re.compile(r"^\s*([A-Za-z][A-Za-z0-9 ]{0,40}): ?(.*?)\s*$", re.MULTILINE)


def security(message: str) -> dict[str, str]:
    """``EventData`` of an event of the Security log, as far as its text tells; of equal names the first counts."""
    text = unescaped(message)
    token_of, end = (TOKEN, END) if SPACED.search(text.strip()) else (TOKEN_IN_PROSE, END_IN_PROSE)
    found = list(token_of.finditer(text))
    section = ""
    data: dict[str, str] = {}
    for token, after in zip_longest(found, found[1:]):
        assert token is not None
        label = token[1]
        value = end.split(text[token.end() : after.start() if after else len(text)].strip(), maxsplit=1)[0].strip()
        if label in SECTIONS and not value:
            section = SECTIONS[label]
            continue
        name = PEOPLE.get(section, {}).get(WHO.get(label, "")) or LABELS.get(label)
        if name:
            data.setdefault(name, value)
    if "SourceAddress" in data and "IpPort" in data:
        data["SourcePort"] = data.pop("IpPort")
    return data


def labelled(message: str) -> dict[str, str]:
    """``EventData`` of an event whose text has all of it; names lose their spaces (``Client Name``)."""
    return {name.replace(" ", ""): value for name, value in LABELLED.findall(unescaped(message)) if value}


def unescaped(message: str) -> str:
    """A text whose line ends arrived as letters."""
    if "\n" in message or "\\r\\n" not in message:
        return message
    return message.replace("\\r\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")


def first_paragraph(message: str) -> str:
    """What an event says before its details."""
    lines = unescaped(message).strip().splitlines()
    return lines[0].strip() if lines else ""
