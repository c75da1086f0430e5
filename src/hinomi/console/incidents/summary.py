"""What happened and how far it went, in one or two sentences that anybody understands."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hinomi.console.incidents import wording
from hinomi.incidents.assessment import Assessment
from hinomi.incidents.models import Incident
from hinomi.library.harmless import harmless
from hinomi.ocsf.course import Spread, Stage, StageName

ORDER = tuple(StageName)


def summary(incident: Incident, assessed: Assessment) -> list[str]:
    """Sentences, the one that says most first."""
    told = [happened(incident, assessed.stages)]
    if assessed.stages and all(stage.stopped for stage in assessed.stages):
        told.append(_("見つかったものは、すべて機器が止めています。"))
    if assessed.spread:
        told += width(assessed.spread)
    return told


def happened(incident: Incident, stages: Sequence[Stage]) -> str:
    when = incident.first_seen.astimezone(incident.tenant.zone)
    said = {
        "when": f"{when:%Y-%m-%d %H:%M}",
        "where": harmless(incident.host or incident.address or incident.user_name or _("社内")),
    }
    if not stages:
        return _("%(when)s、%(where)sで異常が見つかりました。") % said
    first = min(stages, key=lambda stage: (stage.first, ORDER.index(stage.name)))
    open_stages = [stage for stage in stages if not stage.stopped] or list(stages)
    furthest = max(open_stages, key=lambda stage: ORDER.index(stage.name))
    said |= {"first": str(wording.STAGES[first.name]), "furthest": str(wording.STAGES[furthest.name])}
    if first.name == furthest.name:
        return _("%(when)s、%(where)sで「%(first)s」が見つかりました。") % said
    return _("%(when)s、%(where)sで「%(first)s」に始まり、「%(furthest)s」まで進みました。") % said


def width(spread: Spread) -> list[str]:
    """How many machines and people; whether it may be older than the watch."""
    machines, accounts = len(spread.machines), len(spread.accounts)
    told = []
    if machines > 1:
        said = ngettext("%(count)s 台の機器に関わります。", "%(count)s 台の機器に関わります。", machines)
        told.append(said % {"count": machines})
    if accounts > 1:
        said = ngettext("%(count)s 人の利用者に関わります。", "%(count)s 人の利用者に関わります。", accounts)
        told.append(said % {"count": accounts})
    if spread.before_watch:
        told.append(_("見守りを始める前から続いていたおそれがあり、いつ始まったかは分かりません。"))
    return told
