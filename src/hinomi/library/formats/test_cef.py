"""Reading Common Event Format."""

from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.cef import parse


def test_a_message_has_seven_fields_and_an_extension():
    found = parse("CEF:0|Example|Fire\\|wall|v1|100|File blocked|4|src=192.0.2.1 msg=two words act=deny")

    assert found is not None
    assert (found.vendor, found.product, found.version) == ("Example", "Fire|wall", "v1")
    assert (found.signature, found.name, found.severity) == ("100", "File blocked", "4")
    assert found.extension == {"src": "192.0.2.1", "msg": "two words", "act": "deny"}


def test_escaped_characters_are_restored_and_do_not_begin_a_key():
    found = parse(r"CEF:0|a|b|c|d|e|1|request=https://example.com/?a\=b raw=Method\=GET\nx suser=CORP\\taro d=a\b")

    assert found is not None
    assert found.extension == {
        "request": "https://example.com/?a=b",
        "raw": "Method=GET\nx",
        "suser": "CORP\\taro",
        "d": "a\\b",
    }


def test_custom_fields_go_by_their_labels():
    found = parse("CEF:0|a|b|c|d|e|1|cs1=EICAR_TEST_FILE cs1Label=Virus cn2Label=Lonely")

    assert found is not None
    assert found.custom() == {"Virus": "EICAR_TEST_FILE"}


def test_a_relay_may_have_taken_the_prefix():
    assert parse("0|a|b|c|d|e|1|src=192.0.2.1") is not None


def test_other_texts_are_no_cef():
    assert [parse(text) for text in ("", "CEF:0|a|b|c", "date=2023-01-15", "CEF:9|a|b|c|d|e|1|", "|||||||")] == [
        None
    ] * 5


@given(st.text(alphabet="CEF:0|=\\ abn\n", max_size=60))
def test_any_text_can_be_asked(text: str):
    found = parse("CEF:0|a|b|c|d|e|1|" + text)

    assert found is not None
    assert all(found.extension)
