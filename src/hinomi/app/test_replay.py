"""What the demo's writer delivers."""

from itertools import islice

from hinomi.app.replay import delivered
from hinomi.demo.planted import plant


def test_the_demo_as_it_is_by_default_has_nothing_planted() -> None:
    planted = {line.text for line in plant(1).lines}

    for one in islice(delivered(None), 20):
        assert planted.isdisjoint(one.payload.decode().splitlines())


def test_what_is_planted_comes_among_the_programmes_own_lines() -> None:
    planted = {line.text for line in plant(1).lines}
    slices = list(islice(delivered(1), 60))

    assert len({one.received for one in slices}) == 1, "some days at a time"
    held = [set(one.payload.decode().splitlines()) for one in slices]
    assert any(lines & planted and lines - planted for lines in held)
