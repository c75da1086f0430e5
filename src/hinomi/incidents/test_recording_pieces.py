"""However a set of findings is told in pieces and in whatever order, the incidents come out the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.incidents.models import Entry, Incident
from hinomi.incidents.operations import record
from hinomi.incidents.test_recording import story
from hinomi.tenants.operations import register_tenant

NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
PIECES = st.lists(st.sets(st.integers(1, 12), min_size=1, max_size=4), min_size=1, max_size=8)


def groups(pieces: list[set[int]]) -> set[frozenset[str]]:
    """What must come out: pieces that share a finding, directly or through others, are one incident."""
    found: list[set[int]] = []
    for piece in pieces:
        joined = set(piece).union(*(group for group in found if group & piece))
        found = [group for group in found if not group & piece] + [joined]
    return {frozenset(f"f{number}" for number in group) for group in found}


def held() -> Iterator[frozenset[str]]:
    for incident in Incident.objects.filter(merged_into=None):
        yield frozenset(incident.entries.values_list("finding", flat=True))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES)
def test_pieces_that_share_a_finding_are_one_incident(pieces: list[set[int]]) -> None:
    with transaction.atomic():
        register_tenant("101", "青空半導体", now=NOW)
        for number, piece in enumerate(pieces):
            record([story(*piece)], NOW + timedelta(minutes=number))

        assert set(held()) == groups(pieces)
        assert Entry.objects.count() == len(set().union(*pieces))
        assert not Incident.objects.exclude(merged_into=None).filter(entries__isnull=False).exists()

        retold = record([story(*piece) for piece in pieces], NOW + timedelta(days=1))
        assert (retold.created, retold.updated) == (0, 0)
        transaction.set_rollback(True)  # the next example starts with an empty queue
