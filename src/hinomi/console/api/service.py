"""The API: every file of ``subjects`` has a ``router``; a new subject touches no list."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from hinomi.console.api import problems
from hinomi.console.api.problems import HANDLED, Problem

VERSION = "1"
ROOT = "/api/v1/"
FIRST = ("me", "tenants", "incidents", "review", "consult")
"""Subjects that a reader looks for first; the others follow by name."""
FOUND = {path.stem for path in Path(__file__).with_name("subjects").glob("[a-z]*.py")}
SUBJECTS = [*FIRST, *sorted(FOUND - set(FIRST))]
ABOUT = """\
コンソールでできることを、プログラムからも行えます。(Whatever the console does, for programs.)

* **企業は必ず最初に名指しします。** 企業のデータは `/tenants/{tenant}/…` だけにあり、どの答えにもその企業が書かれます。
  全社の一覧は職員だけのもので、そう書かれます。 (The company comes first, is required, and is echoed in every answer;
  lists over all companies are for staff and say so.)
* **サインイン**: `Authorization: Bearer hnm_…`。トークンは持ち主がそのときできること以上はできません。
  (A token never may more than its owner may at that moment.)
* 一覧は `page` で送ります (1から)。50件ずつです。 (Lists come in pages of 50.)
* 時刻はすべて UTC です。`Accept-Language: en` で英語の文になります。 (Times are UTC; words follow Accept-Language.)
* 誤りは RFC 9457 の `application/problem+json` で、何をすればよいかを書きます。 (Errors say what to do.)
"""


class Json(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return problems.written(data)


class Api(NinjaAPI):
    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Nothing the API answers is kept on the way."""
        response: HttpResponse = super().create_temporal_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return ROOT

    def get_openapi_schema(self, **_given: Any) -> OpenAPISchema:
        """Made once: it says the same as long as the code does."""
        return described(self)


class Described(OpenAPISchema):
    """Shapes are known by their names alone: two of one name would be one."""

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        named = {name: shape for name, shape in definitions.items() if not name.startswith("Wanted")}  # of queries
        for name, shape in named.items():
            known = self.schemas.get(name, shape)
            assert all(known.get(key) == shape.get(key) for key in ("type", "enum", "title")), name
            assert known.get("properties", {}).keys() == shape.get("properties", {}).keys(), name
        super().add_schema_definitions(named)


@cache
def described(api: Api) -> OpenAPISchema:
    schema = Described(api, ROOT)
    refs = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for methods in schema["paths"].values():
        for said in methods.values():
            for parameter in said["parameters"]:
                parameter.pop("examples", None)  # they stand in its schema; here a list is not allowed
    schema["components"]["schemas"] |= refs.pop("$defs") | {"Problem": refs}
    return schema


def build() -> Api:
    api = Api(
        title="火の見 (hinomi) API",
        version=VERSION,
        description=ABOUT,
        urls_namespace="api",
        docs_url=None,
        renderer=Json(),
    )
    for kind in HANDLED:
        api.add_exception_handler(kind, problems.answer)  # type: ignore[arg-type]  # it is given exceptions, no types
    for name in SUBJECTS:
        subject = import_module(f"hinomi.console.api.subjects.{name}")
        api.add_router("", subject.router, tags=[subject.WORDS])
    return api


api = build()
