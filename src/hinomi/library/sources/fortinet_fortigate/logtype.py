"""What kind of log a line is, in today's words, and which OCSF class that makes it.

Up to FortiOS 5 and in the csv and CEF formats the security profiles are types of their own (``type=dns``,
``type=virus``, ``type=attack``); here they are all ``utm``, as FortiOS 6 and later write.
"""

import polars as pl

from hinomi.library.formats.shapes import Expressions, has
from hinomi.ocsf.classes import ClassUid

TYPE, SUBTYPE, EVENTTYPE = "@type", "@subtype", "@eventtype"

RENAMED = {"spamfilter": "emailfilter", "spam": "emailfilter", "filefilter": "file-filter", "attack": "ips"}
UTM_CLASSES = {
    "virus": ClassUid.NETWORK_ACTIVITY,
    "ips": ClassUid.DETECTION_FINDING,
    "anomaly": ClassUid.DETECTION_FINDING,
    "virtual-patch": ClassUid.DETECTION_FINDING,
    "webfilter": ClassUid.HTTP_ACTIVITY,
    "waf": ClassUid.HTTP_ACTIVITY,
    "icap": ClassUid.HTTP_ACTIVITY,
    "casb": ClassUid.HTTP_ACTIVITY,
    "dns": ClassUid.DNS_ACTIVITY,
    "app-ctrl": ClassUid.NETWORK_ACTIVITY,
    "ssl": ClassUid.NETWORK_ACTIVITY,
    "voip": ClassUid.NETWORK_ACTIVITY,
    "gtp": ClassUid.NETWORK_ACTIVITY,
    "ssh": ClassUid.SSH_ACTIVITY,
    "cifs": ClassUid.SMB_ACTIVITY,
    "emailfilter": ClassUid.EMAIL_ACTIVITY,
    "dlp": ClassUid.NETWORK_FILE_ACTIVITY,
    "file-filter": ClassUid.NETWORK_FILE_ACTIVITY,
}
"""Class of a security log where :func:`verdict.is_finding` does not make it a finding."""
EVENT_CLASSES = {
    "rest-api": ClassUid.API_ACTIVITY,
    "authentication": ClassUid.AUTHENTICATION,
}
FORMER_TYPES = [*UTM_CLASSES, *RENAMED]
TRAFFIC_ACTIVITY = {"start": 1, "close": 2, "timeout": 2, "client-rst": 3, "server-rst": 3, "ip-conn": 4, "deny": 5}
TRAFFIC, REFUSE = 6, 5
METHOD_ACTIVITY = {
    "CONNECT": 1,
    "DELETE": 2,
    "GET": 3,
    "HEAD": 4,
    "OPTIONS": 5,
    "POST": 6,
    "PUT": 7,
    "TRACE": 8,
    "PATCH": 9,
}
API_ACTIVITY = {"POST": 1, "GET": 2, "PUT": 3, "DELETE": 4}
DHCP_ACTIVITY = {
    "discover": 1,
    "offer": 2,
    "request": 3,
    "decline": 4,
    "ack": 5,
    "nak": 6,
    "release": 7,
    "inform": 8,
    "expire": 9,
}
TUNNEL_UP, TUNNEL_DOWN = r"(?i)-up$|^up$", r"(?i)-down$|^down$|^delete_"
TUNNELS = r"(?i)^(tunnel|ssl|phase\d|negotiate|install_sa|delete_|dpd|up$|down$)"
SIGN_IN = r"(?i)auth|log-?on|log-?in|log-?out|log-?off"
SIGN_OUT = r"(?i)log-?out|log-?off|timed-?out"
OTHER = 99


def typed() -> Expressions:
    """TYPE, SUBTYPE and EVENTTYPE in today's words, lower case."""
    kind, subtype = pl.col("type").str.to_lowercase(), pl.col("subtype").str.to_lowercase()
    former = kind.is_in(FORMER_TYPES).fill_null(value=False)
    named = pl.when(former).then(kind).otherwise(subtype)
    return {
        TYPE: pl.when(former).then(pl.lit("utm")).otherwise(kind),
        SUBTYPE: named.replace(RENAMED),
        EVENTTYPE: pl.coalesce("eventtype", pl.when(former).then(subtype)),
    }


