"""Findings by hand, as the sensors of a small company report them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hinomi.ocsf.schema import POLARS, conform

MORNING = datetime(2022, 12, 6, 1, 0)
"""Ten o'clock in Japan."""
Row = dict[str, Any]


class Company:
    """Writes findings of tenant 901; ``at`` counts minutes from the morning."""

    def __init__(self) -> None:
        self.number = 0

    def finding(self, at: float, **columns: Any) -> Row:
        self.number += 1
        uid = f"f{self.number:03}"
        row: Row = {
            "tenant": "901",
            "time": MORNING + timedelta(minutes=at),
            "class_uid": 2004,
            "severity_id": 3,
            "is_alert": True,
            "metadata.uid": uid,
            "finding_info.uid": uid,
            "finding_info.analytic.type_id": 99,
            "finding_info.related_events": [f"e{self.number:03}"],
        }
        return row | {name.replace("__", "."): value for name, value in columns.items()}

    def edr(
        self, at: float, kind: str, severity: int = 4, host: str = "PC-07", ip: str = "192.168.10.27", **more: Any
    ) -> Row:
        named = {"finding_info.title": kind, "finding_info.types": [kind], "device.hostname": host, "device.ip": ip}
        who = {"sensor": "901-edr", "source": "keepeye", "severity_id": severity, "disposition_id": 15}
        return self.finding(at, **{"actor__user__name": "yamada", **more}) | named | who

    def utm(self, at: float, category: str, severity: int = 3, ip: str = "192.168.10.27", **more: Any) -> Row:
        who = {"sensor": "901-utm", "source": "fortinet_fortigate", "severity_id": severity, "utm_category": category}
        return self.finding(at, **{"finding_info__title": category, "src_endpoint__ip": ip, **more}) | who

    def mail(self, at: float, verdict: str, to: str = "yamada@c901.example.co.jp", **more: Any) -> Row:
        who = {"sensor": "901-mail", "source": "cloud_mail_security", "class_uid": 4009, "email.to": [to]}
        named = {"finding_info.title": verdict, "finding_info.types": [verdict]}
        return self.finding(at, **more) | who | named

    def rule(self, evidence: Row, advice: str, severity: int) -> Row:
        """What a rule of ours makes of an event that is, or is not, a finding already."""
        return evidence | {
            "metadata.uid": f"{evidence['metadata.uid']}:rule",
            "finding_info.uid": f"{evidence['metadata.uid']}:rule",
            "finding_info.title": f"rule {advice}",
            "finding_info.types": [advice],
            "finding_info.analytic.type_id": 1,
            "severity_id": severity,
            "utm_category": None,
        }


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def told() -> Callable[[list[Row]], pl.DataFrame]:
    """Rows as findings of the lake."""

    def frame(rows: list[Row]) -> pl.DataFrame:
        overrides = {name: POLARS[name] for row in rows for name in row}
        return conform(pl.DataFrame(rows, schema_overrides=overrides, infer_schema_length=None))

    return frame
