"""Template tags of every page: times in a company's zone, marks, safe text."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from hinomi.console.shell import text, words
from hinomi.console.shell.context import Frame
from hinomi.console.shell.context import frame as frame_of
from hinomi.console.shell.month import said
from hinomi.incidents.models import HowSoon, Status
from hinomi.library import harmless as safe
from hinomi.study.months import Month
from hinomi.tenants.models import Tenant

register = template.Library()


def in_zone(value: datetime, zone: str | None) -> datetime:
    """An aware time in the named zone; a naive value is UTC, as the lake keeps it."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    return aware.astimezone(ZoneInfo(zone or settings.TIME_ZONE))


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame:
    return frame_of(context.get("request"))


@register.filter
def moment(value: datetime | None, zone: str | None = None) -> str:
    """``2022-12-03 14:05:09`` in the zone, as a ``<time>``; a dash for none."""
    if value is None:
        return "—"
    local = in_zone(value, zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}")


@register.filter
def minute(value: datetime | None, zone: str | None = None) -> str:
    """As ``moment``, without seconds."""
    if value is None:
        return "—"
    local = in_zone(value, zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M}")


@register.filter
def stacked(value: datetime, zone: str | None = None) -> str:
    """As ``moment``, for a narrow column: date and time break between them and nowhere else."""
    local = in_zone(value, zone)
    parts = '<time datetime="{}"><span class="nowrap">{}</span> <span class="nowrap">{}</span></time>'
    return format_html(parts, local.isoformat(), f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}")


@register.simple_tag
def severity(severity_id: int | None) -> SafeString:
    mark, word = words.severity(severity_id)
    template_text = '<span class="severity severity-{}"><span aria-hidden="true">{}</span>{}</span>'
    return format_html(template_text, severity_id or 0, mark, word)


@register.simple_tag
def urgency(how_soon: int) -> SafeString:
    mark, word = words.URGENCY[how_soon]
    template_text = '<span class="urgency urgency-{}"><span aria-hidden="true">{}</span>{}</span>'
    return format_html(template_text, how_soon, mark, word)


@register.filter
def kind_word(kind: str) -> Any:
    return words.KIND.get(kind, kind)


@register.filter
def disposition_word(disposition_id: int | None) -> Any:
    return words.disposition(disposition_id)


@register.filter
def class_word(class_uid: int) -> Any:
    return words.CLASS.get(class_uid, str(class_uid))


@register.filter
def reason_word(reason: str) -> Any:
    return words.REASON.get(reason, reason)


@register.filter
def spoken(texts: Mapping[str, Any]) -> Any:
    """Of a text in several languages the one the reader chose; Japanese where there is no other."""
    language = (get_language() or "ja").split("-")[0]
    return texts.get(language) or texts.get("ja", "")


@register.filter
def defang(value: str) -> str:
    """Text from outside: it can be read, not followed or obeyed."""
    return safe.defanged(text.visible(value))


@register.filter
def defang_host(value: str) -> str:
    return safe.defanged_host(text.visible(value))


@register.filter
def short_word(name: str) -> Any:
    """A category or a device as a narrow column's heading says it."""
    return words.SHORT.get(name, name)


@register.filter
def month_said(month: Month) -> str:
    return said(month)


@register.filter
def change(now: int, before: int | None) -> str:
    """The difference to last time with its sign, ``±0`` for none."""
    if before is None:
        return ""
    difference = now - before
    return "±0" if difference == 0 else f"{'+' if difference > 0 else '−'}{abs(difference):,}"


@register.filter
def of(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value under a key that is itself a variable."""
    return mapping.get(key)


@register.filter
def change_field(field: str) -> Any:
    """What was changed of an incident."""
    return words.CHANGED.get(field, field)


@register.filter
def change_value(value: str, field: str) -> Any:
    """A value as the history keeps it, in words."""
    if field == "status" and value in Status.values:
        return Status(value).label
    if field == "urgency" and value.upper() in HowSoon.names:
        return HowSoon[value.upper()].label
    if field == "severity_id" and value.isdecimal():
        return words.severity(int(value))[1]
    return safe.defanged(text.visible(value)) or "—"


@register.filter
def number(value: int) -> str:
    """``1,234``"""
    return f"{value:,}"


@register.filter
def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers in rising order as first and last of each run; of two that follow one another no run is made."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [pair for run in found for pair in ([(run[0], run[-1])] if len(run) > 2 else zip(run, run, strict=True))]


@register.filter
def translated(said: str) -> str:
    """A sentence of the report in the reader's language (see ``messages.SENTENCES``)."""
    return gettext(said)


@register.filter
def called(tenant: Tenant) -> str:
    """A company as staff call it: its number, and its name unless that begins with the number."""
    return tenant.name if tenant.name.startswith(tenant.uid) else f"{tenant.uid} {tenant.name}"
