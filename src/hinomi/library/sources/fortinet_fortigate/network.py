"""Who talked to whom, about what: endpoints, connection, traffic, web, names, mail, files."""

import polars as pl

from hinomi.library.formats.mime import decoded
from hinomi.library.sources.fortinet_fortigate.fields import number, text
from hinomi.library.sources.fortinet_fortigate.logtype import is_type
from hinomi.ocsf.classes import DirectionId

ADDRESS = r"^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*)$"
UNKNOWN_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 (what event logs write for no address)
PROTOCOLS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "ipv6-icmp", 132: "sctp"}
WITHOUT_PORTS = [1, 2, 47, 50, 58]
INSIDE, OUTSIDE = ["lan", "dmz"], ["wan"]
RESERVED = "Reserved"
"""FortiOS's country of private addresses."""
UI_ADDRESS = r"\(([0-9a-fA-F.:]+)\)"
"""``ui="ssh(192.0.2.1)"``"""
SHA256 = r"^[0-9a-fA-F]{64}$"


def endpoints() -> dict[str, pl.Expr]:
    """OCSF ``src_endpoint`` and ``dst_endpoint``; an address field may hold a name, which goes where names go."""
    event = is_type("event")
    offered = pl.when(pl.col("dhcp_msg").is_not_null() | is_type("event", "endpoint"))
    source = pl.coalesce(
        text("srcip"),
        pl.when(event).then(pl.coalesce(text("remip"), text("userip"), text("ui").str.extract(UI_ADDRESS))),
        offered.then(text("ip")),
    )
    source = pl.when(~(event & source.is_in(UNKNOWN_ADDRESS)).fill_null(value=False)).then(source)
    target = pl.coalesce(text("dstip"), pl.when(event).then(text("locip")))
    named = pl.coalesce(
        text("srcname"),
        pl.when(event).then(offered.then(pl.coalesce(text("hostname"), text("name")))),
        _name(source),
    )
    mac = pl.coalesce(text("srcmac"), text("mastersrcmac"), text("mac"), text("stamac"))
    return {
        "src_endpoint.ip": _address(source),
        "src_endpoint.port": _port("srcport", "remport"),
        "src_endpoint.hostname": named,
        "src_endpoint.mac": mac.str.to_lowercase(),
        "src_endpoint.interface_name": pl.coalesce(text("srcintf"), text("interface")),
        "src_endpoint.location.country": _country("srccountry"),
        "dst_endpoint.ip": _address(target),
        "dst_endpoint.port": _port("dstport", "locport"),
        "dst_endpoint.hostname": pl.coalesce(pl.when(~event).then(text("hostname")), text("dstname"), _name(target)),
        "dst_endpoint.interface_name": pl.coalesce(text("dstintf"), text("outintf")),
        "dst_endpoint.location.country": _country("dstcountry"),
    }


def connection() -> dict[str, pl.Expr]:
    """OCSF ``connection_info`` and ``traffic``: FortiOS counts as sent what the source sent."""
    source, target = pl.col("srcintfrole"), pl.col("dstintfrole")
    direction = (
        pl.when(source.is_in(INSIDE) & target.is_in(OUTSIDE))
        .then(int(DirectionId.OUTBOUND))
        .when(source.is_in(OUTSIDE) & target.is_in(INSIDE))
        .then(int(DirectionId.INBOUND))
        .when(source.is_in(INSIDE) & target.is_in(INSIDE))
        .then(int(DirectionId.LATERAL))
    )
    protocol = number("proto", pl.Int32)
    return {
        "connection_info.protocol_num": protocol,
        "connection_info.protocol_name": protocol.replace_strict(PROTOCOLS, default=None, return_dtype=pl.String),
        "connection_info.direction_id": direction.cast(pl.Int32),
        "traffic.bytes_out": number("sentbyte"),
        "traffic.bytes_in": number("rcvdbyte"),
        "traffic.packets_out": number("sentpkt"),
        "traffic.packets_in": number("rcvdpkt"),
        "duration": number("duration") * 1000,
        "app_name": pl.coalesce(text("app"), text("service")),
        "firewall_rule.uid": text("policyid"),
        "firewall_rule.name": text("policyname"),
    }


