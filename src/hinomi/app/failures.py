"""The page, or for a program the document, for a fault: of our own, or a database that is away, which will pass."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as fault

from hinomi.console.api import problems

RETRY_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``; asks nothing of the database, and names no host to a stranger."""
    is_away = isinstance(sys.exc_info()[1], (InterfaceError, OperationalError))
    if request.path.startswith(problems.PAGE):
        return problems.answer(request, problems.away()) if is_away else problems.fault()
    if not is_away:
        return fault(request)
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_SECONDS)})
