"""Queueing what is due: once a company and period, also after a time in which nothing ran. ``now`` is aware.

A company the calendar has not looked at before begins with the next period: nobody is sent what lies in the past.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from hinomi.deliver.notify.models import About, Attachment, Delivery, Notification, Preferences, Report, State
from hinomi.deliver.notify.operations import attach, queue_message
from hinomi.deliver.notify.recipients import AddressBook, Reader
from hinomi.deliver.programme import programme_middles
from hinomi.deliver.report.desk import monthly
from hinomi.deliver.report.monthly import WORDS, MonthlyReport
from hinomi.deliver.report.pdf import monthly_pdf
from hinomi.deliver.schedule import digest as weekly
from hinomi.deliver.schedule.periods import LATE, Period, months, weeks
from hinomi.lake.lake import Lake
from hinomi.library.harmless import visible
from hinomi.study.middle import Middles
from hinomi.study.months import Month
from hinomi.tenants.models import Tenant

log = logging.getLogger("hinomi.schedule")

MADE_UP = 3
"""So many periods are made up for after a time in which nothing ran."""
LARGEST = 5 * 1024 * 1024
"""Octets of a report that is attached; a larger one goes as a link."""
PDF = "application/pdf"
REPORTS, HOME = "/reports/", "/"


@dataclass(frozen=True)
class Due:
    """One company's report or digest that nobody was sent yet."""

    tenant: Tenant
    about: About
    period: Period
    recipients: tuple[Reader, ...]
    attached: bool
    """The report itself goes along, not only a link."""

    @property
    def is_wanted(self) -> bool:
        return bool(self.recipients)


def due(now: datetime) -> list[Due]:
    """What is to go out now, companies in order, the oldest period first."""
    book = AddressBook.read()
    found: list[Due] = []
    for tenant in Tenant.objects.order_by("uid"):
        chosen = book.preferences(tenant)
        readers = tuple(reader for reader in book.members.get(tenant.pk, ()) if reader.reports)
        for about in (About.REPORT, About.DIGEST):
            begun = Delivery.objects.filter(tenant=tenant, about=about).exists()
            wanted = begun and wants(chosen, about)
            for period in undelivered(tenant, about, chosen, now):
                to = readers if wanted and is_watched(tenant, period) else ()
                found.append(Due(tenant, about, period, to, chosen.report == Report.ATTACHED))
    return found


def wants(chosen: Preferences, about: About) -> bool:
    return chosen.report != Report.NONE if about is About.REPORT else chosen.digest


def is_watched(tenant: Tenant, period: Period) -> bool:
    """A sensor of the company was to be heard in the period."""
    enrolled = tenant.sensors.filter(since__lte=period.last)
    return any(sensor.until is None or sensor.until >= period.first for sensor in enrolled)


def undelivered(tenant: Tenant, about: About, chosen: Preferences, now: datetime) -> list[Period]:
    """Periods that are due since the last one, the oldest first; at the first look the one before it begins."""
    last = Delivery.objects.filter(tenant=tenant, about=about).order_by("-period").first()
    periods = calendar(tenant, about, chosen, now)
    if last is None:
        return [next(periods)]
    found = []
    for period in islice(periods, MADE_UP):
        if period.name <= last.period:
            break
        found.append(period)
    return found[::-1]


def calendar(tenant: Tenant, about: About, chosen: Preferences, now: datetime) -> Iterator[Period]:
    if about is About.REPORT:
        return months(now, tenant.zone, chosen.report_day, chosen.opens)
    return weeks(now, tenant.zone)


def deliver(lake: Lake, now: datetime) -> int:
    """Queue everything that is due; returns how many messages that are.

    What cannot be made for one company keeps the others from nothing; it is raised when they are done.
    """
    queued, failed, middles = 0, None, Programme(lake, now)
    for one in due(now):
        try:
            queued += deliver_one(lake, one, now, middles)
        except Exception as error:  # a fault of ours over one company's records
            log.exception("%s の %s %s を作れません (cannot be made)", one.tenant.pk, one.about, one.period.name)
            failed = failed or error
    if failed:
        raise failed
    return queued