def people() -> dict[str, pl.Expr]:
    """OCSF ``user``; ``DOMAIN\\name`` is divided. In a change of settings it is the actor."""
    written = pl.coalesce(text("user"), text("unauthuser"), text("xauthuser"))
    parted = written.str.splitn("\\", 2)
    first, second = parted.struct.field("field_0"), parted.struct.field("field_1")
    name = pl.when(second.is_null()).then(written).otherwise(second)
    domain = pl.when(second.is_not_null()).then(first)
    changed = pl.col("cfgpath").is_not_null() | is_type("event", "rest-api")
    return {
        "user.name": pl.when(~changed).then(name),
        "user.domain": pl.when(~changed).then(domain),
        "actor.user.name": pl.when(changed).then(name),
        "actor.user.domain": pl.when(changed).then(domain),
    }


def web() -> dict[str, pl.Expr]:
    """OCSF ``url`` and ``http_request``; ``url`` is a path beside ``hostname``, or whole."""
    url, host = text("url"), text("hostname")
    path = url.str.starts_with("/")
    secure = pl.col("service").is_in(["HTTPS", "SSL"]) | (pl.col("dstport") == "443")
    scheme = pl.when(secure).then(pl.lit("https://")).otherwise(pl.lit("http://"))
    web = ~is_type("event").fill_null(value=False)
    status = pl.when(is_type("event", "rest-api")).then(number("status", pl.Int32))
    return {
        "url.url_string": pl.when(path & host.is_not_null() & web).then(scheme + host + url).otherwise(url),
        "url.hostname": pl.when(web).then(host),
        "url.path": pl.when(path).then(url),
        "url.categories": _list(text("catdesc")),
        "http_request.http_method": pl.coalesce(
            text("httpmethod"), pl.when(is_type("event", "rest-api")).then(text("method"))
        ).str.to_uppercase(),
        "http_request.user_agent": text("agent"),
        "http_response.code": status,
    }


def names() -> dict[str, pl.Expr]:
    """OCSF ``query`` and ``answers`` of the DNS filter."""
    return {
        "query.hostname": text("qname"),
        "query.type": text("qtype"),
        "answers": pl.when(is_type("utm", "dns")).then(text("ipaddr").str.split(", ")),
    }


def mail() -> dict[str, pl.Expr]:
    """OCSF ``email``; antivirus logs of mail carry it too."""
    mail = is_type("utm", "emailfilter", "virus", "dlp", "file-filter")
    recipients = pl.coalesce(text("to"), text("recipient"))
    return {
        "email.from": pl.when(mail).then(pl.coalesce(text("from"), text("sender"))),
        "email.to": pl.when(mail).then(recipients.str.replace_all(" ", "").str.split(",")),
        "email.subject": pl.when(mail).then(decoded(text("subject"))),
    }


def files() -> dict[str, pl.Expr]:
    name = text("filename")
    digest = pl.coalesce(_matching(text("filehash"), SHA256), _matching(text("analyticscksum"), SHA256))
    return {
        "file.name": name.str.extract(r"([^\\/]+)$"),
        "file.path": pl.when(name.str.contains(r"[\\/]")).then(name),
        "file.size": number("filesize"),
        "file.hashes.sha256": digest.str.to_lowercase(),
    }


def _matching(value: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(value.str.contains(pattern)).then(value)


def _address(value: pl.Expr) -> pl.Expr:
    return _matching(value, ADDRESS)


def _name(value: pl.Expr) -> pl.Expr:
    return pl.when(~value.str.contains(ADDRESS)).then(value)


def _port(*keys: str) -> pl.Expr:
    """ICMP and tunnels have no ports, whatever a log puts there."""
    port = pl.coalesce(number(key, pl.Int32) for key in keys)
    portless = number("proto", pl.Int32).is_in(WITHOUT_PORTS).fill_null(value=False) | (port == 0)
    return pl.when(~portless).then(port)


def _country(key: str) -> pl.Expr:
    return pl.when(pl.col(key) != RESERVED).then(text(key))


def _list(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null()).then(pl.concat_list(value))
