"""The shelf of sources: which products' logs are read, and how sure we are of their form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hinomi.console.shell.access import EVERYONE, seen_by
from hinomi.library import catalog
from hinomi.library.contracts import Kind


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    order = list(Kind)
    shelf = sorted(catalog.manifests().values(), key=lambda item: (order.index(item.kind), item.name))
    return render(request, "sources/index.html", {"shelf": shelf})
