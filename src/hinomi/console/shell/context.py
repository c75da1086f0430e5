"""What the frame of every page needs: who is here and where they may go."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hinomi.console.shell.access import COMPANY, DESK, STAFF
from hinomi.tenants import queries
from hinomi.tenants.models import User
from hinomi.tenants.roles import MEMBERS, Ability, Role


@dataclass(frozen=True)
class Place:
    """An entry of the navigation; ``url`` is a URL name, and the first part of the names of its pages.

    Those with the same ``group`` stand together in a menu of that name, where its first one stands.
    """

    url: str
    words: str | Promise
    roles: tuple[Role, ...]
    group: str | Promise = ""
    ability: Ability | None = None
    """What one must be able to do besides."""


EXAMINE, REPORTS, SETTINGS = _("調べる"), _("報告と統計"), _("設定")

NAVIGATION = (
    Place("overview", _("全体"), STAFF),
    Place("overview", _("わが社"), MEMBERS),
    Place("incidents", _("起きたこと"), MEMBERS),
    Place("incidents", _("インシデント"), DESK),
    Place("review", _("確認待ち"), DESK),
    Place("consult", _("相談"), COMPANY),
    Place("sensors", _("センサー"), DESK),
    Place("watch", _("見守り"), MEMBERS),
    Place("reports", _("報告書"), MEMBERS),
    Place("reports", _("報告書"), DESK, REPORTS),
    Place("expert", _("専門家の指摘"), DESK, REPORTS),
    Place("study", _("統計"), STAFF, REPORTS, Ability.STUDY),
    Place("events", _("イベント検索"), DESK, EXAMINE),
    Place("rejects", _("読めなかった行"), DESK, EXAMINE),
    Place("suppressions", _("知らせない検知"), DESK, EXAMINE),
    Place("exclusions", _("集計から除外"), DESK, EXAMINE),
    Place("rules", _("ルール"), DESK, EXAMINE),
    Place("sources", _("対応製品"), STAFF, SETTINGS),
    Place("notifications", _("知らせ方"), (*DESK, Role.MEMBER), SETTINGS),
    Place("people", _("利用者"), (Role.OPERATOR, Role.MEMBER), SETTINGS),
    Place("audit", _("監査証跡"), (Role.OPERATOR,), SETTINGS),
    Place("audit", _("閲覧の記録"), (Role.MEMBER,), SETTINGS),
)


@dataclass(frozen=True)
class Menu:
    """Entries under one name; without a name a single entry that stands by itself."""

    words: str | Promise
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Frame:
    """``here`` is the section the page belongs to; ``dense`` pages are for people who read many of them."""

    menus: tuple[Menu, ...] = ()
    here: str = ""
    role: Role | None = None
    desk: bool = False
    dense: bool = False


def frame(request: HttpRequest | None) -> Frame:
    """The frame for whoever asks; a stranger's is empty."""
    if request is None or not isinstance(getattr(request, "user", None), User):
        return Frame()
    role = queries.role_of(request.user)
    if getattr(request, "is_confined", False):  # until there is a second factor: nothing leads elsewhere
        return Frame(role=role, dense=role in STAFF)
    return Frame(
        menus=menus([place for place in NAVIGATION if is_open(place, request.user, role)]),
        here=section(request, role),
        role=role,
        desk=role in DESK,
        dense=role in STAFF,
    )


def is_open(place: Place, user: User | AnonymousUser, role: Role | None) -> bool:
    return role in place.roles and (place.ability is None or queries.may(user, place.ability))


def menus(places: Sequence[Place]) -> tuple[Menu, ...]:
    """Single entries and menus, in the order of what comes first in them; a menu of one is no menu."""
    grouped: dict[str, list[Place]] = {}
    for place in places:
        grouped.setdefault(str(place.group) or place.url, []).append(place)
    return tuple(Menu(found[0].group if len(found) > 1 else "", tuple(found)) for found in grouped.values())


def section(request: HttpRequest, role: Role | None) -> str:
    """The section a page belongs to; to a member the company's page is the first page."""
    name = request.resolver_match.url_name if request.resolver_match else None
    first = (name or "").split("-")[0]
    return "overview" if first == "company" and role in MEMBERS else first
