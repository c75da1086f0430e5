"""The shelf of sources: which products' logs are read, how a device is set up, and what unknown lines are."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hinomi.console.shell import clock
from hinomi.console.shell.access import DESK, EVERYONE, person, seen_by
from hinomi.console.sources import registering, trying
from hinomi.console.sources.registering import RegisterForm
from hinomi.console.sources.setup_page import setup_page
from hinomi.console.sources.trying import Busy, TryForm
from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.tenants.problems import BadValue
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability, Role


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    order = list(Kind)
    shelf = sorted(catalog.manifests().values(), key=lambda item: (order.index(item.kind), item.name))
    return render(request, "sources/index.html", {"shelf": shelf})


@require_safe
@seen_by(*EVERYONE)
def detail(request: HttpRequest, name: str) -> HttpResponse:
    manifest = catalog.manifests().get(name)
    if manifest is None:
        raise Http404
    page = setup_page(name, (get_language() or "ja").split("-")[0])
    answer = {"manifest": manifest, "page": page, "may_register": may(person(request), Ability.OPERATE)}
    return render(request, "sources/detail.html", answer)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*DESK)
def try_lines(request: HttpRequest) -> HttpResponse:
    """The result is shown and kept nowhere."""
    answer: dict[str, Any] = {"largest": trying.LARGEST, "may_register": may(person(request), Ability.OPERATE)}
    if request.method != "POST":
        first = {"source": request.GET.get("source", "")}
        return render(request, "sources/try.html", answer | {"form": TryForm(initial=first)})
    form = TryForm(request.POST, request.FILES)
    status = 200
    if not form.is_valid():
        status = 422
    else:
        try:
            answer["tried"] = trying.try_it(form.cleaned_data, clock.naive(clock.now()))
        except Busy:
            form.add_error(None, _("いまほかの人が試しています。少し待ってから、もう一度押してください。"))
            status = 503
    return render(request, "sources/try.html", answer | {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OPERATOR)
def register(request: HttpRequest) -> HttpResponse:
    """Leads to the company's sensors, where the new one waits for its first line."""
    companies = tenants_for(person(request))
    if request.method != "POST":
        first = {name: request.GET[name] for name in ("source", "timezone", "tenant") if name in request.GET}
        return render(request, "sources/register.html", {"form": RegisterForm(companies, initial=first)})
    form = RegisterForm(companies, request.POST)
    if form.is_valid():
        try:
            sensor = registering.register(form, person(request), clock.now(), clock.address(request))
        except BadValue as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("センサー「%(name)s」を登録しました。") % {"name": sensor.name})
            return redirect(f"{reverse('sensors')}?tenant={sensor.tenant_id}")
    return render(request, "sources/register.html", {"form": form}, status=422)
