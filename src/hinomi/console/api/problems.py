"""What the API refuses, as RFC 9457 problem documents: what happened, and what to do."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Schema
from ninja.errors import HttpError, ValidationError
from ninja.responses import NinjaJSONEncoder

from hinomi.console.sources.trying import Busy
from hinomi.deliver.notify.contacts import NowhereToSend
from hinomi.incidents.consult.problems import AlreadyAnswered, IncidentClosed
from hinomi.incidents.problems import CannotMerge, CannotSplit
from hinomi.incidents.review.problems import AlreadyDecided, HasChanged
from hinomi.tenants.problems import DeskError, NotAllowed, Unchanged

MEDIA_TYPE = "application/problem+json"
PAGE = "/api/"
RETRY_SECONDS = 30


@dataclass(frozen=True)
class Kind:
    """A kind of problem; its ``type`` is an anchor of the API's page."""

    status: int
    name: str
    title: str
    what_to_do: str

    @property
    def type(self) -> str:
        return f"{PAGE}#{self.name}"


KINDS = {
    kind.status: kind
    for kind in (
        Kind(
            400,
            "unreadable",
            "読めない要求です (unreadable request)",
            "本文をJSONとして正しく書いてください (send a body that is JSON).",
        ),
        Kind(
            401,
            "not-signed-in",
            "サインインが要ります (not signed in)",
            "Authorization: Bearer に、期限内のトークンを付けてください。トークンは /tokens/ で作れます "
            "(send a token that has not expired; make one at /tokens/).",
        ),
        Kind(
            403,
            "not-allowed",
            "権限がありません (not allowed)",
            "役割とトークンの範囲を確かめてください (check the role and the scope of the token: see GET /api/v1/me).",
        ),
        Kind(
            404,
            "not-found",
            "見つかりません (not found)",
            "企業と番号を確かめてください。見る権限のないものも、ないものとして答えます "
            "(check the company and the id; what you may not see is answered as if it were not there).",
        ),
        Kind(
            409,
            "conflict",
            "いまの状態ではできません (conflicts with the present state)",
            "いまの状態を読み直してください (read the present state again).",
        ),
        Kind(
            413,
            "too-large",
            "大きすぎます (too large)",
            "本文を2.5 MBまでにしてください (send no more than 2.5 MB at once).",
        ),
        Kind(
            422,
            "invalid",
            "値に誤りがあります (invalid values)",
            "errors の項目を直して、もう一度送ってください (mend what errors names and send it again).",
        ),
        Kind(
            429,
            "too-many",
            "要求が多すぎます (too many requests)",
            "Retry-After の秒数だけ待ってください (wait for the seconds in Retry-After).",
        ),
        Kind(
            503,
            "unavailable",
            "いまは答えられません (cannot answer now)",
            "Retry-After の秒数だけ待って、送り直してください (wait for the seconds in Retry-After and send it again).",
        ),
    )
}


class FieldError(Schema):
    where: str = Field(description="Place of the value, such as `body.reason` or `query.page`.")
    problem: str


class Problem(Schema):
    """RFC 9457. `detail` is about this request; `what_to_do` is what mends it."""

    type: str = Field(examples=["/api/#not-found"])
    title: str
    status: int
    detail: str
    what_to_do: str
    errors: list[FieldError] = Field(default=[], description="Where values are wrong (422).")


class Refusal(Exception):
    """The request is refused with this status; ``detail`` may be shown as it is."""

    def __init__(
        self, status: int, detail: str, errors: tuple[tuple[str, str], ...] = (), retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.retry_after = status, detail, errors, retry_after


def not_found() -> Refusal:
    """The same whether it is not there or not this person's to see."""
    return Refusal(404, KINDS[404].title)


def wrong(where: str, problem: str) -> Refusal:
    """One value of the request that cannot be."""
    return Refusal(422, problem, ((where, problem),))


def refused(form: BaseForm, where: str = "body") -> Refusal:
    """What a page's form says of the values."""
    errors = tuple(
        (f"{where}.{field}" if field != "__all__" else where, str(message))
        for field, messages in form.errors.items()
        for message in messages
    )
    return Refusal(422, "; ".join(message for _, message in errors), errors)


CONFLICTS = (
    NowhereToSend,
    Unchanged,
    CannotMerge,
    CannotSplit,
    AlreadyDecided,
    HasChanged,
    AlreadyAnswered,
    IncidentClosed,
)


def of_desk(error: DeskError) -> Refusal:
    """What the desk refuses, with the status that says of what kind it is; ``UnknownThread`` and its like are 404."""
    if isinstance(error, NotAllowed):
        return Refusal(403, str(error))
    if type(error).__name__.startswith("Unknown"):
        return Refusal(404, str(error))
    if isinstance(error, CONFLICTS):
        return Refusal(409, str(error))
    return wrong("body", str(error))


def of_validation(error: ValidationError) -> Refusal:
    errors = tuple((place(each["loc"]), str(each["msg"])) for each in error.errors)
    return Refusal(422, KINDS[422].title, errors)


def place(location: tuple[str | int, ...]) -> str:
    """``body.reason``; ninja names the view's argument between the two."""
    where, *names = location
    return ".".join(map(str, (where, *(names[1:] if where == "body" else names))))


def refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case DeskError():
            return of_desk(error)
        case ValidationError():
            return of_validation(error)
        case Http404():
            return not_found()
        case Busy():
            return Refusal(503, "いまほかの人が試しています (others are trying lines).", retry_after=10)
        case RequestDataTooBig():
            return Refusal(413, KINDS[413].title)
        case HttpError():
            return Refusal(error.status_code if error.status_code in KINDS else 400, error.message)
    return away()


def away() -> Refusal:
    return Refusal(503, "データベースが答えません (the database does not answer).", retry_after=RETRY_SECONDS)


HANDLED = (
    RequestDataTooBig,
    Refusal,
    DeskError,
    ValidationError,
    Http404,
    Busy,
    HttpError,
    InterfaceError,
    OperationalError,
)
"""Any other exception is a fault of ours, and Django's to report."""


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    said = refusal(error)
    kind = KINDS[said.status]
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=said.detail,
        what_to_do=kind.what_to_do,
        errors=[FieldError(where=where, problem=what) for where, what in said.errors],
    )
    response = HttpResponse(written(problem.model_dump()), status=kind.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-store"
    if kind.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="hinomi"'
    if said.retry_after is not None:
        response.headers["Retry-After"] = str(said.retry_after)
    return response


def fault() -> HttpResponse:
    """Something of ours failed; what, is in the server's log and nowhere else."""
    problem = Problem(
        type=f"{PAGE}#fault",
        title="失敗しました (something went wrong)",
        status=500,
        detail="受け取ったログは失われていません (no received log is lost).",
        what_to_do="続くようなら、時刻を添えて運用担当に伝えてください (if it persists, tell the operator the time).",
    )
    return HttpResponse(written(problem.model_dump()), status=500, content_type=MEDIA_TYPE)


def written(data: Any) -> bytes:
    """JSON in UTF-8; half a character, for which UTF-8 has no bytes, is written as JSON escapes it."""
    return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False).encode(errors="backslashreplace")
