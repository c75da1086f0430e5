"""A contributor asks whether a card is fit to be read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hinomi.app.cli import hinomi
from hinomi.library import catalog

SPAM = (catalog.SHELVES / "advice" / "spam.yaml").read_text(encoding="utf-8")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(hinomi, ["advice", "check", *arguments])
    return result.exit_code, result.stdout


def own(data_dir: Path, name: str, text: str) -> Path:
    (data_dir / "advice").mkdir(exist_ok=True)
    path = data_dir / "advice" / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shelf_is_fit_to_be_read(tmp_path: Path):
    status, said = run("--json", "--data-dir", str(tmp_path))

    cards = [json.loads(line) for line in said.splitlines()]
    assert status == 0
    assert {one["card"] for one in cards} == set(catalog.cards())
    assert not any(one["problems"] for one in cards)


def test_an_own_card_is_checked_with_the_shelf_and_alone(tmp_path: Path):
    path = own(tmp_path, "spam", SPAM.replace("件名に「", "EDRの件名に「"))

    for arguments in (("--data-dir", str(tmp_path)), (str(path),)):
        status, said = run(*arguments)

        assert status == 1
        assert "spam: steps 1 (ja): 説明のない専門用語です" in said
        assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("spam", "title: [", "カードとして読めません (is no card): is not YAML"),
        ("spam", "title: {ja: x}", "lacks 'happened'"),
        ("mailbox_full", SPAM, "この名前のカードを使う検知は付属の棚にありません"),
    ],
)
def test_what_is_no_card_or_never_used_is_said(tmp_path: Path, name: str, text: str, found: str):
    own(tmp_path, name, text)

    status, said = run("--data-dir", str(tmp_path))

    assert status == 1
    assert found in said
