"""Every string of the console is said in English too."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hinomi.console.conftest import Town
from hinomi.console.shell import messages


def test_no_string_lacks_english() -> None:
    assert [f"{source.file}: {messages.key(source)}" for source in messages.missing(messages.catalogue())] == []


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    said = {(messages.key(source), source.context) for source in messages.sources()}
    held = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in messages.catalogue() if m.id}

    assert held - said == set()


def test_updating_keeps_the_english_that_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = tmp_path / "django.po"
    copy.write_bytes(messages.CATALOGUE.read_bytes())
    monkeypatch.setattr(messages, "CATALOGUE", copy)
    before = {message.id: message.string for message in messages.catalogue()}

    assert messages.main(["--update", "--check"]) == 0

    assert {message.id: message.string for message in messages.catalogue() if message.id} == {
        key: english for key, english in before.items() if key
    }


@pytest.mark.django_db
def test_a_reader_switches_to_english_and_back(town: Town) -> None:
    messages.compile_catalogue(messages.catalogue())
    translation.trans_real._translations.clear()
    client: Client = town.client("analyst")

    client.post(reverse("set_language"), {"language": "en", "next": "/incidents/"})
    english = client.get(reverse("incidents")).content.decode()
    client.post(reverse("set_language"), {"language": "ja", "next": "/incidents/"})
    japanese = client.get(reverse("incidents")).content.decode()

    assert '<html lang="en">' in english
    assert "Incidents" in english
    assert '<html lang="ja">' in japanese
    assert "インシデント" in japanese
