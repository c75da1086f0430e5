"""``python -m hinomi.app`` is ``hinomi``."""

from hinomi.app.cli import main

main()