class Programme:
    """What a month's reports compare with, asked for once a month and not once a company."""

    def __init__(self, lake: Lake, now: datetime) -> None:
        self.lake, self.now = lake, now
        self.known: dict[Month, Middles] = {}

    def middles(self, month: Month) -> Middles:
        if month not in self.known:
            self.known[month] = programme_middles(self.lake, month, now=self.now)
        return self.known[month]


def deliver_one(lake: Lake, one: Due, now: datetime, programme: Programme | None = None) -> int:
    """A report is made before anything is written; of two processes the first to write has it."""
    said = words(lake, one, now, programme or Programme(lake, now)) if one.is_wanted else None
    with transaction.atomic():
        values = {"due": one.period.due, "queued": now, "recipients": len(one.recipients)}
        _, is_new = Delivery.objects.get_or_create(
            tenant=one.tenant, about=one.about, period=one.period.name, defaults=values
        )
        if not is_new or said is None:
            return 0
        files = [attach(said.name, PDF, said.data, now)] if said.data else []
        return sum(
            queue_message(
                reader.to,
                key=(one.tenant.pk, one.period.name),
                about=one.about,
                subject=said.subject,
                text=said.text,
                link=said.link,
                tenant=one.tenant,
                now=now,
                attachments=files,
            )
            for reader in one.recipients
        )


@dataclass(frozen=True)
class Said:
    """What goes out; ``data`` is empty where nothing is attached."""

    subject: str
    text: str
    link: str
    name: str = ""
    data: bytes = b""


def words(lake: Lake, one: Due, now: datetime, programme: Programme) -> Said:
    prefix = "(遅れてのお届け)" if one.period.is_late(now) else ""
    late = f"本来は {one.period.due:%Y年%-m月%-d日} にお届けするはずのものです。" if prefix else ""
    if one.about is About.DIGEST:
        link = f"{settings.BASE_URL}{HOME}"
        found = weekly.digest(lake, one.tenant, one.period, link, now)
        return Said(weekly.subject(found, prefix), weekly.text(found, late), link)
    month = Month.parse(one.period.name)
    report = monthly(lake, one.tenant, month, now=now, middles=programme.middles(month))
    name = f"hinomi-{one.tenant.pk}-{one.period.name}.pdf"
    link = f"{settings.BASE_URL}{REPORTS}{one.tenant.pk}/{one.period.name}.pdf"
    data = monthly_pdf(report) if one.attached else b""
    if len(data) > LARGEST:
        data = b""
    return Said(report_subject(report, prefix), report_text(report, link, late, bool(data)), link, name, data)


def report_subject(report: MonthlyReport, late: str) -> str:
    sign, word = WORDS[report.mark]
    return f"【火の見】{late}{report.month.ja}のレポート: {sign} {word}"


def report_text(report: MonthlyReport, link: str, late: str, attached: bool) -> str:
    sign, word = WORDS[report.mark]
    asked = [f"・{action.title}({action.within})" for action in report.actions] or ["ありません。"]
    parts = [
        [f"{visible(report.tenant.name, 200)} ご担当者様", late],
        [f"{report.month.ja}のレポートをお届けします。{'PDFを添付しています。' if attached else ''}"],
        ["■ この月", f"{sign} {word}", report.summary],
        ["■ していただくこと", *asked],
        ["■ 見えなかったこと", *(f"・{visible(line, 200)}" for line in report.unseen)],
        ["■ レポートのページ", link, "開くにはサインインが必要です。"],
    ]
    body = "\n\n".join("\n".join(line for line in part if line) for part in parts)
    return f"{body}\n\n--\nThe monthly report of hinomi, in Japanese; the page above leads to it.\n"


def forget_files(now: datetime) -> int:
    """Drop attachments that no message waits for and that went out a month ago; returns how many."""
    waiting = Notification.objects.filter(state=State.PENDING)
    old = Attachment.objects.filter(created__lt=now - 30 * LATE).exclude(notifications__in=waiting)
    return old.delete()[1].get("notify.Attachment", 0)


def run(data_dir: Path, now: datetime) -> int:
    """For the background: what is due, and what is no longer needed."""
    from hinomi.deliver.notify.acknowledging import forget_guesses

    forget_files(now)
    forget_guesses(now)
    return deliver(Lake(data_dir / "lake"), now)
