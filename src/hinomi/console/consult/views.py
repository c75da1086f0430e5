"""The consulting desk: a company asks, the desk answers; each sees it from their own side."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hinomi.console.consult import listing, telling
from hinomi.console.consult.question import FOLDER, Question, upload_of
from hinomi.console.shell import audit, clock
from hinomi.console.shell.access import COMPANY, DESK, person, seen_by
from hinomi.incidents.consult import operations, queries
from hinomi.incidents.consult.anonymous import anonymous, names_of
from hinomi.incidents.consult.models import TEXT_LENGTH, State, Thread
from hinomi.incidents.consult.problems import UnknownThread
from hinomi.tenants.problems import DeskError
from hinomi.tenants.queries import may, role_of, tenants_for
from hinomi.tenants.roles import MEMBERS, Ability


@require_safe
@seen_by(*COMPANY)
def index(request: HttpRequest) -> HttpResponse:
    user, now = person(request), clock.now()
    if role_of(user) in MEMBERS:
        found = listing.of_company(user)
        return render(request, "consult/mine.html", {"inquiries": found.inquiries, "threads": found.threads})
    filter_ = listing.Filter.read(request.GET)
    page = listing.page(user, filter_, request.GET.get("page"))
    answer = {
        "filter": filter_,
        "page": page,
        "rows": listing.rows(page.object_list, now),
        "waiting": queries.waiting(user).count(),
        "tenants": tenants_for(user),
        "states": State,
    }
    return render(request, "consult/queue.html", answer)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*MEMBERS)
def new(request: HttpRequest) -> HttpResponse:
    user, posted = person(request), request.method == "POST"
    question = Question.read(user, request.POST if posted else request.GET)
    problem = ""
    if posted:
        try:
            thread = question.ask(user, upload_of(request), clock.now(), clock.address(request))
        except DeskError as error:
            problem = str(error)
        else:
            messages.success(request, _("質問を送りました。監視センターが答えると、このページに出ます。"))
            return redirect("consult-thread", thread.pk)
    answer = {
        "question": question,
        "problem": problem,
        "companies": tenants_for(user),
        "already": queries.about(user, question.incident).exclude(state=State.CLOSED) if question.incident else (),
        "longest": TEXT_LENGTH,
        "centre": settings.CENTRE_CONTACT,
    }
    return render(request, "consult/new.html", answer, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(*COMPANY)
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The thread; posted to, one more word in it."""
    user, found, problem = person(request), thread_or_404(request, pk), ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                now = clock.now()
                post = operations.write(
                    user,
                    found,
                    request.POST.get("text", ""),
                    now,
                    upload=upload_of(request),
                    address=clock.address(request),
                )
                (telling.answered if post.from_desk else telling.asked)(post, now)
        except DeskError as error:
            problem = str(error)
        else:
            messages.success(request, _("送りました。"))
            return redirect("consult-thread", found.pk)
    else:
        audit.viewed(request, "thread", found.tenant_id, subject=str(found.pk))
    is_desk = queries.is_desk(user, found.tenant_id)
    answer = {
        "thread": found,
        "tenant": found.tenant,
        "posts": queries.posts(user, found),
        "problem": problem,
        "text": request.POST.get("text", ""),
        "longest": TEXT_LENGTH,
        "may_write": may(user, Ability.NOTE, found.tenant_id),
        "centre": settings.CENTRE_CONTACT,
        **(beside(request, found) if is_desk else {}),
    }
    status = 422 if problem else 200
    return render(request, "consult/desk.html" if is_desk else "consult/thread.html", answer, status=status)


def beside(request: HttpRequest, found: Thread) -> dict[str, Any]:
    """What an analyst begins an answer from: the desk's earlier answers, and the one that was chosen."""
    words = request.GET.get("words", "")
    user = person(request)
    own = found.incident.kind if found.incident else found.card
    offered = [
        (post, anonymous(post.text, names_of(post.thread.tenant)))
        for post in queries.earlier_answers(user, "" if words else own, words)
        if post.thread_id != found.pk
    ]
    chosen = request.GET.get("from", "")
    text = next((said for post, said in offered if str(post.pk) == chosen), request.POST.get("text", ""))
    return {
        "offered": offered,
        "words": words,
        "text": text,
        "waits": listing.waits(found, clock.now()),
    }


@require_POST
@seen_by(*DESK)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A word among the desk alone."""
    found = thread_or_404(request, pk)
    try:
        operations.write(
            person(request),
            found,
            request.POST.get("text", ""),
            clock.now(),
            internal=True,
            address=clock.address(request),
        )
    except DeskError as error:
        messages.warning(request, str(error))
    return redirect("consult-thread", found.pk)


@require_POST
@seen_by(*COMPANY)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = thread_or_404(request, pk)
    try:
        operations.close(person(request), found, clock.now(), address=clock.address(request))
    except DeskError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("この相談を終わりにしました。また書けば、続けられます。"))
    return redirect("consult")


@require_POST
@seen_by(*DESK)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    found = thread_or_404(request, pk)
    try:
        operations.take(person(request), found, clock.now(), address=clock.address(request))
    except DeskError as error:
        messages.warning(request, str(error))
    return redirect("consult-thread", found.pk)


@require_safe
@seen_by(*COMPANY)
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """To be saved, never shown by our own site: what it holds came from outside."""
    try:
        found = queries.attachment(person(request), pk)
        content = (settings.DATA_DIR / FOLDER / found.key).read_bytes()
    except (UnknownThread, FileNotFoundError) as error:
        raise Http404 from error
    audit.viewed(request, "attachment", found.post.thread.tenant_id, subject=str(found.post.thread_id), file=found.name)
    headers = {
        "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type=found.media_type, headers=headers)


def thread_or_404(request: HttpRequest, pk: int) -> Thread:
    try:
        return queries.find(person(request), pk)
    except UnknownThread as error:
        raise Http404 from error
