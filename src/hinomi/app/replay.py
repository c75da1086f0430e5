"""The programme's raw logs through the same river as anyone's: landed by one process, normalised by another."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from multiprocessing.synchronize import Event
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hinomi.app import place
from hinomi.app.correlating import follow
from hinomi.app.data import open_desk
from hinomi.app.lookout import lookout
from hinomi.demo import deliveries, inventory, programme
from hinomi.demo.planted import Planting, plant
from hinomi.demo.planted.slices import slices
from hinomi.pipeline.normalize import Outcome
from hinomi.pipeline.run import River, drain

ZONE = "Asia/Tokyo"
OPERATOR = "demo"
END = date(2023, 1, 31)
"""Last day of the programme: that its sensors are silent since is as it should be."""
WAIT = 0.2


@dataclass(frozen=True)
class Replayed:
    """What the replay put through the river just now; nothing where it had been done before."""

    lines: int
    events: int
    findings: int
    seconds: float


def replay(data_dir: Path, planted: int | None = None) -> Replayed:
    """Register the companies, write their logs, normalise, correlate; shows its progress on stderr.

    ``planted``: the seed of incidents and noise to plant besides; the numbers are then no longer the study's.
    """
    started = time.monotonic()
    data_dir = open_desk(data_dir)
    register(datetime.now(UTC))
    expected = deliveries.total_lines()
    if planted is not None:
        planting = plant(planted)
        register_planted(planting)
        expected += len(planting.lines)
    totals = {"lines": 0, "events": 0, "findings": 0}
    with progress() as bar:
        task = bar.add_task("ログを読む (replaying raw logs)", total=expected)

        def count(outcome: Outcome) -> None:
            totals["lines"] += outcome.records
            totals["events"] += outcome.events.height
            totals["findings"] += outcome.findings.height
            bar.advance(task, outcome.records)

        river = River(place.landing(data_dir), place.lake(data_dir), lookout(data_dir))
        with writer(data_dir, planted) as written:
            while not written.is_set():
                if not drain(river, count):
                    time.sleep(WAIT)
        drain(river, count)
        bar.update(task, completed=expected)
        settle(river, bar)
    return Replayed(**totals, seconds=time.monotonic() - started)


def progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


@contextmanager
def writer(data_dir: Path, planted: int | None) -> Iterator[Event]:
    """A process that writes the logs into the landing zone; the event is set when all are there.

    Raises:
        RuntimeError: the process died.
    """
    context = multiprocessing.get_context("spawn")
    written = context.Event()
    process = context.Process(target=land, args=(data_dir, planted, written), daemon=True)
    process.start()
    try:
        yield written
    finally:
        process.join()
    if process.exitcode:
        raise RuntimeError(f"the writer of the demo's logs ended with exit code {process.exitcode}")


def delivered(planted: int | None) -> Iterator[deliveries.Delivery]:
    """The programme as the study got it, or with what is planted, as a desk gets it that watches all the time."""
    if planted is None:
        yield from deliveries.deliveries()
    else:
        yield from chain.from_iterable(one.deliveries for one in slices(plant(planted)))


def land(data_dir: Path, planted: int | None, written: Event) -> None:
    try:
        landing = place.landing(data_dir)
        for delivery in delivered(planted):
            landing.append(
                delivery.payload,
                tenant=delivery.tenant,
                sensor=delivery.sensor,
                source=delivery.source,
                timezone=ZONE,
                received=delivery.received,
                origin=delivery.name,
            )
    finally:
        written.set()


def register(now: datetime) -> None:
    """The companies and sensors of the programme, in the desk."""
    from hinomi.tenants import operations

    known = {}
    for company in inventory.tenants():
        known[company.id] = operations.register_tenant(
            company.id,
            company.name,
            now=now,
            sector=company.sector.value,
            timezone=ZONE,
            employees=company.employees,
            annual_sales_million_yen=company.annual_sales,
            endpoints=company.endpoints,
            alert_reader=company.alerts_read_by.value if company.alerts_read_by else "",
        )
    for plan in programme.sensors():
        operations.register_sensor(
            known[plan.tenant],
            plan.sensor,
            source=plan.source,
            kind=plan.kind,
            since=plan.since,
            until=plan.until or END,
            title=plan.title,
            timezone=ZONE,
            in_study=plan.in_study,
        )


def register_planted(planting: Planting) -> None:
    """The sensors that what is planted needs besides; their companies are registered."""
    from hinomi.tenants import operations
    from hinomi.tenants.models import Tenant

    for plan in planting.sensors:
        operations.register_sensor(
            Tenant.objects.get(pk=plan.tenant),
            plan.sensor,
            source=plan.source,
            kind=plan.kind,
            since=plan.since,
            until=END,
            title=plan.title,
            timezone=ZONE,
            in_study=False,
        )


def settle(river: River, bar: Progress) -> None:
    from hinomi.app.watching import look_over_time
    from hinomi.app.worker import settle as settle_desk

    follow(river.lake, river.lookout.rules, datetime.now(UTC))
    look_over_time(river.lake, datetime.now(UTC))

    task = bar.add_task("つなげて読む (correlating)", total=None)
    settle_desk(
        river.lake,
        datetime.now(UTC),
        lambda tenant, done, total: bar.update(task, completed=done, total=total),
    )
    bar.update(task, total=bar.tasks[task].completed or 1, completed=bar.tasks[task].completed or 1)


def sign_in_link(host: str, port: int) -> str:
    """A link that signs in once, as the demo's operator."""
    from hinomi.tenants import operations
    from hinomi.tenants.models import User
    from hinomi.tenants.roles import Role

    now = datetime.now(UTC)
    user = User.objects.filter(username=OPERATOR).first()
    if user is None:
        user = operations.create_user(OPERATOR, role=Role.OPERATOR, now=now)
    token = operations.issue_sign_in_link(user, now)
    return f"http://{host}:{port}/sign-in/link/{token}"
