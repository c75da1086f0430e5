"""Which sensors are heard, which are silent, and what became of what they sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.sensors.queries import watched
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, person, seen_by
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    tenants = tenants_for(person(request))
    if uid := request.GET.get("tenant"):
        tenants = tenants.filter(pk=uid)
    answer = {
        "sensors": watched(store.lake(), tenants, clock.now()),
        "tenants": tenants_for(person(request)),
        "chosen": uid,
    }
    return render(request, "sensors/index.html", answer)
