"""The table of the shelf in ``docs/detections.md``, written from the rules themselves.

python -m hinomi.library.detections.page
"""

from pathlib import Path
from typing import Any

import yaml

from hinomi.library import catalog

PAGE = Path(__file__).parents[4] / "docs" / "detections.md"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HEAD = ("| ルール | 何を見つけるか | level | 助言 |", "|---|---|---|---|")


def documents() -> dict[str, list[dict[str, Any]]]:
    """What the files of the shelf hold, by the name of their folder; of a correlation all that it counts too."""
    return {path.parent.name: list(yaml.load_all(path.read_bytes(), Loader=LOADER)) for path in catalog.sigma_rules()}


def rules() -> dict[str, dict[str, Any]]:
    """The rules of the shelf that find something, by folder: a correlation stands last in its file."""
    return {name: found[-1] for name, found in documents().items()}


def table() -> list[str]:
    """Lines of the table, one a rule."""
    return [
        *HEAD,
        *(
            f"| `{name}` | {rule['title']} | {rule['level']} | `{rule['hinomi']['advice']}` |"
            for name, rule in rules().items()
        ),
    ]


def with_table(text: str, lines: list[str]) -> str:
    """The page with these lines in place of the table that begins with the same head."""
    before, head, rest = text.partition(HEAD[0])
    if not head:
        raise ValueError(f"{PAGE}: no line «{HEAD[0]}»")
    after = rest.split("\n")[1:]
    end = next((number for number, line in enumerate(after) if not line.startswith("|")), len(after))
    return before + "\n".join(lines + after[end:])


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table()), encoding="utf-8")
