"""The programme's tables, with what stands behind each number. Over all companies: cohorts, not one company's data."""

from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import not_found
from hinomi.console.api.values import Key, OfAll
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import STAFF
from hinomi.deliver.programme import study as programme
from hinomi.study.tables import TABLES, document
from hinomi.tenants.roles import Ability

WORDS = "統計"
router = Router()


class StudyTables(OfAll):
    items: list[str]


class StudyTable(OfAll):
    table: str
    document: dict[str, Any] = Field(
        description="As `hinomi study table NAME --json` prints it; `hinomi study replay` counts it again."
    )


class Wanted(Schema):
    include_exclusions: Annotated[bool, Field(description="Also count what is set aside.")] = False


@operation(
    router, "GET", "/study", "統計表の一覧", roles=STAFF, ability=Ability.STUDY, response=StudyTables, whole=True
)
def study(request: Asked) -> dict[str, Any]:
    """Names of the tables."""
    return {"items": list(TABLES)}


@operation(
    router, "GET", "/study/{name}", "統計表", roles=STAFF, ability=Ability.STUDY, response=StudyTable, whole=True
)
def study_table(request: Asked, name: Key, wanted: Query[Wanted]) -> dict[str, Any]:
    """One table with definitions, numerators, denominators, exclusions and data cut."""
    if name not in TABLES:
        raise not_found()
    lake = store.lake()
    table = TABLES[name](lake, programme(lake, now=clock.now(), include_exclusions=wanted.include_exclusions))
    return {"table": name, "document": document(name, table)}
