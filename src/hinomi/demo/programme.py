"""Which company had which sensor, from when: survey report, section 6.1.

The report says how many, not which. Who got what is drawn once, with a fixed seed, among the companies
that could have got it: a new UTM went only where there was none, and the three existing UTMs whose
reports were counted are of the same make as the new ones and have a report.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from hinomi.demo.hosts import Host, hosts
from hinomi.demo.inventory import Company, Sector, companies, company

MONTHS = (date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1))
"""The months of the study; a month is its first day, in Japan."""

STORY_TENANT = "901"
STORY_HOSTS = ("PC-07", "PC-12")
"""The machines of that company to which something happens; nothing else is found on them."""
COUNTED_EXISTING = 3
PUBLIC_WEB_SERVER = "203"
"""The company whose public web server stands inside its office LAN (section 6.3, No. 2)."""


@dataclass(frozen=True)
class Combination:
    """How many companies of a sector got a new UTM, an EDR, both, or only WAF or mail security."""

    both: int
    edr_only: int
    utm_only: int
    web_or_mail_only: int


COMBINATIONS = {
    Sector.SEMICONDUCTOR: Combination(both=2, edr_only=2, utm_only=0, web_or_mail_only=1),
    Sector.AUTOMOTIVE: Combination(both=3, edr_only=11, utm_only=1, web_or_mail_only=3),
    Sector.AEROSPACE: Combination(both=6, edr_only=3, utm_only=0, web_or_mail_only=0),
    Sector.DEFENCE: Combination(both=1, edr_only=2, utm_only=0, web_or_mail_only=0),
}


@dataclass(frozen=True)
class SensorPlan:
    """An installed device or service that sends; ``hosts`` are the machines it can see."""

    tenant: str
    sensor: str
    source: str
    kind: str
    """``utm``, ``edr``, ``waf``, ``mail`` or ``router``."""
    title: str
    in_study: bool
    since: date
    until: date | None
    hosts: tuple[Host, ...]

    def observed(self, month: date) -> bool:
        """Whether it stands in a month, given by the month's first day."""
        return self.since <= month and (self.until is None or month < self.until)

    @property
    def bystanders(self) -> tuple[Host, ...]:
        """The machines on which everyday detections are made: all, but for those of the stories."""
        apart = STORY_HOSTS if self.tenant == STORY_TENANT else ()
        return tuple(host for host in self.hosts if host.name not in apart)


@dataclass(frozen=True)
class Draw:
    """Ids of the companies in each lot, in the order in which they were drawn."""

    both: tuple[str, ...]
    edr_only: tuple[str, ...]
    utm_only: tuple[str, ...]
    web_or_mail_only: tuple[str, ...]
    none: tuple[str, ...]
    counted_existing: tuple[str, ...]


@cache
def sensors() -> tuple[SensorPlan, ...]:
    """Every sensor of the 43 companies and of company ``901``, by tenant and name."""
    return tuple(sorted((*_study(draw()), *_fortigates(), *_story()), key=lambda plan: plan.sensor))


@cache
def draw() -> Draw:
    random = Random(43)  # noqa: S311 - a reproducible draw is the point
    lots: dict[str, list[str]] = {name: [] for name in Draw.__dataclass_fields__}
    for sector, lot in COMBINATIONS.items():
        members = [member for member in companies() if member.sector is sector]
        free = [member.id for member in members if member.existing_utm is None]
        new_utm = random.sample(free, lot.both + lot.utm_only)
        rest = [member.id for member in members if member.id not in new_utm]
        random.shuffle(rest)
        lots["both"] += new_utm[: lot.both]
        lots["utm_only"] += new_utm[lot.both :]
        lots["edr_only"] += rest[: lot.edr_only]
        lots["web_or_mail_only"] += rest[lot.edr_only : lot.edr_only + lot.web_or_mail_only]
        lots["none"] += rest[lot.edr_only + lot.web_or_mail_only :]
    lots["counted_existing"] = random.sample([c.id for c in companies() if _same_make(c)], COUNTED_EXISTING)
    return Draw(**{name: tuple(ids) for name, ids in lots.items()})


def _same_make(who: Company) -> bool:
    return who.has_report and (who.existing_utm or "").startswith("CloudEdge")


def _study(lots: Draw) -> list[SensorPlan]:
    edr = lots.both + lots.edr_only
    *web_only, mail_only = lots.web_or_mail_only
    web = (*lots.both[:3], *web_only, *lots.edr_only[2:4])
    mail = (mail_only, lots.edr_only[-1])
    return [
        *_installed("utm", lots.both + lots.utm_only, by_month=(11, 12, 13)),
        *(_existing(tenant, in_study=True) for tenant in lots.counted_existing),
        *_installed("edr", edr, by_month=(30, 30, 30)),
        *_installed("waf", web, by_month=(4, 8, 8)),
        *_installed("mail", mail, by_month=(1, 2, 2)),
    ]


SOURCES = {
    "utm": ("trendmicro_cloud_edge", "UTM(Cloud Edge)"),
    "edr": ("keepeye", "EDR(KeepEye)"),
    "waf": ("modsecurity", "WAF(ModSecurity)"),
    "mail": ("cloud_mail_security", "クラウドメールセキュリティ"),
}
"""Kind to source and title of what the study installed."""


def _installed(kind: str, ids: tuple[str, ...], by_month: tuple[int, int, int]) -> list[SensorPlan]:
    """One sensor for each company; ``by_month`` is how many stand in each month of the study."""
    source, title = SOURCES[kind]
    starts = [next(m for m, standing in zip(MONTHS, by_month, strict=True) if n < standing) for n in range(len(ids))]
    return [_sensor(tenant, kind, source, title, since) for tenant, since in zip(ids, starts, strict=True)]


def _fortigates() -> list[SensorPlan]:
    """Existing FortiGates: their vendor reads them, and no report of the study's make comes of them."""
    owners = [who.id for who in companies() if "forti" in (who.existing_utm or "").lower()]
    return [_existing(tenant, in_study=False) for tenant in owners]


def _existing(tenant: str, *, in_study: bool) -> SensorPlan:
    model = company(tenant).existing_utm or ""
    source = "fortinet_fortigate" if "forti" in model.lower() else SOURCES["utm"][0]
    return _sensor(tenant, "utm", source, f"既設UTM({model})", in_study=in_study)


def _story() -> list[SensorPlan]:
    return [
        _existing(STORY_TENANT, in_study=False),
        *(_sensor(STORY_TENANT, kind, *SOURCES[kind], in_study=False) for kind in ("edr", "mail")),
    ]


def _sensor(
    tenant: str, kind: str, source: str, title: str, since: date = MONTHS[0], *, in_study: bool = True
) -> SensorPlan:
    seen = () if kind == "waf" else hosts(tenant)
    return SensorPlan(tenant, f"{tenant}-{kind}", source, kind, title, in_study, since, None, seen)
