"""The page that tells a person of the API, made of its own schema."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hinomi.console.api import pace, problems
from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.service import api
from hinomi.console.shell.access import EVERYONE, person, seen_by
from hinomi.tenants.queries import roles_of, tenants_for
from hinomi.tenants.roles import Role

EXAMPLE = "101"
"""Where the reader sees no company."""


@dataclass(frozen=True)
class Subject:
    """``operations`` as the page shows them, in the schema's order."""

    words: str
    operations: list[dict[str, Any]] = field(default_factory=list)


@require_safe
@seen_by(*EVERYONE)
def index(request: HttpRequest) -> HttpResponse:
    first = tenants_for(person(request)).order_by("uid").first()
    answer = {
        "subjects": subjects(set(roles_of(person(request)))),
        "problems": problems.KINDS.values(),
        "base": settings.BASE_URL,
        "example": first.uid if first else EXAMPLE,
        "per_minute": pace.PER_MINUTE,
    }
    return render(request, "api/index.html", answer)


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """An address below the API that is none: answered as the API answers."""
    return problems.answer(request, problems.not_found())


def subjects(roles: set[Role]) -> list[Subject]:
    """What these roles may do, by subject."""
    schema = api.get_openapi_schema()
    shapes = schema["components"]["schemas"]
    found: dict[str, Subject] = {}
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            if not roles & set(OPERATIONS[said["operationId"]].rule.roles):
                continue
            about, _, who = said["description"].rpartition("\n\n")
            words = said["tags"][0]
            found.setdefault(words, Subject(words)).operations.append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": said["operationId"],
                    "words": said["summary"],
                    "about": about,
                    "who": who.replace("`", ""),
                    "parameters": [
                        each | {"description": each.get("description", "").replace("`", "")}
                        for each in said["parameters"]
                        if each["in"] == "query"
                    ],
                    "body": body(said.get("requestBody"), shapes),
                }
            )
    return list(found.values())


def body(sent: dict[str, Any] | None, shapes: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of what is sent."""
    if sent is None:
        return []
    reference = next(iter(sent["content"].values()))["schema"].get("$ref", "")
    shape = shapes.get(reference.rpartition("/")[2], {})
    return [
        {
            "name": name,
            "description": said.get("description", "").replace("`", ""),
            "required": name in shape.get("required", ()),
        }
        for name, said in shape.get("properties", {}).items()
    ]