def is_type(kind: str, *subtypes: str) -> pl.Expr:
    found = pl.col(TYPE) == kind
    return found & pl.col(SUBTYPE).is_in(subtypes) if subtypes else found


def is_sign_in() -> pl.Expr:
    """Somebody signs in or out: users of the firewall, administrators, refused SSL-VPN users."""
    action = pl.col("action")
    return (
        (is_type("event", "user", "system") & action.str.contains(SIGN_IN))
        | (is_type("event", "vpn") & (action == "ssl-login-fail"))
        | is_type("event", "authentication")
    )


def class_uid() -> pl.Expr:
    event = (
        pl.when(is_sign_in())
        .then(int(ClassUid.AUTHENTICATION))
        .when(has("cfgpath"))
        .then(int(ClassUid.DEVICE_CONFIG_STATE_CHANGE))
        .when(has("dhcp_msg"))
        .then(int(ClassUid.DHCP_ACTIVITY))
        .when(is_type("event", "vpn") & pl.col("action").str.contains(TUNNELS))
        .then(int(ClassUid.TUNNEL_ACTIVITY))
        .otherwise(_lookup(SUBTYPE, EVENT_CLASSES, ClassUid.BASE_EVENT))
    )
    return (
        pl.when(is_type("traffic"))
        .then(int(ClassUid.NETWORK_ACTIVITY))
        .when(is_type("utm"))
        .then(_lookup(SUBTYPE, UTM_CLASSES, ClassUid.BASE_EVENT))
        .when(is_type("event"))
        .then(event)
        .otherwise(int(ClassUid.BASE_EVENT))
        .cast(pl.Int32)
    )


def activity_id(uid: pl.Expr, refused: pl.Expr) -> pl.Expr:
    """The activity within class ``uid``; ``refused`` says that the firewall did not let it pass."""
    action = pl.col("action")
    passing = pl.when(refused).then(REFUSE).otherwise(TRAFFIC)
    activities = {
        ClassUid.DETECTION_FINDING: pl.lit(1),
        ClassUid.NETWORK_ACTIVITY: pl.when(is_type("traffic"))
        .then(_lookup("action", TRAFFIC_ACTIVITY, TRAFFIC))
        .otherwise(passing),
        ClassUid.SSH_ACTIVITY: passing,
        ClassUid.HTTP_ACTIVITY: _lookup(pl.col("httpmethod").str.to_uppercase(), METHOD_ACTIVITY, 0),
        ClassUid.DNS_ACTIVITY: pl.when(pl.col(EVENTTYPE) == "dns-query").then(1).otherwise(2),
        ClassUid.EMAIL_ACTIVITY: pl.lit(3),
        ClassUid.NETWORK_FILE_ACTIVITY: _lookup("direction", {"outgoing": 1, "incoming": 2}, 0),
        ClassUid.AUTHENTICATION: pl.when(action.str.contains(SIGN_OUT)).then(2).otherwise(1),
        ClassUid.DEVICE_CONFIG_STATE_CHANGE: pl.lit(1),
        ClassUid.DHCP_ACTIVITY: _lookup(pl.col("dhcp_msg").str.to_lowercase(), DHCP_ACTIVITY, OTHER),
        ClassUid.TUNNEL_ACTIVITY: pl.when(action.str.contains(TUNNEL_UP))
        .then(1)
        .when(action.str.contains(TUNNEL_DOWN))
        .then(2)
        .otherwise(OTHER),
        ClassUid.API_ACTIVITY: _lookup(pl.col("method").str.to_uppercase(), API_ACTIVITY, OTHER),
        ClassUid.SMB_ACTIVITY: pl.lit(0),
    }
    chosen = pl.lit(OTHER)
    for each, activity in activities.items():
        chosen = pl.when(uid == int(each)).then(activity).otherwise(chosen)
    return chosen.cast(pl.Int32)


def _lookup(value: str | pl.Expr, table: dict[str, ClassUid] | dict[str, int], default: int) -> pl.Expr:
    column = pl.col(value) if isinstance(value, str) else value
    numbers = {key: int(number) for key, number in table.items()}
    return column.replace_strict(numbers, default=int(default), return_dtype=pl.Int32)
