"""Two analysts who decide in the same moment: one of them does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.conftest import NOW, only, status, story, tell
from hinomi.incidents.review.deciding import decide
from hinomi.incidents.review.models import Decision, Verdict
from hinomi.incidents.review.problems import AlreadyDecided
from hinomi.tenants.models import User


@pytest.mark.django_db(transaction=True)
def test_of_two_that_decide_in_the_same_moment_one_does(sato: User, kato: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite in memory cannot be shared")
    tell(*(story(tenant, number) for tenant in ("101", "102", "103") for number in (1, 2)))
    one = only(queue(sato, NOW))
    together = Barrier(2)

    def attempt(who: User, verdict: Verdict) -> bool:
        together.wait()
        try:
            decide(who, one.key, verdict, reason="同時", now=NOW, seen=one.seen)
        except AlreadyDecided:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        did = list(pool.map(attempt, (sato, kato), (Verdict.WATCH, Verdict.BENIGN_HERE)))

    assert sorted(did) == [False, True]
    decision = Decision.objects.get()
    assert decision.owner == (sato if did[0] else kato)
    assert {status(f"{tenant}-{number}")[0] for tenant in ("101", "102", "103") for number in (1, 2)} == {
        "watching" if did[0] else "closed"
    }
