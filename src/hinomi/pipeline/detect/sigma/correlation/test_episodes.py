"""What is told follows from the hits alone; each kind of correlation, against the oracle."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.pipeline.detect.sigma.correlation.conftest import MIDNIGHT, Told, correlations, oracle, some_hits
from hinomi.pipeline.detect.sigma.correlation.definition import Correlation
from hinomi.pipeline.detect.sigma.correlation.episodes import episodes
from hinomi.pipeline.detect.sigma.correlation.hit import Hit

LATER = MIDNIGHT + timedelta(days=1)


def told(correlation: Correlation, hits: list[Hit], over: datetime) -> list[Told]:
    return sorted((one.group, one.start, one.reached, one.measured) for one in episodes(correlation, hits, over))


@settings(max_examples=200, deadline=None)
@given(correlations(), some_hits(), st.sampled_from([LATER, MIDNIGHT + timedelta(seconds=7)]))
def test_the_engine_tells_what_the_definition_tells(correlation: Correlation, hits: list[Hit], over: datetime):
    assert told(correlation, hits, over) == oracle(correlation, hits, over)
