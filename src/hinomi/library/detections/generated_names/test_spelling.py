"""Names that people choose can be read; names that a formula makes cannot."""

from random import Random

import pytest

from hinomi.library.detections.generated_names.spelling import is_generated

CHOSEN = (
    "windowsupdate.com",
    "trendmicro.co.jp",
    "cloudfront.net",
    "yamatotransport.co.jp",
    "mitsubishielectric.co.jp",
    "shinkansen-yoyaku.example",
    "kobayashi-seisakusho.example",
    "fukuokabank.co.jp",
    "googleusercontent.com",
    "stackoverflow.com",
    "chatwork.com",
    "precision-works.invalid",
)


@pytest.mark.parametrize("domain", CHOSEN)
def test_a_name_that_somebody_chose(domain: str):
    assert not is_generated(domain)


def test_nearly_every_random_name_is_told():
    random = Random(11)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    made = ["".join(random.choices(letters, k=random.randrange(10, 20))) + ".com" for _ in range(500)]
    assert sum(map(is_generated, made)) >= 0.95 * len(made)


@pytest.mark.parametrize("domain", ["x7k2q.com", "xn--eckwd4c7cu47r2wf.jp"])
def test_of_short_names_and_those_in_other_scripts_nothing_is_told(domain: str):
    assert not is_generated(domain)
