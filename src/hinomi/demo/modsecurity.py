"""ModSecurity 3: JSON audit log, one transaction a line, of a cloud WAF before the companies' web sites.

Source: ModSecurity v3 audit log (``SecAuditLogFormat JSON``); ``time_stamp`` is C's asctime in local time.
"""

import json
from hashlib import sha1

import numpy as np

from hinomi.demo.allotment import Share
from hinomi.demo.batch import Batch, favour, payload, pick, ports
from hinomi.demo.inventory import company
from hinomi.demo.lures import STRANGERS
from hinomi.demo.web_attacks import ANOMALY, BROWSERS, BY_PURPOSE, PAGES, TOOLS, Attempt, Rule
from hinomi.demo.workdays import Seconds, around_the_clock, epoch, stamps

STAMP = "%a %b %e {} %Y"
VISITORS = tuple(f"198.51.100.{number}" for number in range(1, 120))
PRODUCER = json.dumps(
    {
        "modsecurity": "ModSecurity v3.0.8 (Linux)",
        "connector": "ModSecurity-nginx v1.0.3",
        "secrules_engine": "Enabled",
        "components": ['OWASP_CRS/3.3.4"'],
    },
    separators=(",", ":"),
)

Rng = np.random.Generator
Piece = tuple[str, str]
"""Request, and response with messages: JSON members ready to print."""


def write(share: Share, rng: Rng, extra: tuple[Batch, ...] = ()) -> bytes:
    """The month's audit log of one web site, with the lines of a story, if any, among them."""
    ordinary = _transactions(share, rng, VISITORS, pick(rng, _visits(share), share.ordinary))
    attacks = [
        _transactions(share, rng, STRANGERS, favour(rng, _attempts(share, purpose), count, 0.8))
        for purpose, count in share.counts.items()
    ]
    return payload([ordinary, *attacks, *extra])


def records(share: Share) -> int:
    """Lines of that log."""
    return share.ordinary + sum(share.counts.values())


def file_name(share: Share) -> str:
    return f"modsec_audit_{share.plan.tenant}_{share.month:%Y%m}.json"


def _transactions(share: Share, rng: Rng, clients: tuple[str, ...], pieces: list[Piece]) -> Batch:
    moments = around_the_clock(rng, share.month, len(pieces))
    place = int(share.plan.tenant) % 200
    server = sha1(share.plan.tenant.encode(), usedforsecurity=False).hexdigest()
    rows = zip(
        stamps(share.month, moments, STAMP),
        _numbers(share, moments),
        favour(rng, clients, len(pieces), 0.9),
        ports(rng, len(pieces)),
        pieces,
        rng.integers(0, 1_000_000, len(pieces)).tolist(),
        strict=True,
    )
    return Batch(
        moments,
        [
            f'{{"transaction":{{"client_ip":"{client}","time_stamp":"{time}","server_id":"{server}",'
            f'"client_port":{port},"host_ip":"192.0.2.{place}","host_port":443,"unique_id":"{number}.{unique:06d}",'
            f'"request":{request},"response":{response}}}}}'
            for time, number, client, port, (request, response), unique in rows
        ],
    )


def _numbers(share: Share, moments: Seconds) -> list[int]:
    numbers: list[int] = (moments + epoch(share.month)).tolist()
    return numbers


def _visits(share: Share) -> list[Piece]:
    return [
        (_request(share, "GET", page, browser), _answer(code, ()))
        for page in PAGES
        for browser in BROWSERS
        for code in (200, 200, 304)
    ]


def _attempts(share: Share, purpose: str) -> list[Piece]:
    """Every other site runs the rule set in anomaly mode, where one more rule sums up."""
    summing = (ANOMALY,) if int(share.plan.tenant) % 2 else ()
    return [
        (_request(share, attempt.method, attempt.uri, tool), _answer(403, attempt.rules + summing, attempt))
        for attempt in BY_PURPOSE[purpose]
        for tool in TOOLS
    ]


def _request(share: Share, method: str, uri: str, agent: str) -> str:
    headers = {"Host": f"www.{company(share.plan.tenant).domain}", "User-Agent": agent}
    return _json({"method": method, "http_version": 1.1, "uri": uri, "headers": headers})


def _answer(code: int, rules: tuple[Rule, ...], attempt: Attempt | None = None) -> str:
    response = _json({"http_code": code, "headers": {"Server": "nginx"}})
    messages = _json([_message(rule, attempt.uri if attempt else "") for rule in rules])
    return f'{response},"producer":{PRODUCER},"messages":{messages}'


def _message(rule: Rule, uri: str) -> dict[str, object]:
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


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
