"""The page that tells a person of the API, made of its own schema."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hinomi.console.api import problems
from hinomi.console.api.service import api
from hinomi.console.shell.access import EVERYONE, seen_by


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    answer = {"subjects": subjects(), "problems": problems.KINDS.values()}
    return render(request, "api/index.html", answer)


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    return problems.answer(request, problems.not_found())


def subjects() -> dict[str, list[dict[str, Any]]]:
    """Operations by subject, in the order of the schema."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, said in methods.items():
            about, _, who = said["description"].rpartition("\n\n")
            parameters = [each for each in said["parameters"] if each["in"] == "query"]
            found[said["tags"][0]].append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": said["operationId"],
                    "words": said["summary"],
                    "about": about,
                    "who": who,
                    "parameters": parameters,
                    "takes_body": "requestBody" in said,
                }
            )
    return dict(found)
