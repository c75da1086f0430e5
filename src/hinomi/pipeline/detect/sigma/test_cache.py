import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import RuleSet, cache

RULE = {
    "title": "a rule",
    "id": "00000000-0000-4000-8000-000000000001",
    "level": "high",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {
        "selection": {"CommandLine|re": "(?i)need(le|ful)", "Image|endswith": "\\a.exe"},
        "condition": "selection",
    },
}
EVENT = (
    '{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":"1",'
    '"EventData":{"Image":"C:\\\\A.exe","CommandLine":"a Needle"}}'
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "WORTH_KEEPING", 1)
    return write(tmp_path / "rule.yml")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was read from YAML."""
    found: list[Any] = []

    def load(*arguments: Any) -> RuleSet:
        found.append(arguments)
        return original(*arguments)

    original = cache.load_files
    monkeypatch.setattr(cache, "load_files", load)
    return found


def write(path: Path, **changed: Any) -> Path:
    path.write_text(yaml.safe_dump(RULE | changed), encoding="utf-8")
    return path


def fired(rules: RuleSet) -> list[str]:
    events = conform(pl.DataFrame({"unmapped": [EVENT], "metadata.uid": ["e0"]}))
    return rules.match(events)["finding_info.title"].to_list()


def test_a_set_that_was_read_once_is_there_again_and_finds_the_same(path: Path, reads: list[Any]):
    first = cache.load([path])
    assert fired(first) == ["a rule"]
    cache.remember(first)

    assert fired(cache.load([path])) == ["a rule"]
    assert len(reads) == 1


def test_another_rule_in_the_file_is_another_set(path: Path, reads: list[Any]):
    cache.load([path])
    write(path, title="other")

    assert fired(cache.load([path])) == ["other"]
    assert len(reads) == 2


def test_placeholders_are_part_of_a_set(path: Path, reads: list[Any]):
    cache.load([path])
    cache.load([path], {"name": ["a"]})

    assert len(reads) == 2


def test_what_is_damaged_is_made_anew(path: Path, tmp_path: Path, reads: list[Any]):
    cache.remember(cache.load([path]))
    for kept in (tmp_path / "cache/hinomi/rules").iterdir():
        kept.write_bytes(kept.read_bytes()[:50])

    assert fired(cache.load([path])) == ["a rule"]
    assert len(reads) == 2


def test_a_folder_that_others_may_use_is_not_trusted(path: Path, tmp_path: Path, reads: list[Any]):
    cache.load([path])
    (tmp_path / "cache/hinomi/rules").chmod(0o770)

    assert fired(cache.load([path])) == ["a rule"]
    assert len(reads) == 2


def test_only_some_sets_are_kept(path: Path, tmp_path: Path):
    for number in range(cache.KEPT + 2):
        cache.load([write(path, title=f"rule {number}")])

    assert len(list((tmp_path / "cache/hinomi/rules").iterdir())) == cache.KEPT


def test_files_that_have_not_changed_since_long_are_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "SETTLED", -(10**12))  # what was written now counts as old
    cache.load([path])
    digests: list[Any] = []
    monkeypatch.setattr(cache, "digest_of", lambda *given: digests.append(given) or "")

    assert fired(cache.load([path])) == ["a rule"]
    assert not digests

    write(path, title="b rule")
    cache.load([path])

    assert len(digests) == 1


def test_a_rule_that_is_unpickled_reads_its_condition_late(path: Path):
    (made,) = cache.load([path]).rules

    again = pickle.loads(pickle.dumps(made))

    assert "condition" not in vars(again)
    assert pickle.loads(pickle.dumps(again)) == made
    assert again.condition == made.condition
    with pytest.raises(AttributeError):
        _ = again.conditions


def test_matching_with_kept_rules_loads_no_large_library():
    """Each of them would take longer to load than thousands of events to match."""
    program = "import sys, hinomi.pipeline.detect.sigma.cache; print(sorted({'numba', 'sigma'} & sys.modules.keys()))"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_a_set_that_is_made_in_no_time_takes_no_others_place(
    path: Path, reads: list[Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cache, "WORTH_KEEPING", 2)

    cache.load([path])
    assert fired(cache.load([path])) == ["a rule"]

    assert len(reads) == 2
