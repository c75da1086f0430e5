"""The outbox as staff see it: what waits or failed, and why; tried again by a button."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import DESK, person, seen_by
from hinomi.deliver.notify import contacts, queries
from hinomi.deliver.notify.models import Notification, State
from hinomi.tenants.models import User
from hinomi.tenants.queries import serves_all, tenants_for

PAGE = 50


def theirs(user: User) -> "Q":
    """Messages about companies this person serves; those about none for who serves all."""
    about = Q(tenant__in=tenants_for(user))
    return about | Q(tenant=None) if serves_all(user) else about


@require_safe
@seen_by(*DESK)
def index(request: HttpRequest) -> HttpResponse:
    mine = theirs(person(request))
    chosen = request.GET.get("state", "")
    rows = queries.outbox().filter(mine).order_by("-created", "-pk")
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    if uid := request.GET.get("tenant", ""):
        rows = rows.filter(tenant=uid)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    audit.viewed_each(request, "outbox", (row.tenant_id for row in page))
    counted = dict(Notification.objects.filter(mine).order_by().values_list("state").annotate(Count("pk")))
    answer = {
        "page": page,
        "counts": [(state, counted.get(state.value, 0)) for state in State],
        "state": chosen,
        "tenants": tenants_for(person(request)),
        "tenant": uid,
        "now": clock.now(),
        "again": (State.PENDING.value, State.REFUSED.value),
    }
    return render(request, "notifications/outbox.html", answer)


@require_POST
@seen_by(*DESK)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.outbox().filter(theirs(person(request)), pk=pk).first()
    if row is None:
        raise Http404
    if contacts.retry(person(request), row, clock.now(), address=clock.address(request)):
        messages.success(request, _("もう一度送ります。"))
    else:
        messages.warning(request, _("送信済みか、取り消されたか、古すぎるため、送り直しません。"))
    return redirect("notifications-outbox")
