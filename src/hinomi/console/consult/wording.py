"""How long something waits, and what a question is called whose writer did not call it anything."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hinomi.incidents.consult.models import SUBJECT_LENGTH

LONGEST_SUBJECT = 40
"""Characters of a first line that make a subject."""
PATIENCE = timedelta(hours=1), timedelta(hours=4)
"""From when on a question has waited long, and too long."""


def waited(time: timedelta) -> str:
    """``20分``, ``3時間5分``, ``2日``; English from the catalogue."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)s分", "%(count)s分", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(hours)s時間%(minutes)s分") % {"hours": minutes // 60, "minutes": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s日", "%(count)s日", days) % {"count": days}


def patience(time: timedelta) -> str:
    """``good``, ``warn`` or ``bad``."""
    return "bad" if time >= PATIENCE[1] else "warn" if time >= PATIENCE[0] else "good"


def subject(text: str) -> str:
    """The first line, cut where it gets long."""
    first = next(filter(None, map(str.strip, text.splitlines())), "")
    return first if len(first) <= LONGEST_SUBJECT else first[: LONGEST_SUBJECT - 1] + "…"


def about(words: str) -> str:
    """What a question about something is called, in one language for all who read it."""
    return f"「{words[: SUBJECT_LENGTH - 8]}」について"
