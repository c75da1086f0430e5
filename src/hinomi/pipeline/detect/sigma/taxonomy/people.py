"""Sign-ins, accounts and settings as rules see them, whichever product tells of them.

Sigma's taxonomy has no words for these; the log sources are our own (``category: authentication``,
``account_management``, ``configuration``), their fields are named as in OCSF and in Sigma's other categories.
"""

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    ADDRESSES,
    HOST,
    STATUS,
    USER,
    Fields,
    View,
    coded,
    first,
    is_class,
    is_private,
)

ORIGIN: Fields = {
    "origin": pl.when(is_private("src_endpoint.ip"))
    .then(pl.lit("inside"))
    .when(pl.col("src_endpoint.ip").is_not_null())
    .then(pl.lit("internet")),
    "country": first("src_endpoint.location.country"),
}
ACCOUNT = {1: "create", 2: "enable", 3: "password_change", 4: "password_reset", 5: "disable", 6: "delete",
           9: "lock", 10: "mfa_enable", 11: "mfa_disable", 12: "unlock"}  # fmt: skip
CHANGES = (ClassUid.ACCOUNT_CHANGE, ClassUid.USER_ACCESS, ClassUid.GROUP_MANAGEMENT, ClassUid.ENTITY_MANAGEMENT)
SHARED: Fields = HOST | USER | ADDRESSES | ORIGIN | {"status": STATUS, "message": first("message")}


def views() -> dict[str, View]:
    return {
        "ocsf:authentication": View(
            is_class(ClassUid.AUTHENTICATION),
            SHARED
            | {
                "user": first("user.name", "actor.user.name"),
                "activity": coded("activity_id", {1: "logon", 2: "logoff"}),
            },
        ),
        "ocsf:account_management": View(
            is_class(*CHANGES),
            SHARED
            | {
                "activity": pl.when(is_class(ClassUid.ACCOUNT_CHANGE)).then(coded("activity_id", ACCOUNT)),
                "target": first("user.name"),
            },
        ),
        "ocsf:configuration": View(
            is_class(ClassUid.DEVICE_CONFIG_STATE_CHANGE),
            SHARED | {"command": first("actor.process.cmd_line", "message")},
        ),
    }
