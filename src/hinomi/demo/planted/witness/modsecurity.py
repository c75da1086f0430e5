"""What ModSecurity logs of a request to a company's web site."""

import json
from hashlib import sha1
from zlib import crc32

from hinomi.demo.inventory import company
from hinomi.demo.modsecurity import PRODUCER
from hinomi.demo.planted.happening import Happening, Request
from hinomi.demo.planted.witness.moment import Moment
from hinomi.demo.web_attacks import BROWSERS, BY_PURPOSE, TOOLS, Rule


def lines(what: Happening, at: Moment) -> list[str]:
    return [transaction(what, at)] if isinstance(what, Request) else []


def transaction(what: Request, at: Moment) -> str:
    place = crc32(what.uri.encode())
    attempts = BY_PURPOSE.get(what.purpose, ())
    rules = attempts[place % len(attempts)].rules if attempts else ()
    agents = TOOLS if what.purpose else BROWSERS
    seconds = at.nanoseconds // 1_000_000_000
    headers = {"Host": f"www.{company(at.tenant).domain}", "User-Agent": agents[place % len(agents)]}
    said = {
        "client_ip": what.client,
        "time_stamp": f"{at.japan:%a %b} {at.japan.day:2d} {at.japan:%H:%M:%S %Y}",
        "server_id": sha1(at.tenant.encode(), usedforsecurity=False).hexdigest(),
        "client_port": at.port,
        "host_ip": f"192.0.2.{int(at.tenant) % 200}",
        "host_port": 443,
        "unique_id": f"{seconds}.{at.number % 1_000_000:06d}",
        "request": {"method": what.method, "http_version": 1.1, "uri": what.uri, "headers": headers},
        "response": {"http_code": what.code, "headers": {"Server": "nginx"}},
        "producer": json.loads(PRODUCER),
        "messages": [message(rule, what.uri) for rule in rules],
    }
    return json.dumps({"transaction": said}, ensure_ascii=False, separators=(",", ":"))


def message(rule: Rule, uri: str) -> dict[str, object]:
    return {
        "message": rule.message,
        "details": {
            "match": f"Matched \"Operator `Rx' against variable `REQUEST_URI' (Value: `{uri[:24]}' )",
            "ruleId": rule.number,
            "data": "",
            "severity": str(rule.severity),
            "tags": ["OWASP_CRS", rule.tag],
        },
    }
