"""What products say they did."""

import pytest

from hinomi.library.formats.dispositions import disposition
from hinomi.ocsf.classes import DispositionId


@pytest.mark.parametrize(
    ("said", "done"),
    [
        ("File quarantined", DispositionId.QUARANTINED),
        ("Unable to quarantine file", DispositionId.DETECTED),
        ("File deleted", DispositionId.DELETED),
        ("File cleaned", DispositionId.CORRECTED),
        ("Access denied", DispositionId.BLOCKED),
        ("IDS:Reset", DispositionId.RESET),
        ("Pass", DispositionId.DETECTED),
        ("Allowed", DispositionId.ALLOWED),
        ("Prevention, process was blocked from execution.", DispositionId.BLOCKED),
        ("Detection, process would have been blocked if related prevention policy setting was enabled.", 15),
        ("not_mitigated", DispositionId.DETECTED),
        ("隔離", DispositionId.QUARANTINED),
        ("21", None),
        ("", None),
    ],
)
def test_the_words_of_products_are_dispositions(said: str, done: DispositionId | None):
    assert disposition(said) == done


def test_the_first_text_that_says_something_counts():
    assert disposition(None, "21", "File renamed", "Passed") is DispositionId.CORRECTED
    assert disposition() is None
