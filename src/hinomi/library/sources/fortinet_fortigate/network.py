"""Who talked to whom: endpoints, connection, traffic, people."""

import polars as pl

from hinomi.library.formats.cells import ADDRESS
from hinomi.library.formats.shapes import Expressions, cell, has, is_address
from hinomi.library.sources.fortinet_fortigate.logtype import is_type
from hinomi.ocsf.classes import DirectionId

LIKE_ADDRESS = f"^({ADDRESS.pattern})$"
UNKNOWN_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 (what event logs write for no address)
PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "ipv6-icmp", 132: "sctp"}
WITHOUT_PORTS = [1, 2, 47, 50, 58]
INSIDE, OUTSIDE = ["lan", "dmz"], ["wan"]
RESERVED = "Reserved"
"""FortiOS's country of private addresses."""
UI_ADDRESS = r"\(([0-9a-fA-F.:]+)\)"
"""``ui="ssh(192.0.2.1)"``"""

REPORTED, IN_UI, OFFERED = REPORTED_FROM = "@reported source", "@source in ui", "@offered address"
"""Where events have their source."""
USER, ACTOR = PEOPLE = "@user", "@actor"


def decided() -> Expressions:
    """OCSF ``connection_info``."""
    source, target = pl.col("srcintfrole"), pl.col("dstintfrole")
    direction = (
        pl.when(source.is_in(INSIDE) & target.is_in(OUTSIDE))
        .then(int(DirectionId.OUTBOUND))
        .when(source.is_in(OUTSIDE) & target.is_in(INSIDE))
        .then(int(DirectionId.INBOUND))
        .when(source.is_in(INSIDE) & target.is_in(INSIDE))
        .then(int(DirectionId.LATERAL))
    )
    protocol = pl.col("proto").cast(pl.Int32, strict=False)
    return {
        "connection_info.protocol_num": protocol,
        "connection_info.protocol_name": protocol.replace_strict(PROTOCOLS, default=None, return_dtype=pl.String),
        "connection_info.direction_id": direction.cast(pl.Int32),
    }


def endpoints() -> Expressions:
    """OCSF ``src_endpoint`` and ``dst_endpoint``; an address field may hold a name, which goes where names go."""
    event = is_type("event").fill_null(value=False)
    offered = has("dhcp_msg") | is_type("event", "endpoint").fill_null(value=False)
    source, target = pl.when(~event).then(cell("srcip")), pl.coalesce(cell("dstip"), pl.when(event).then(cell("locip")))
    target_known = pl.when(has("dstip")).then(is_address("dstip")).otherwise(is_address("locip"))
    reported = pl.when(event).then(pl.coalesce(cell("srcip"), cell("remip"), cell("userip")))
    named = pl.coalesce(cell("srcname"), pl.when(event & offered).then(pl.coalesce(cell("hostname"), cell("name"))))
    target_named = pl.coalesce(pl.when(~is_type("event")).then(cell("hostname")), cell("dstname"))
    # ICMP and tunnels have no ports, whatever a log puts there
    ports = pl.when(~pl.col("connection_info.protocol_num").is_in(WITHOUT_PORTS).fill_null(value=False))
    return {
        "src_endpoint.ip": pl.when(is_address("srcip")).then(source),
        REPORTED: reported,
        IN_UI: pl.when(event & reported.is_null()).then(cell("ui")),
        OFFERED: pl.when(offered & source.is_null() & reported.is_null()).then(cell("ip")),
        "src_endpoint.port": ports.then(pl.coalesce(cell("srcport"), cell("remport"))),
        "src_endpoint.hostname": pl.coalesce(named, pl.when(~is_address("srcip")).then(source)),
        "src_endpoint.mac": pl.coalesce(cell("srcmac"), cell("mastersrcmac"), cell("mac"), cell("stamac")),
        "src_endpoint.interface_name": pl.coalesce(cell("srcintf"), cell("interface")),
        "src_endpoint.location.country": cell("srccountry"),
        "dst_endpoint.ip": pl.when(target_known).then(target),
        "dst_endpoint.port": ports.then(pl.coalesce(cell("dstport"), cell("locport"))),
        "dst_endpoint.hostname": pl.coalesce(target_named, pl.when(~target_known).then(target)),
        "dst_endpoint.interface_name": pl.coalesce(cell("dstintf"), cell("outintf")),
        "dst_endpoint.location.country": cell("dstcountry"),
    }


