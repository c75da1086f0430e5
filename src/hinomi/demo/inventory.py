"""The 43 companies of the study, and the one company of the demonstration beside them.

Source: survey report, section 5.1 (network environment), as printed, but for one slip of the pen in a
router's name (401). The report does not say how many employees or what sales each company has: both are
assigned here so that the shares of section 4.2 hold. Names are invented.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Sector(StrEnum):
    SEMICONDUCTOR = "半導体"
    AUTOMOTIVE = "自動車部品"
    AEROSPACE = "航空部品"
    DEFENCE = "防衛装備"
    DEMONSTRATION = "実演用"
    """The company of the two stories; no sector of the study."""


class AlertReader(StrEnum):
    """Who looks at what the company's own UTM says."""

    VENDOR = "ベンダー"
    USER = "ユーザー"
    NOBODY = "確認していない"


@dataclass(frozen=True)
class Company:
    id: str
    name: str
    sector: Sector
    endpoints: int | None
    """Terminals in the office network; None where the report leaves it open."""
    router: str
    router_is_utm: bool
    existing_utm: str | None
    """Model of the UTM the company had before the study."""
    has_report: bool
    """Whether that UTM's log is made into a detection report."""
    alerts_read_by: AlertReader | None
    employees: int
    annual_sales: int | None
    """Millions of yen; None where the company did not say."""

    @property
    def in_study(self) -> bool:
        return self.sector is not Sector.DEMONSTRATION

    @property
    def domain(self) -> str:
        """Mail and web domain, under a name reserved for examples."""
        return f"c{self.id}.example.co.jp"


def companies() -> tuple[Company, ...]:
    """The 43 companies of the study, by id."""
    return tuple(company for company in tenants() if company.in_study)


@cache
def tenants() -> tuple[Company, ...]:
    """All tenants of the demonstration: the 43 and company ``901``."""
    text = files("hinomi.demo").joinpath("inventory.csv").read_text(encoding="utf-8")
    return tuple(_company(row) for row in csv.DictReader(text.splitlines()))


def company(tenant: str) -> Company:
    """The company with this id; KeyError if there is none."""
    return {company.id: company for company in tenants()}[tenant]


def _company(row: dict[str, str]) -> Company:
    return Company(
        id=row["id"],
        name=row["name"],
        sector=Sector(row["sector"]),
        endpoints=_number(row["endpoints"]),
        router=row["router"],
        router_is_utm=row["router_is_utm"] == "有",
        existing_utm=row["existing_utm"] or None,
        has_report=row["has_report"] == "有",
        alerts_read_by=AlertReader(row["alerts_read_by"]) if row["alerts_read_by"] else None,
        employees=int(row["employees"]),
        annual_sales=_number(row["annual_sales"]),
    )


def _number(text: str) -> int | None:
    return int(text) if text else None
