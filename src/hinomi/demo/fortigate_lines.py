"""What a FortiGate writes of one happening: bodies of syslog lines of FortiOS 7.x, in its order of keys.

A body is a level, and the text that follows ``tz``; :func:`line` puts the head before it. Source: FortiOS
Log Message Reference; the names of log types are the manual's.
"""

from typing import NamedTuple

from hinomi.demo.hosts import Host, subnet
from hinomi.demo.websites import Site

POLICY = 'policyid=1 poluuid="3a5e1c9e-6a1f-51ed-8a55-0000000000f1" policytype="policy"'
LAN = (
    'srccountry="Reserved" dstcountry="Reserved" srcintf="internal" srcintfrole="lan" dstintf="wan1" dstintfrole="wan"'
)
PRIORITY = {"alert": 185, "warning": 188, "notice": 189, "information": 190}
"""Syslog facility local7 and the level's severity (RFC 5424)."""
NAME_SERVER = "198.51.100.2"
WAN = "192.0.2.1"

Body = tuple[str, str]


class Flow(NamedTuple):
    """A connection of a PC with a web site; ``session`` joins what different parts of the device say of it."""

    host: Host
    site: Site
    port: int
    session: int
    service: str = "HTTPS"

    @property
    def server_port(self) -> int:
        return 80 if self.service == "HTTP" else 443

    @property
    def url(self) -> str:
        return f"{self.service.lower()}://{self.site.host}{self.site.path}"

    def ends(self) -> str:
        return (
            f"sessionid={self.session} srcip={self.host.ip} srcport={self.port} {LAN} "
            f"dstip={self.site.ip} dstport={self.server_port} proto=6"
        )


def stamp_form() -> str:
    """How a line tells its date and time; see :func:`hinomi.demo.workdays.stamps`."""
    return "date=%Y-%m-%d time={}"


def line(tenant: str, stamp: str, nanoseconds: int, body: Body) -> str:
    """A line as it leaves the device. ``nanoseconds`` since 1970."""
    level, text = body
    return (
        f'<{PRIORITY[level]}>{stamp} devname="FG-{tenant}" devid="FGT60FTK{tenant}00001" eventtime={nanoseconds} '
        f'tz="+0900" {text}'
    )


def traffic(flow: Flow, sent: int, received: int, seconds: int, utm: str = "") -> Body:
    """A connection that ended; ``utm`` is what the inspection did with it (``block``, ``allow``)."""
    inspected = f'utmaction="{utm}" countweb=1 ' if utm else ""
    return "notice", (
        'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" '
        f'{flow.ends()} action="close" {POLICY} service="{flow.service}" trandisp="snat" transip={WAN} '
        f'transport={flow.port} appcat="unscanned" duration={seconds} sentbyte={sent} rcvdbyte={received} '
        f"sentpkt={sent // 700 + 3} rcvdpkt={received // 1200 + 3} {inspected}"
        f'srcname="{flow.host.name}" osname="Windows" mastersrcmac="{flow.host.mac}" '
        f'srcmac="{flow.host.mac}" srcserver=0'
    )


def _webfilter(flow: Flow, logid: str, eventtype: str, level: str, action: str, message: str) -> Body:
    number, name = flow.site.fortiguard
    return level, (
        f'logid="{logid}" type="utm" subtype="webfilter" eventtype="{eventtype}" level="{level}" vd="root" {POLICY} '
        f'{flow.ends()} httpmethod="GET" service="{flow.service}" hostname="{flow.site.host}" profile="default" '
        f'action="{action}" reqtype="direct" url="{flow.url}" sentbyte=742 rcvdbyte=5120 direction="outgoing" '
        f'msg="{message}" ratemethod="domain" cat={number} catdesc="{name}"'
    )


def page_passed(flow: Flow) -> Body:
    return _webfilter(
        flow, "0317013312", "ftgd_allow", "notice", "passthrough", "URL belongs to an allowed category in policy"
    )


def page_blocked(flow: Flow) -> Body:
    return _webfilter(
        flow, "0316013056", "ftgd_blk", "warning", "blocked", "URL belongs to a denied category in policy"
    )


def _dns(flow: Flow, logid: str, level: str, rest: str) -> Body:
    return level, (
        f'logid="{logid}" type="utm" subtype="dns" eventtype="dns-response" level="{level}" vd="root" {POLICY} '
        f"sessionid={flow.session} srcip={flow.host.ip} srcport={flow.port} {LAN} dstip={NAME_SERVER} dstport=53 "
        f'proto=17 profile="default" xid={flow.port} qname="{flow.site.host}" qtype="A" qtypeval=1 qclass="IN" {rest}'
    )


def name_resolved(flow: Flow) -> Body:
    number, name = flow.site.fortiguard
    return _dns(
        flow, "1501054802", "notice",
        f'ipaddr="{flow.site.ip}" msg="Domain is monitored" action="pass" cat={number} catdesc="{name}"',
    )  # fmt: skip


