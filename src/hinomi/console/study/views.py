"""The programme's tables, with what stands behind each number."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hinomi.console.shell import clock, store
from hinomi.console.shell.access import STAFF, seen_by
from hinomi.console.shell.words import Words
from hinomi.deliver.programme import study
from hinomi.study.tables import TABLES, Table, document
from hinomi.tenants.roles import Ability

TITLES: dict[str, Words] = {
    "detections": _("検知件数"),
    "sensors": _("導入状況"),
    "edr-kinds": _("EDRの検知分類"),
    "waf-purposes": _("WAFの攻撃目的"),
    "mail-items": _("メールの検知項目"),
    "mail-received": _("受信メール"),
    "expert-findings": _("専門家の指摘"),
}


@require_safe
@seen_by(*STAFF, ability=Ability.STUDY)
def index(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("table", "detections")
    table = counted(request, name)
    answer: dict[str, Any] = {
        "name": name,
        "titles": [(each, TITLES.get(each, each)) for each in TABLES],
        "study": table.tally.study,
        "sheets": table.sheets(),
        "account": table.as_dict(),
        "included": table.tally.study.include_exclusions,
    }
    return render(request, "study/index.html", answer)


@require_safe
@seen_by(*STAFF, ability=Ability.STUDY)
def table_json(request: HttpRequest, name: str) -> HttpResponse:
    """The table with all it takes to count it again (``hinomi study replay``)."""
    answer = JsonResponse(
        document(name, counted(request, name)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="hinomi-study-{name}.json"'
    return answer


def counted(request: HttpRequest, name: str) -> Table:
    if name not in TABLES:
        raise Http404
    lake = store.lake()
    included = request.GET.get("include_exclusions") == "on"
    return TABLES[name](lake, study(lake, now=clock.now(), include_exclusions=included))
