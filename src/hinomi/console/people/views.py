"""People: operators see and manage everyone, a company's lead the people of that company."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.people.form import InviteForm, RoleForm
from hinomi.console.people.rows import rows
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import person, seen_by, tenant_or_404
from hinomi.tenants import people
from hinomi.tenants.models import User
from hinomi.tenants.operations import LINK_LIFETIME, company_of
from hinomi.tenants.problems import BadValue, DeskError, NotAllowed
from hinomi.tenants.queries import may, tenants_for
from hinomi.tenants.roles import Ability, Role

MANAGERS = (Role.OPERATOR, Role.MEMBER)


@require_safe
@seen_by(*MANAGERS)
def index(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    companies = tenants_for(actor, Ability.MANAGE)
    users, chosen = people.managed_by(actor), request.GET.get("tenant", "")
    if chosen:
        users = users.filter(memberships__tenant=tenant_or_404(request, chosen)).distinct()
    for uid in [chosen] if chosen else [""] if may(actor, Ability.OPERATE) else [row.pk for row in companies]:
        audit.viewed(request, "people", uid)
    answer = {
        "rows": rows(actor, list(users), clock.now()),
        "companies": companies,
        "chosen": chosen,
        "operates": may(actor, Ability.OPERATE),
    }
    return render(request, "people/index.html", answer)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*MANAGERS)
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(person(request), request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            user, token = people.invite(
                person(request),
                given["username"],
                form.chosen(),
                tenant=form.company(),
                now=clock.now(),
                name=given["name"],
                email=given["email"],
            )
        except BadValue as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.problem)
        except DeskError as problem:
            form.add_error(None, str(problem))
        else:
            return linked(request, user, token)
    return render(request, "people/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@seen_by(*MANAGERS)
def detail(request: HttpRequest, key: int) -> HttpResponse:
    user = managed(request, key)
    audit.viewed(request, "person", company_of(user), subject=user.username)
    return shown(request, user, RoleForm(person(request)))


@require_POST
@seen_by(*MANAGERS)
def act(request: HttpRequest, key: int) -> HttpResponse:
    """``do``: close, reopen, unlock, reset (the second factor) or link."""
    actor, user, now, address = person(request), managed(request, key), clock.now(), clock.address(request)
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "close": (
            lambda: people.close(actor, user, now, address=address),
            _("停止しました。開いていた画面も終わりました。"),
        ),
        "reopen": (lambda: people.reopen(actor, user, now, address=address), _("停止を解きました。")),
        "unlock": (lambda: people.unlock(actor, user, now, address=address), _("サインインの一時停止を解きました。")),
        "reset": (
            lambda: people.reset_second_factor(actor, user, now, address=address),
            _("二要素認証の登録を取り消しました。次のサインインで登録し直します。"),
        ),
    }
    do = request.POST.get("do", "")
    if do == "link":
        try:
            return linked(request, user, people.new_link(actor, user, now))
        except DeskError as problem:
            messages.warning(request, str(problem))
    elif do in acts:
        attempt(request, *acts[do])
    else:
        raise Http404
    return redirect("people-detail", key)


@require_POST
@seen_by(*MANAGERS)
def grant(request: HttpRequest, key: int) -> HttpResponse:
    user, form = managed(request, key), RoleForm(person(request), request.POST)
    if not form.is_valid():
        return shown(request, user, form)
    attempt(
        request,
        lambda: people.grant(
            person(request),
            user,
            form.chosen(),
            tenant=form.company(),
            now=clock.now(),
            address=clock.address(request),
        ),
        _("役割を変えました。この人の開いていた画面は終わりました。"),
    )
    return redirect("people-detail", key)


@require_POST
@seen_by(*MANAGERS)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    user = managed(request, key)
    row = get_object_or_404(user.memberships, pk=request.POST.get("membership") or 0)
    attempt(
        request,
        lambda: people.withdraw(
            person(request),
            user,
            Role(row.role),
            tenant=row.tenant,
            now=clock.now(),
            address=clock.address(request),
        ),
        _("役割を外しました。"),
    )
    return redirect("people")


@require_POST
@seen_by(*MANAGERS)
def second_factor(request: HttpRequest, uid: str) -> HttpResponse:
    """Whether the company's people must have one."""
    tenant, wanted = tenant_or_404(request, uid), request.POST.get("required") == "1"
    told = _("この企業の人は、次の操作から二要素認証が要ります。") if wanted else _("二要素認証は任意になりました。")
    attempt(
        request,
        lambda: people.demand_second_factor(
            person(request), tenant, wanted, clock.now(), address=clock.address(request)
        ),
        told,
    )
    return redirect("people")


def managed(request: HttpRequest, key: int) -> User:
    """A person the actor may see; anybody else does not exist."""
    return get_object_or_404(people.managed_by(person(request)), pk=key)


def shown(request: HttpRequest, user: User, form: RoleForm) -> HttpResponse:
    answer: dict[str, Any] = {
        "row": rows(person(request), [user], clock.now())[0],
        "form": form,
        "operates": may(person(request), Ability.OPERATE),
    }
    return render(request, "people/detail.html", answer, status=422 if form.is_bound else 200)


def attempt(request: HttpRequest, do: Callable[[], None], told: str) -> None:
    try:
        do()
    except NotAllowed:
        raise Http404 from None
    except DeskError as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, told)


def linked(request: HttpRequest, user: User, token: str) -> HttpResponse:
    """The link, in this answer alone."""
    url = settings.BASE_URL + reverse("sign-in-link", args=(token,))
    hours = int(LINK_LIFETIME.total_seconds() // 3600)
    return render(request, "people/link.html", {"whose": user, "link": url, "hours": hours})