def name_of_botnet(flow: Flow) -> Body:
    return _dns(
        flow, "1501054601", "warning",
        f'msg="Domain was blocked by dns botnet C&C" action="redirect" botnetdomain="{flow.site.host}"',
    )  # fmt: skip


def botnet(flow: Flow, name: str) -> Body:
    """A call to a C&C server, seen and let through: the part is set to monitor."""
    return "warning", (
        'logid="0422016400" type="utm" subtype="ips" eventtype="botnet" level="warning" vd="root" severity="critical" '
        f'{flow.ends()} action="detected" service="{flow.service}" {POLICY} attack="{name}" direction="outgoing" '
        f'hostname="{flow.site.host}" url="{flow.site.path}" attackid=7630000 profile="default" '
        f'incidentserialno={flow.session} msg="Botnet C&C Communication." crscore=50 craction=4 crlevel="critical"'
    )


def virus(flow: Flow, file: str, name: str) -> Body:
    return "warning", (
        'logid="0211008192" type="utm" subtype="virus" eventtype="infected" level="warning" vd="root" '
        f'{POLICY} msg="File is infected." action="blocked" service="{flow.service}" {flow.ends()} '
        f'direction="incoming" filename="{file}" quarskip="Quarantine-disabled" virus="{name}" viruscat="Virus" '
        f'dtype="av-engine" virusid=10140000 url="{flow.url}" profile="default" agent="Mozilla/5.0" '
        'httpmethod="GET" analyticssubmit="false" crscore=50 craction=2 crlevel="critical"'
    )


def intrusion(target: Host, stranger: str, port: int, session: int, attack: str, server_port: int) -> Body:
    """An attempt from outside, dropped by a signature of the IPS."""
    return "alert", (
        'logid="0419016384" type="utm" subtype="ips" eventtype="signature" level="alert" vd="root" severity="high" '
        f'srcip={stranger} srccountry="Reserved" dstip={target.ip} dstcountry="Reserved" srcintf="wan1" '
        f'srcintfrole="wan" dstintf="internal" dstintfrole="lan" sessionid={session} action="dropped" proto=6 '
        f'service="HTTP" policyid=3 attack="{attack}" srcport={port} dstport={server_port} direction="incoming" '
        f'attackid=50000 profile="default" incidentserialno={session} msg="web_misc: {attack}" '
        'crscore=30 craction=8192 crlevel="high"'
    )


def application(flow: Flow, name: str, category: str, action: str = "block") -> Body:
    level = "warning" if action == "block" else "information"
    logid = "1059028705" if action == "block" else "1059028704"
    return level, (
        f'logid="{logid}" type="utm" subtype="app-ctrl" eventtype="signature" level="{level}" vd="root" appid=40001 '
        f'{flow.ends()} service="{flow.service}" direction="outgoing" {POLICY} applist="default" action="{action}" '
        f'appcat="{category}" app="{name}" incidentserialno={flow.session} msg="{category}: {name}" apprisk="high"'
    )


def spam(reader: Host, sender: str, subject: str, relay: str, port: int, session: int) -> Body:
    return "notice", (
        'logid="0509020482" type="utm" subtype="emailfilter" eventtype="pop3" level="notice" vd="root" '
        f"{POLICY} sessionid={session} srcip={reader.ip} srcport={port} {LAN} dstip={relay} dstport=110 proto=6 "
        f'service="POP3" profile="default" action="tagged" from="{sender}" to="{reader.mail}" '
        f'recipient="{reader.user}" direction="incoming" msg="general email filter log" subject="{subject}" '
        'size="8213" attachment="no"'
    )


def lease(host: Host) -> Body:
    return "information", (
        'logid="0100026001" type="event" subtype="system" level="information" vd="root" logdesc="DHCP Ack log" '
        f'interface="internal" dhcp_msg="Ack" mac="{host.mac}" ip={host.ip} lease=86400 hostname="{host.name}" '
        'msg="DHCP server sends a DHCPACK"'
    )


def performance(load: int) -> Body:
    return "notice", (
        'logid="0100040704" type="event" subtype="system" level="notice" vd="root" '
        f'logdesc="System performance statistics" action="perf-stats" cpu={load} mem=41 totalsession={load * 37} '
        f'disk=0 bandwidth="{load * 61}/{load * 23}" setuprate={load // 2} '
        f'msg="Performance statistics: average CPU: {load}, memory: 41, concurrent sessions: {load * 37}"'
    )


def login(tenant: str) -> Body:
    address = f"{subnet(tenant)}.21"
    return "information", (
        'logid="0100032001" type="event" subtype="system" level="information" vd="root" '
        f'logdesc="Admin login successful" user="admin" ui="https({address})" method="https" srcip={address} '
        f'dstip={subnet(tenant)}.1 action="login" status="success" reason="none" profile="super_admin" '
        f'msg="Administrator admin logged in successfully from https({address})"'
    )
