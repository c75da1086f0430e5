"""One line of JSON keeps its number, whatever it takes to read it."""

from hinomi.library.contracts import Reason, Reject
from hinomi.library.formats import jsonline
from hinomi.library.formats.jsonlines import Document


def test_an_object_and_its_number():
    plain, patient = jsonline.read(7, b'<13>host app: {"a":1}'), jsonline.read(8, b'{"a":NaN}')

    assert isinstance(plain, Document)
    assert isinstance(patient, Document)
    assert (plain.line, plain.value, patient.line, patient.value) == (7, {"a": 1}, 8, {"a": None})


def test_what_is_none_says_why_with_its_number():
    cut = jsonline.read(9, b'{"a":"b')

    assert isinstance(cut, Reject)
    assert (cut.line, cut.reason) == (9, Reason.TRUNCATED)
