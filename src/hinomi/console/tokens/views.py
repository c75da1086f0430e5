"""One's own tokens for the API: listed, made and shown once, taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from hinomi.console.shell import clock
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.console.tokens.form import SCOPES, TokenForm
from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiScope
from hinomi.tenants.problems import BadValue, UnknownToken
from hinomi.tenants.queries import tenants_for


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    return shown(request, TokenForm(tenants_for(person(request))))


@require_POST
@seen_by(*EVERYONE)
@sensitive_variables("secret")
def new(request: HttpRequest) -> HttpResponse:
    """The token is in this answer and nowhere else."""
    user = person(request)
    form = TokenForm(tenants_for(user), request.POST)
    if form.is_valid():
        try:
            secret, _row = api_tokens.issue(
                user,
                form.cleaned_data["name"],
                clock.now(),
                scope=ApiScope(form.cleaned_data["scope"]),
                tenant=form.company,
                lifetime=form.lifetime,
                actor=user,
                address=clock.address(request),
            )
        except BadValue as problem:
            form.add_error(None, problem.problem)
        else:
            return shown(request, TokenForm(tenants_for(user)), secret)
    return shown(request, form)


@require_POST
@seen_by(*EVERYONE)
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    if number >= 2**63:
        raise Http404
    try:
        row = api_tokens.revoke(person(request), number, clock.now(), address=clock.address(request))
    except UnknownToken as error:
        raise Http404 from error
    messages.success(request, _("「%(name)s」を取り消しました。もう使えません。") % {"name": row.name})
    return redirect("tokens")


def shown(request: HttpRequest, form: TokenForm, secret: str = "") -> HttpResponse:
    now = clock.now()
    rows = [{"row": row, "is_over": row.expires <= now} for row in api_tokens.of(person(request))]
    answer = {"form": form, "rows": rows, "scopes": SCOPES, "secret": secret}
    return render(request, "tokens/index.html", answer, status=422 if form.errors else 200)
