"""Which code counted: the release, and the commit where it runs from a clone of the project."""

import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path


@cache
def code_version() -> str:
    """Such as ``0.1.0+2d9c60c``; ``.dirty`` where files of the clone were changed; the release alone elsewhere."""
    release = version("hinomi")
    clone = Path(__file__).resolve().parents[3]
    if not (clone / ".git").exists():
        return release
    commit = git(clone, "rev-parse", "--short", "HEAD")
    if not commit:
        return release
    dirty = ".dirty" if git(clone, "status", "--porcelain", "--untracked-files=no", "--", "src") else ""
    return f"{release}+{commit}{dirty}"


def git(clone: Path, *arguments: str) -> str:
    """What git says, or nothing where there is no git or it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(clone), *arguments], capture_output=True, text=True, timeout=5)  # noqa: S603, S607
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
