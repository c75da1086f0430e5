"""Whatever a file is packed in, the bytes that were in it come out, in order, once."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library import catalog
from hinomi.library.contracts import Manifest
from hinomi.pipeline.collect import files
from hinomi.pipeline.collect.files import Input, InputProblem, lines, payloads

LINES = catalog.source_manifest("fortinet_fortigate")
EVTX = catalog.source_manifest("windows_evtx")


def read(*paths: Path | str, manifest: Manifest = LINES, stdin: bytes = b"") -> tuple[dict[str, bytes], list[str]]:
    """What each input held, and the problems."""
    held: dict[str, bytes] = {}
    problems = []
    for piece in payloads([str(path) for path in paths], manifest, io.BytesIO(stdin)):
        if isinstance(piece, InputProblem):
            problems.append(str(piece))
        else:
            held[piece.origin] = held.get(piece.origin, b"") + piece.data
    return held, problems


class OneByteAtATime(io.BytesIO):
    def read1(self, size: int | None = -1) -> bytes:
        return self.read(1)


def test_a_folder_gives_its_files_however_they_are_packed(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.log").write_bytes(b"a\n")
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(b"b\n"))
    (tmp_path / "c.log.zst").write_bytes(zstandard.ZstdCompressor().compress(b"c\n"))
    (tmp_path / ".hidden").write_bytes(b"not this\n")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("x/d.log", b"d\n")
        archive.writestr("e.log.gz", gzip.compress(b"e\n"))

    held, problems = read(tmp_path)

    assert sorted(held.values()) == [b"a\n", b"b\n", b"c\n", b"d\n", b"e\n"]
    assert "d.zip/x/d.log" in held
    assert problems == []


def test_in_a_folder_a_source_with_its_own_ending_takes_only_those(tmp_path: Path) -> None:
    (tmp_path / "a.evtx").write_bytes(b"ElfFile")
    (tmp_path / "readme.txt").write_bytes(b"hello")
    assert read(tmp_path, manifest=EVTX)[0] == {"a.evtx": b"ElfFile"}


def test_standard_input_is_an_input_like_any_other() -> None:
    assert read("-", stdin=b"one\ntwo") == ({"stdin": b"one\ntwo"}, [])


@given(text=st.binary(max_size=300), size=st.integers(min_value=1, max_value=64))
def test_payloads_are_whole_lines_and_together_the_whole_input(text: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "PAYLOAD_BYTES", size)
        patch.setattr(files, "READ_BYTES", max(1, size // 2))
        pieces = [piece.data for piece in lines(Input("x", io.BufferedReader(io.BytesIO(text))))]  # type: ignore[arg-type]

        paused = [piece.data for piece in lines(Input("x", OneByteAtATime(text)))]  # type: ignore[arg-type]

    assert b"".join(pieces) == text
    assert all(piece.endswith(b"\n") for piece in pieces[:-1])
    assert paused == pieces, "the same input is cut at the same places however it arrives"


def test_what_came_before_a_break_is_given_and_then_the_break_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(os.urandom(20_000) + b"\n")[:-2000])
    (tmp_path / "b.log").write_bytes(b"after\n")

    held, [problem] = read(tmp_path)

    assert len(held["a.log.gz"]) > 10_000
    assert held["b.log"] == b"after\n"
    assert problem.startswith("a.log.gz")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [("a.gz", b"no gzip", "a.gz"), ("a.zst", b"no zstd", "a.zst"), ("a.zip", b"no zip", "zip")],
)
def test_a_file_that_is_not_what_its_name_says_is_a_problem_and_no_crash(
    tmp_path: Path, name: str, data: bytes, word: str
) -> None:
    (tmp_path / name).write_bytes(data)
    held, [problem] = read(tmp_path / name)
    assert held == {}
    assert word in problem


def test_a_file_that_is_too_large_to_take_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WHOLE_FILE_BYTES", 10)
    (tmp_path / "a.evtx").write_bytes(b"x" * 11)
    (tmp_path / "b.evtx").write_bytes(b"x" * 10)
    held, [problem] = read(tmp_path, manifest=EVTX)
    assert list(held) == ["b.evtx"]
    assert "a.evtx" in problem


def test_nothing_is_a_payload_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    assert read(tmp_path / "empty.log") == ({}, [])
    assert list(lines(Input("x", io.BufferedReader(io.BytesIO(b""))))) == []  # type: ignore[arg-type]
