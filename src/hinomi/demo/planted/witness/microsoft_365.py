"""What Microsoft 365's audit log has of a happening, as its management API gives it: a JSON record a line."""

import json
from typing import Any

from hinomi.demo.planted.happening import Cloud, Happening
from hinomi.demo.planted.witness.moment import Moment

SIGN_IN, DIRECTORY, EXCHANGE, FILES = 15, 8, 1, 6
WORKLOADS = {
    SIGN_IN: "AzureActiveDirectory",
    DIRECTORY: "AzureActiveDirectory",
    EXCHANGE: "Exchange",
    FILES: "OneDrive",
}


def lines(what: Happening, at: Moment) -> list[str]:
    return [record(what, at)] if isinstance(what, Cloud) else []


def kind(operation: str) -> int:
    if operation in ("UserLoggedIn", "UserLoginFailed"):
        return SIGN_IN
    if operation.startswith(("New-", "Set-", "Add-")):
        return EXCHANGE
    return FILES if operation.startswith(("File", "Anonymous", "Sharing")) else DIRECTORY


def record(what: Cloud, at: Moment) -> str:
    number = kind(what.operation)
    said: dict[str, Any] = {
        "CreationTime": f"{at.universal:%Y-%m-%dT%H:%M:%S}",
        "Id": f"00000000-0000-4000-8000-{int(at.tenant):04d}{at.number:08x}",
        "Operation": what.operation,
        "OrganizationId": f"00000000-0000-4000-9000-{int(at.tenant):012d}",
        "RecordType": number,
        "UserKey": f"100320{at.number % 1000:04d}",
        "UserType": 0,
        "Version": 1,
        "Workload": WORKLOADS[number],
        "UserId": what.user,
        "ResultStatus": "Failed" if what.failed else "Success",
        "ClientIP": what.address,
    }
    details = dict(what.details)
    if what.failed:
        said["LogonError"] = "InvalidUserNameOrPassword"
    if "ObjectId" in details:
        said["ObjectId"] = details.pop("ObjectId")
    if number == SIGN_IN:
        said["ExtendedProperties"] = pairs(details or {"UserAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"})
        said["DeviceProperties"] = pairs({"OS": "Windows 10", "SessionId": f"s-{at.number:x}"})
    elif number == EXCHANGE:
        said["Parameters"] = pairs(details)
    elif number == DIRECTORY:
        said["ModifiedProperties"] = [{"Name": n, "NewValue": v, "OldValue": ""} for n, v in details.items()]
    else:
        said |= details
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]
