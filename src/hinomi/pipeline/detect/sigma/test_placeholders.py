"""What ``%name%`` stands for, from files to rules."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from hinomi.pipeline.detect.sigma import RuleSet, load, placeholders
from hinomi.pipeline.detect.sigma.test_cases import process_creations, rules_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hosts.txt").write_text("\ufeff# servers\n\nAD01\nFILE*\n", encoding="utf-8")
    (tmp_path / "more.yml").write_text("accounts: [admin, 1001]\ntool: a+b.exe\nnone: []\n", encoding="utf-8")
    return tmp_path


def rules(tmp_path: Path, selection: dict[str, Any], folder: Path) -> RuleSet:
    values, refused = placeholders.read(folder)
    assert refused == ()
    rules_of(tmp_path, {"selection": selection, "condition": "selection"})
    found = load([tmp_path / "rule.yml"], values)
    assert found.refused == ()
    return found


@pytest.mark.parametrize(
    ("selection", "fires", "quiet"),
    [
        ({"Host|expand": "%hosts%"}, {"Host": "file02"}, {"Host": "file"[:3]}),
        ({"Path|expand|contains": "\\\\%hosts%\\"}, {"Path": "x \\AD01\\c$"}, {"Path": "AD01"}),
        ({"User|expand": "%accounts%@%tool%"}, {"User": "1001@A+B.EXE"}, {"User": "admin@aab.exe"}),
        ({"Path|re|expand": "^%tool%$"}, {"Path": "a+b.exe"}, {"Path": "aab.exe"}),
        ({"Path|re|expand": "^(%hosts%|x)-[0-9]+$"}, {"Path": "FILE9-1"}, {"Path": "FIL-1"}),
        ({"Path|re|i|expand": "^%hosts%$"}, {"Path": "ad01"}, {"Path": "ad02"}),
    ],
)
def test_values_are_texts_with_wildcards(
    tmp_path: Path, folder: Path, selection: dict[str, Any], fires: dict[str, str], quiet: dict[str, str]
):
    found = rules(tmp_path, selection, folder).match(process_creations(fires, quiet))

    assert found["finding_info.related_events"].to_list() == [["e0"]]


@pytest.mark.parametrize("selection", [{"Host|expand": "%none%"}, {"Host|re|expand": "a%none%"}])
def test_no_values_mean_nothing(tmp_path: Path, folder: Path, selection: dict[str, Any]):
    found = rules(tmp_path, selection, folder)

    assert found.match(process_creations({"Host": ""}, {"Host": "a"})).is_empty()


def test_nothing_of_a_list_without_values_is_excepted(tmp_path: Path, folder: Path):
    detection = {"all": {"Host": "*"}, "known": {"Host|expand": "%none%"}, "condition": "all and not known"}
    values, _ = placeholders.read(folder)
    rules_of(tmp_path, detection)

    assert load([tmp_path / "rule.yml"], values).match(process_creations({"Host": "a"})).height == 1


def test_more_combinations_than_can_be_looked_for_are_refused(tmp_path: Path):
    rules_of(tmp_path, {"selection": {"Host|expand": "%a%%a%"}, "condition": "selection"})

    [refused] = load([tmp_path / "rule.yml"], {"a": [str(number) for number in range(200)]}).refused

    assert ("10,000" in refused.reason, refused.line is not None) == (True, True)


def test_a_later_folder_has_the_last_word_and_a_broken_file_is_named(folder: Path, tmp_path: Path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "hosts.yml").write_text(yaml.safe_dump({"hosts": "DC9"}), encoding="utf-8")
    (own / "broken.yml").write_text("a: [1,\n", encoding="utf-8")
    (own / "list.yml").write_text("- a\n", encoding="utf-8")

    values, refused = placeholders.read(folder, own, tmp_path / "nowhere")

    assert values == {"hosts": ("DC9",), "accounts": ("admin", "1001"), "tool": ("a+b.exe",), "none": ()}
    assert [(one.path.name, one.line) for one in refused] == [("broken.yml", 2), ("list.yml", 1)]
