"""Bringing a feed up to what its server says: all of it is shown at once, or the feed stays as it was."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from hinomi.net import misp as misp_server
from hinomi.net import taxii
from hinomi.net.fetch import Access, FetchError
from hinomi.pipeline.intelligence import misp, stix
from hinomi.pipeline.intelligence.gather import Claim, Gathered, Refusal, gather
from hinomi.pipeline.intelligence.shelf import Shelf, merged
from hinomi.pipeline.intelligence.subscription import NoSecret, Server, State, Subscription, Subscriptions

SAY_ALL = (Server.MISP, Server.MISP_FEED)
"""Servers that say all that is true each time; of others silence takes nothing away."""
EMPTIED = (
    "答えに使える指標が1件もありません。前のまま使います。本当に空なら hinomi intel forget {0} で消してください "
    "(no usable indicator in the answer, so the feed was left as it was; if it is empty indeed, forget it)"
)


@dataclass(frozen=True)
class Pulled:
    """What came of a pull: the state after it, and what was said anew."""

    state: State
    gathered: Gathered


def pull(shelf: Shelf, subscriptions: Subscriptions, subscription: Subscription, now: datetime) -> Pulled:
    """Ask the server, show what it says, remember how far it went. ``now`` is naive UTC.

    Raises:
        FetchError, NoSecret: nothing was changed but the note of the failure.
    """
    feed, state = subscription.feed, subscriptions.state(subscription.feed)
    if not shelf.path(feed).exists():
        state = replace(state, added_after=None, events={})
    try:
        pulled, rows = PULLS[subscription.server](shelf, subscription, subscription.access(), state, now)
        if subscription.server in SAY_ALL and valid(shelf.known(feed), now) and not valid(rows, now):
            raise FetchError(subscription.url, EMPTIED.format(feed))
    except (FetchError, NoSecret) as problem:
        subscriptions.write_state(feed, replace(state, tried=now, problem=str(problem)))
        raise
    shelf.replace(feed, rows)
    subscriptions.write_state(feed, replace(pulled.state, pulled=now, tried=now, problem=""))
    return pulled


def valid(rows: pl.DataFrame, now: datetime) -> bool:
    """Whether any indicator holds now."""
    return rows.filter((pl.col("valid_until") > now).fill_null(True)).height > 0


def pull_taxii(
    shelf: Shelf, subscription: Subscription, access: Access, state: State, now: datetime
) -> tuple[Pulled, pl.DataFrame]:
    last = state.added_after

    def said() -> Iterator[Claim | Refusal]:
        nonlocal last
        for page in taxii.indicators(subscription.url, subscription.collection, access, state.added_after):
            last = page.added_last or last
            yield from stix.of_objects(page.objects)

    gathered = gather(said(), subscription.defaults(), shelf.allowed(), now)
    rows = merged(shelf.known(subscription.feed), gathered.rows, now, keep_missing=state.added_after is not None)
    return Pulled(replace(state, added_after=last), gathered), rows


def pull_misp(
    shelf: Shelf, subscription: Subscription, access: Access, state: State, now: datetime
) -> tuple[Pulled, pl.DataFrame]:
    pages = misp_server.attributes(subscription.url, access)
    said = (claim for page in pages for claim in misp.claims({"Attribute": page}))
    gathered = gather(said, subscription.defaults(), shelf.allowed(), now)
    return Pulled(state, gathered), merged(shelf.known(subscription.feed), gathered.rows, now, keep_missing=False)


def pull_misp_feed(
    shelf: Shelf, subscription: Subscription, access: Access, state: State, now: datetime
) -> tuple[Pulled, pl.DataFrame]:
    """Events that changed are read again; what they said before, and what events said that are gone, is forgotten."""
    told = misp_server.manifest(subscription.url, access)
    changed = [uuid for uuid, mark in told.items() if state.events.get(uuid) != mark]

    def said() -> Iterator[Claim | Refusal]:
        for uuid in changed:
            document = misp_server.event(subscription.url, uuid, access)
            try:
                for claim in misp.claims(document):
                    yield replace(claim, reference=uuid) if isinstance(claim, Claim) else claim
            except misp.NoMisp as problem:
                yield Refusal(0, uuid, str(problem))

    gathered = gather(said(), subscription.defaults(), shelf.allowed(), now)
    before = shelf.known(subscription.feed)
    stay = pl.col("reference").is_in([uuid for uuid in told if uuid not in set(changed)])
    kept = before.filter(stay)
    if expires := subscription.defaults().expires:  # the feed goes on saying it
        kept = kept.with_columns(pl.max_horizontal("valid_until", pl.lit(now + expires)).alias("valid_until"))
    rows = merged(before, pl.concat([kept, gathered.rows]), now, keep_missing=False)
    return Pulled(replace(state, events=told), gathered), rows


PULLS = {Server.TAXII: pull_taxii, Server.MISP: pull_misp, Server.MISP_FEED: pull_misp_feed}
