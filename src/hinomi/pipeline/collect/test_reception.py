"""Bodies become blocks: small ones together, each once however often it is sent."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hinomi.lake.landing import Landing
from hinomi.pipeline.collect.reception import OWN_BLOCK_BYTES, Delivery, Receipt, Reception
from hinomi.pipeline.collect.refusals import KeyReused
from hinomi.pipeline.collect.routes import Route

NOON = datetime(2023, 1, 15, 3)
GATE = Route("101", "gate", "fortinet_fortigate", "Asia/Tokyo")
SMALL = Delivery(GATE, "192.0.2.1", b"one\ntwo\n")
LARGE = Delivery(GATE, "192.0.2.1", b"0123456789abcde\n" * (OWN_BLOCK_BYTES // 16))


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


def take(landing: Landing, clock: Clock, *deliveries: Delivery) -> list[Receipt | BaseException]:
    """All at once, by a process that starts now."""

    async def run() -> list[Receipt | BaseException]:
        reception = Reception(landing, clock)
        return await asyncio.gather(*map(reception.take, deliveries), return_exceptions=True)

    return asyncio.run(run())


def blocks(landing: Landing) -> list[bytes]:
    return [landing.read(header).payload for header in landing.pending()]


def test_small_bodies_are_gathered_and_each_is_told_of_its_block(landing: Landing, clock: Clock) -> None:
    first, second = take(landing, clock, SMALL, replace(SMALL, payload=b"three"))

    assert blocks(landing) == [b"one\ntwo\nthree\n"]
    [header] = landing.pending()
    assert first == Receipt(header.block, 8, 2)
    assert second == Receipt(header.block, 5, 1)
    assert header.live
    assert header.origin == "192.0.2.1"


def test_sensors_are_never_mixed(landing: Landing, clock: Clock) -> None:
    other = replace(SMALL, route=replace(GATE, tenant="102"), payload=b"theirs\n")

    take(landing, clock, SMALL, other)

    assert {header.tenant: landing.read(header).payload for header in landing.pending()} == {
        "101": b"one\ntwo\n",
        "102": b"theirs\n",
    }


def test_the_same_small_body_twice_is_two_things_that_happened(landing: Landing, clock: Clock) -> None:
    take(landing, clock, SMALL, SMALL)

    assert blocks(landing) == [b"one\ntwo\none\ntwo\n"]


@pytest.mark.parametrize("delivery", [replace(SMALL, key="batch-7"), LARGE, replace(SMALL, live=False)])
def test_with_a_key_or_large_or_old_it_counts_once_also_after_a_restart(
    landing: Landing, clock: Clock, delivery: Delivery
) -> None:
    [first] = take(landing, clock, delivery)
    clock.now += timedelta(days=2)
    assert take(landing, clock, delivery, delivery) == [first, first]
    [header] = landing.pending()
    landing.keep(header)

    assert take(landing, clock, delivery) == [first]

    assert landing.pending() == []
    assert header.live is delivery.live


def test_one_key_for_two_bodies_is_refused(landing: Landing, clock: Clock) -> None:
    keyed = replace(SMALL, key="batch-7")

    together = take(landing, clock, keyed, replace(keyed, payload=b"other\n"))
    [later] = take(landing, clock, replace(keyed, payload=b"other\n"))

    assert [type(answer) for answer in together] == [Receipt, KeyReused]
    assert isinstance(later, KeyReused)
    assert blocks(landing) == [b"one\ntwo\n"]


def test_two_sensors_may_use_one_key(landing: Landing, clock: Clock) -> None:
    keyed = replace(SMALL, key="1")

    take(landing, clock, keyed, replace(keyed, route=replace(GATE, sensor="edr")))

    assert len(blocks(landing)) == 2


def test_a_file_that_was_imported_is_not_received_again(landing: Landing, clock: Clock) -> None:
    book = Delivery(Route("101", "mail", "keepeye", "Asia/Tokyo"), "192.0.2.1", b"a,b\n1,2\n", live=False, whole=True)
    imported = landing.append(
        book.payload,
        tenant="101",
        sensor="mail",
        source="keepeye",
        timezone="Asia/Tokyo",
        received=NOON - timedelta(days=300),
        origin="keepeye.csv",
    )
    assert imported is not None
    landing.keep(imported)

    assert take(landing, clock, book) == [Receipt(imported.block, 8, 2)]
    assert landing.pending() == []


def test_blank_bodies_leave_nothing(landing: Landing, clock: Clock) -> None:
    assert take(landing, clock, replace(SMALL, payload=b" \r\n\n")) == [Receipt(None, 4, 0)]
    assert landing.pending() == []


def test_what_cannot_be_stored_is_said_to_everyone_and_may_be_sent_again(landing: Landing, clock: Clock) -> None:
    landing.inbox.parent.write_text("a file where the folder should be")
    refused = take(landing, clock, SMALL, replace(SMALL, payload=b"three\n"), LARGE)
    assert [isinstance(answer, OSError) for answer in refused] == [True, True, True]
    landing.inbox.parent.unlink()

    assert all(isinstance(answer, Receipt) for answer in take(landing, clock, SMALL, LARGE))

    assert sorted(blocks(landing)) == sorted([SMALL.payload, LARGE.payload])
