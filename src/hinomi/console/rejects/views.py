"""The queue of records that could not be read: a work list for whoever mends parsers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.rejects import queries
from hinomi.console.shell import audit, store
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    """Counts by source and reason; the raw records are another page, for staff. Who operates may mend and reparse."""
    tenants = asked(request)
    operates = may(person(request), Ability.OPERATE)
    answer = {
        "repairs": queries.repairs(store.lake(), tenants) if operates else [],
        "groups": queries.groups(store.lake(), tenants),
        "tenants": tenants_for(person(request)),
        "chosen": request.GET.get("tenant", ""),
    }
    return render(request, "rejects/index.html", answer)


@require_safe
@seen_by(*DESK)
def examples(request: HttpRequest, source: str, reason: str) -> HttpResponse:
    found = queries.examples(store.lake(), asked(request), source, reason)
    for tenant in sorted({example.tenant for example in found}):
        audit.viewed(request, "rejects", tenant, subject=f"{source}/{reason}")
    return render(request, "rejects/examples.html", {"examples": found, "source": source, "reason": reason})


def asked(request: HttpRequest) -> list[str]:
    """The companies the page is about: all this person may see, or the one chosen among them."""
    tenants = tenants_for(person(request))
    if uid := request.GET.get("tenant"):
        tenants = tenants.filter(pk=uid)
    return list(tenants.values_list("uid", flat=True))
