"""Lines whose columns stand elsewhere than in PAN-OS's own format, brought to its positions.

    aligned(["2021-10-27T19:20:59Z", "no-serial", "TRAFFIC", "end", …])    # Prisma Access: columns left out
    aligned(["1", "2020/04/01 10:49:35", "0153…", "11", "0x0", "GLOBALPROTECT", …])    # PAN-OS 9.1.0

Source: Strata Logging Service, "Log Reference", syslog default field order of filters migrated from the log
forwarding app; PAN-OS Administrator's Guide 9.1, "GlobalProtect Log Fields" and "Config Log Fields".
"""

import re
from itertools import pairwise

from hinomi.library.sources.paloalto_panos.columns import TEXTS, UNKNOWN, kind_of

ISO = re.compile(r"\d{4}-\d\d-\d\dT")
DIGEST = re.compile(r"[0-9a-fA-F]{64}$")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
LOGGED, FLAGS = 21, 28
"""Columns before the action that Prisma Access leaves out of TRAFFIC and THREAT."""
VOLUME = (38, 40, 43)
"""Those it leaves out of TRAFFIC after it."""
THREAT_ID, CATEGORY, ACTION_FLAGS, SOURCES = 32, 33, 37, 40
PATH, NUMBERED = 13, 17
"""In CONFIG: the path, and where the action flags are if the settings before and after stand between them."""
NO_TUNNEL = "N/A"
"""Stands before the category of a threat."""


def is_kind(word: str) -> bool:
    return kind_of(word) != UNKNOWN


def aligned(fields: list[str]) -> list[str]:
    """Columns in PAN-OS's positions; as they are where they stand there."""
    if is_kind(fields[3]):
        return without_settings(fields) if fields[3] == "CONFIG" and len(fields) > NUMBERED else fields
    if ISO.match(fields[0]):
        return prisma(fields)
    if is_kind(fields[4]):
        return [*fields[:3], fields[4], fields[3], *fields[5:]]
    return fields[:3] + fields[5:] if is_kind(fields[5]) else fields


def without_settings(fields: list[str]) -> list[str]:
    """CONFIG logs of Panorama may show the settings before and after a change."""
    if fields[NUMBERED].startswith("0x") and not fields[NUMBERED - 2].startswith("0x"):
        return fields[: PATH + 1] + fields[PATH + 3 :]
    return fields


def prisma(fields: list[str]) -> list[str]:
    fields = ["", *fields]
    if len(fields) <= FLAGS or fields[3] not in ("TRAFFIC", "THREAT"):
        return fields
    for place in (LOGGED, FLAGS):
        fields.insert(place, "")
    if fields[3] == "TRAFFIC":
        for place in VOLUME:
            fields.insert(place, "")
        return fields
    for place in (THREAT_ID if fields[4] == "url" else CATEGORY, ACTION_FLAGS):
        fields.insert(place, "")
    rest = fields[SOURCES:]
    known = {
        "filedigest": next(filter(DIGEST.match, rest), ""),
        "rule_uuid": next(filter(UUID.match, rest), ""),
        "thr_category": next((word for before, word in pairwise(rest) if before == NO_TUNNEL), ""),
        "url_category_list": next((word for word in rest if "," in word), "") if fields[4] == "url" else "",
    }
    return fields[:SOURCES] + [known.get(name, "") for name in TEXTS["THREAT"].split()[SOURCES:]]
