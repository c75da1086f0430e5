"""What is kept is there again, and what is large of it lies on disk until it is looked at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.detect.sigma.kept import Kept
from hinomi.pipeline.detect.sigma.mapped import read, write


@dataclass(frozen=True)
class Book(Kept):
    LATE: ClassVar[tuple[str, ...]] = ("pages",)

    title: str
    pages: list[str]


BOOKS = st.builds(Book, st.text(), st.lists(st.text(max_size=300), max_size=9))


@given(books=st.lists(BOOKS, max_size=4), sizes=st.lists(st.integers(0, 500), max_size=4))
def test_all_of_it_is_there_again(books: list[Book], sizes: list[int], tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("kept") / "books"
    arrays = [np.arange(size) for size in sizes]

    write(path, (books, arrays))
    again, numbers = read(path)
    write(path, (again, numbers))
    once_more, _ = read(path)

    assert [(book.title, book.pages) for book in again] == [(book.title, book.pages) for book in books]
    assert [(book.title, book.pages) for book in once_more] == [(book.title, book.pages) for book in books]
    assert [one.tolist() for one in numbers] == [one.tolist() for one in arrays]


def test_what_is_written_to_an_array_stays_in_this_process(tmp_path: Path):
    write(tmp_path / "kept", np.zeros(1000, dtype=np.int64))
    first = read(tmp_path / "kept")

    first += 1

    assert first.sum() == 1000
    assert read(tmp_path / "kept").sum() == 0


def damages(whole: bytes) -> dict[str, bytes]:
    return {
        "empty": b"",
        "cut in its sizes": whole[:12],
        "cut in its pickle": whole[:100],
        "cut before its end": whole[:-700],
        "another number of parts": b"\xff" * 7 + whole[7:],
        "another size": whole[:8] + b"\xff" * 8 + whole[16:],
    }


@pytest.mark.parametrize("kind", damages(b""))
def test_a_damaged_file_is_none(kind: str, tmp_path: Path):
    path, kept = tmp_path / "kept", (Book("a", ["page"] * 100), np.arange(100))
    write(path, kept)
    path.write_bytes(damages(path.read_bytes())[kind])

    assert read(path) is None


def test_what_cannot_be_pickled_leaves_no_file(tmp_path: Path):
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]

    write(tmp_path / "kept", deep)

    assert list(tmp_path.iterdir()) == []
