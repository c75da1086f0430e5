"""Shapes that several subjects of the API share. Times are UTC in every answer, with their offset."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from ninja import Field, Path, Schema
from pydantic import ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema

from hinomi.study.months import Month
from hinomi.tenants.models.company import SLUG

TENANT = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
assert TENANT[1:-1] == SLUG.regex.pattern.removeprefix(r"\A").removesuffix(r"\Z")  # type: ignore[union-attr]
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""

Uid = Annotated[str, Path(description="企業 (the company): its uid, such as `101`.", pattern=TENANT, examples=["101"])]
"""The company's argument: first and required wherever a company's data is asked for."""
Text = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00/]+$")]
"""An id in a path."""
Clock = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(description="Of the company's day.")
]
PageNumber = Annotated[int, Field(ge=1, le=10_000, description="The nearest page that there is, is answered.")]


def written(moment: datetime) -> str:
    """What the lake keeps is naive UTC, what the desk keeps is aware."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat()


Moment = Annotated[
    datetime, PlainSerializer(written, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]


def words_of(choices: type[Enum]) -> WithJsonSchema:
    """The schema of an enum, in place: for those whose class is called as another's is (``State``)."""
    return WithJsonSchema({"type": "string", "enum": [choice.value for choice in choices]})


class Body(Schema):
    """What is sent; a name that nobody knows is refused, for it may be a misspelt one that matters."""

    model_config = ConfigDict(extra="forbid")


class OfTenant(Schema):
    """An answer about one company."""

    tenant: str = Field(description="The company asked for.", examples=["101"])


class Done(OfTenant):
    """It was done, and there is nothing more to say."""

    done: bool = True


class OfAll(Schema):
    """An answer about all companies that the caller may see; for staff only."""

    all_companies: bool = Field(default=True, description="Always true: the list is over all companies.")


class Paged(Schema):
    """A page of a list."""

    page: int
    pages: int
    total: int


def as_sent(given: Mapping[str, Any]) -> QueryDict:
    """Values as a browser would send them, for a page's own form: what is None or False is not sent."""
    sent = QueryDict(mutable=True)
    for name, value in given.items():
        if value is not None and value is not False:
            sent[name] = "on" if value is True else str(value)
    return sent


def plain(value: Any) -> Any:
    """A value of the house as JSON has it: dataclasses as objects, times in UTC, fractions as numbers."""
    match value:
        case Enum():
            return value.value
        case None | str() | int() | float():
            return value
        case datetime():
            return written(value)
        case date() | Month() | ZoneInfo():
            return str(value)
        case Fraction():
            return float(value)
        case Mapping():
            return {str(name): plain(inner) for name, inner in value.items()}
        case frozenset() | set():
            return sorted(plain(inner) for inner in value)
        case Iterable():
            return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return str(value)  # a text of the console that waits for the reader's language
