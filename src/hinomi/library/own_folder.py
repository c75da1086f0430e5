"""Folders in the user's cache that hold what is run when it is read: only those that nobody else may write to."""

import os
import stat
from pathlib import Path


def own_folder(name: str) -> Path | None:
    """A folder of the user's cache, made if need be; None where there is none that is only ours."""
    root = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if "HOME" in os.environ else None)
    if not root:
        return None
    folder = Path(root) / "hinomi" / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = folder.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(said.st_mode) and said.st_uid == os.getuid() and not said.st_mode & 0o077
    return folder if is_ours else None
