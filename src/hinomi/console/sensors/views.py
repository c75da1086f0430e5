"""Which sensors are heard, which are silent, and what became of what they sent."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.sensors.queries import watched
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.lake.space import space
from hinomi.pipeline.collect import logbook
from hinomi.tenants.queries import role_of, tenants_for


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    tenants = tenants_for(person(request))
    if uid := request.GET.get("tenant"):
        tenants = tenants.filter(pk=uid)
    staff = role_of(person(request)) in DESK
    answer = {
        "sensors": watched(store.lake(), tenants, clock.now()),
        "tenants": tenants_for(person(request)),
        "chosen": uid,
        "doorstep": logbook.read(settings.DATA_DIR) if staff else None,
        "space": space(settings.DATA_DIR) if staff else None,
    }
    return render(request, "sensors/index.html", answer)
