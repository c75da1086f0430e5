"""The worker and an import may record the same stories at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.recording import Recorded
from hinomi.incidents.test_recording import story
from hinomi.tenants.operations import register_tenant

NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
RECORDERS = 4


@pytest.mark.django_db(transaction=True)
def test_recorders_at_once_make_one_incident() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one writer by construction; runs with --desk-db=postgresql")
    register_tenant("101", "青空半導体", now=NOW)
    together = Barrier(RECORDERS)

    def recorder() -> Recorded:
        try:
            together.wait(timeout=30)
            return record([story(*range(number, number + 3)) for number in range(1, 20)], NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(RECORDERS) as pool:
        results = [future.result(timeout=60) for future in [pool.submit(recorder) for _ in range(RECORDERS)]]

    assert sum(result.created for result in results) == 1
    assert Incident.objects.get().entries.count() == 21