def connection() -> Expressions:
    """OCSF ``traffic``, ``app_name`` and ``firewall_rule``: FortiOS counts as sent what the source sent."""
    return {
        "traffic.bytes_out": cell("sentbyte"),
        "traffic.bytes_in": cell("rcvdbyte"),
        "traffic.packets_out": cell("sentpkt"),
        "traffic.packets_in": cell("rcvdpkt"),
        "duration": cell("duration"),
        "app_name": pl.coalesce(cell("app"), cell("service")),
        "firewall_rule.uid": cell("policyid"),
        "firewall_rule.name": cell("policyname"),
    }


def people() -> Expressions:
    """Who it was; in a change of settings that is the actor."""
    written = pl.coalesce(cell("user"), cell("unauthuser"), cell("xauthuser"))
    changed = has("cfgpath") | is_type("event", "rest-api")
    return {USER: pl.when(~changed).then(written), ACTOR: pl.when(changed).then(written)}


NUMBERS = (
    *("src_endpoint.port", "dst_endpoint.port", "duration"),
    *("traffic.bytes_out", "traffic.bytes_in", "traffic.packets_out", "traffic.packets_in"),
)
COPIED = (
    *("src_endpoint.ip", "src_endpoint.hostname", "src_endpoint.mac", "src_endpoint.interface_name"),
    *("dst_endpoint.ip", "dst_endpoint.hostname", "dst_endpoint.interface_name"),
    *("src_endpoint.location.country", "dst_endpoint.location.country"),
    *("app_name", "firewall_rule.uid", "firewall_rule.name"),
)


def _port(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != 0).then(name).cast(pl.Int32, strict=False)


def _country(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != RESERVED).then(name)


REFINED = {
    "src_endpoint.port": _port("src_endpoint.port"),
    "dst_endpoint.port": _port("dst_endpoint.port"),
    "src_endpoint.location.country": _country("src_endpoint.location.country"),
    "dst_endpoint.location.country": _country("dst_endpoint.location.country"),
    "src_endpoint.mac": pl.col("src_endpoint.mac").str.to_lowercase(),
    "duration": pl.col("duration") * 1000,
}
"""What is made of COPIED and NUMBERS, if they are there."""


def reported(cells: pl.DataFrame) -> pl.DataFrame:
    """The source of events, from REPORTED, IN_UI and OFFERED."""
    source = pl.coalesce(REPORTED, pl.col(IN_UI).str.extract(UI_ADDRESS), OFFERED)
    known = pl.when(~source.is_in(UNKNOWN_ADDRESS)).then(source)
    address = known.str.contains(LIKE_ADDRESS)
    return cells.select(
        pl.when(address).then(known).alias("src_endpoint.ip"),
        pl.when(~address).then(known).alias("src_endpoint.hostname"),
    )


def named(cells: pl.DataFrame) -> pl.DataFrame:
    """OCSF ``user`` and ``actor.user``, from USER and ACTOR; ``DOMAIN\\name`` is divided."""

    def parts(written: str) -> list[pl.Expr]:
        apart = pl.col(written).str.splitn("\\", 2)
        first, second = apart.struct.field("field_0"), apart.struct.field("field_1")
        return [pl.coalesce(second, first), pl.when(second.is_not_null()).then(first)]

    names = ("user.name", "user.domain", "actor.user.name", "actor.user.domain")
    return cells.select(part.alias(name) for part, name in zip(parts(USER) + parts(ACTOR), names, strict=True))
