"""Whatever is sent to the API within and beyond its schema: it never fails, and answers as the schema says.

``HINOMI_FUZZ_API`` (``make fuzz-api``) is how many examples an operation gets; without it a few, within a minute.
"""

import inspect
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from hinomi.console.api import pace
from hinomi.console.api.conftest import Program
from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.service import ROOT, SUBJECTS, api
from hinomi.console.api.test_doors import in_person
from hinomi.console.api.test_examples import EXAMPLES
from hinomi.console.conftest import Town

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume:Warning"),  # the server is asynchronous
]

EXAMPLES_WANTED = int(os.environ.get("HINOMI_FUZZ_API") or 0)
USUAL = 9
COSTLY = {
    "sources_try": 1,
    "report_pdf": 2,
    "report_xlsx": 2,
    "report": 3,
    "overview": 3,
    "rules_pack": 2,
    "rule_switch": 4,
    "rule_retro": 3,
    "trial_ask": 3,
    "trial_adopt": 2,
    "study_table": 2,
}
"""Operations of which one answer takes long: a process of its own, a paper, rules made ready."""
CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.missing_required_header,
    openapi.allow_header_conformance,
]
"""Not: positive_data_acceptance (a value may be of the right shape and name nothing that is there), use_after_free and
ensure_resource_availability (what an example changes is taken back after it), ignored_auth (see ``test_doors``)."""


def loaded() -> Any:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
    schema.app = WSGIHandler()
    return schema


SCHEMA = loaded()
BY_ID = {found.ok().definition.raw["operationId"]: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture
def headers(town: Town, program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What an operator's program sends: it may everything, so that every operation is really reached."""
    monkeypatch.setattr(pace, "PER_MINUTE", 10**9)
    signals = (request_started, request_finished)
    for signal in signals:  # as Django's own test client does: the connection is the test's
        signal.disconnect(close_old_connections)
    yield {"Authorization": program("operator").defaults["HTTP_AUTHORIZATION"]}
    for signal in signals:
        signal.connect(close_old_connections)


def test_the_schema_is_whole() -> None:
    assert sorted(BY_ID) == sorted(OPERATIONS)
    assert set(api.get_openapi_schema()["paths"]) == {
        ROOT.rstrip("/") + declared.path for declared in OPERATIONS.values()
    }


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_it_answers_as_its_schema_says(name: str, town: Town, headers: dict[str, str]) -> None:
    operation, example = BY_ID[name], EXAMPLES[name](town, "701")
    if OPERATIONS[name].rule.in_person:
        session = in_person(town, "operator")
        headers = {"Cookie": "; ".join(f"{key}={value.value}" for key, value in session.cookies.items())}
    paths = [example.path, None] if example.path else [None]
    strategies = [
        operation.as_strategy(mode, path_parameters={key: str(value) for key, value in path.items()} if path else None)
        for path in paths
        for mode in GenerationMode
    ]

    @given(case=st.one_of(strategies))
    @hypothesis_settings(
        max_examples=EXAMPLES_WANTED or COSTLY.get(name, USUAL),
        deadline=None,
        database=None,
        derandomize=not EXAMPLES_WANTED,
        phases=[Phase.generate, Phase.shrink] if EXAMPLES_WANTED else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Case) -> None:
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    holds()


def test_no_two_shapes_have_one_name() -> None:
    """In the schema a shape is known by its name alone: of two the later one would stand for both."""
    shapes: dict[str, set[str]] = defaultdict(set)
    for subject in SUBJECTS:
        module = import_module(f"hinomi.console.api.subjects.{subject}")
        for shape in vars(module).values():
            if inspect.isclass(shape) and issubclass(shape, BaseModel) and not shape.__name__.startswith("Wanted"):
                shapes[shape.__name__].add(shape.__module__)

    assert {name: sorted(places) for name, places in shapes.items() if len(places) > 1} == {}
