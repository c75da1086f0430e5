"""What a FortiGate writes of a happening: traffic, pages, names, files, attacks, and what is done to itself."""

from hinomi.demo import fortigate_lines as say
from hinomi.demo.fortigate_lines import Body, Flow
from hinomi.demo.hosts import subnet
from hinomi.demo.planted.happening import Asked, Connected, Fetched, Gate, Gateway, Happening, Reached
from hinomi.demo.planted.witness.moment import Moment
from hinomi.demo.websites import Site


def lines(what: Happening, at: Moment) -> list[str]:
    stamp = f"date={at.japan:%Y-%m-%d} time={at.japan:%H:%M:%S}"
    return [say.line(at.tenant, stamp, at.nanoseconds, body) for body in bodies(what, at)]


def bodies(what: Happening, at: Moment) -> list[Body]:
    match what:
        case Connected():
            return connected(what, at)
        case Fetched():
            return fetched(what, at)
        case Asked():
            return [asked(what, at)]
        case Reached():
            return [reached(what, at)]
        case Gateway():
            return [gateway(what, at)]
        case _:
            return []


def connected(what: Connected, at: Moment) -> list[Body]:
    service = f"tcp/{what.port}" if what.port else "HTTPS" if what.secure else "HTTP"
    flow = Flow(what.host, what.site, at.port, 80_000_000 + at.number, service)
    ended = say.traffic(flow, what.sent, what.received, what.seconds)
    if what.port:
        ended = (ended[0], ended[1].replace("dstport=443", f"dstport={what.port}"))
        return [ended]
    match what.gate:
        case Gate.BLOCKED | Gate.UNSUITABLE:
            return [say.page_blocked(flow), say.traffic(flow, 740, 312, 1, utm="block")]
        case Gate.CALLBACK:
            return [say.name_of_botnet(flow), say.botnet(flow, what.threat), ended]
        case Gate.CALLBACK_BLOCKED:
            level, text = say.botnet(flow, what.threat)
            return [(level, text.replace('action="detected"', 'action="dropped"'))]
        case Gate.TOOL:
            return [say.application(flow, what.threat, "Remote.Access", "pass"), ended]
        case _:
            return [say.name_resolved(flow), say.page_passed(flow), ended]


def fetched(what: Fetched, at: Moment) -> list[Body]:
    site = Site(what.site.host, what.site.ip, what.site.category, what.site.fortiguard, f"/{what.file}")
    flow = Flow(what.host, site, at.port, 80_000_000 + at.number, "HTTPS" if what.secure else "HTTP")
    if what.threat:
        return [say.virus(flow, what.file, what.threat), say.traffic(flow, 760, 5_120, 1, utm="block")]
    return [say.page_passed(flow), say.traffic(flow, 1_480, 2_188_404, 8)]


def asked(what: Asked, at: Moment) -> Body:
    site = Site(what.name, "203.0.113.9", "", (0, "Unrated"))
    level, text = say.name_resolved(Flow(what.host, site, at.port, 80_000_000 + at.number))
    return level, text.replace(
        'qtype="A" qtypeval=1', f'qtype="{what.kind}" qtypeval={16 if what.kind == "TXT" else 1}'
    )


def reached(what: Reached, at: Moment) -> Body:
    action = "deny" if what.refused else "close"
    return "notice", (
        'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" '
        f'sessionid={80_000_000 + at.number} srcip={what.host.ip} srcport={at.port} srccountry="Reserved" '
        f'dstcountry="Reserved" srcintf="office" srcintfrole="lan" dstintf="{what.outward}" dstintfrole="lan" '
        f'dstip={what.target} dstport={what.port} proto=6 action="{action}" policyid={0 if what.refused else 7} '
        f'policytype="policy" service="tcp/{what.port}" trandisp="noop" appcat="unscanned" duration=1 sentbyte=180 '
        f"rcvdbyte={0 if what.refused else 140} sentpkt=3 rcvdpkt={0 if what.refused else 2} "
        f'srcname="{what.host.name}" osname="Windows" srcmac="{what.host.mac}" srcserver=0'
    )


WORDS = {
    "login failed": ("alert", "0100032002", "system", "Admin login failed"),
    "login": ("information", "0100032001", "system", "Admin login successful"),
    "admin added": ("information", "0100044547", "system", "Object attribute configured"),
    "settings taken": ("warning", "0100032095", "system", "Admin performed an action from GUI"),
    "vpn failed": ("alert", "0101039426", "vpn", "SSL VPN login fail"),
    "vpn": ("information", "0101039947", "vpn", "SSL VPN tunnel up"),
}


def gateway(what: Gateway, at: Moment) -> Body:
    level, number, part, words = WORDS[what.kind]
    head = f'logid="{number}" type="event" subtype="{part}" level="{level}" vd="root" logdesc="{words}" '
    inside = f"{subnet(at.tenant)}.1"
    match what.kind:
        case "login" | "login failed":
            status = "failed" if what.kind == "login failed" else "success"
            rest = (
                f'user="{what.user}" ui="https({what.address})" method="https" srcip={what.address} dstip={inside} '
                f'action="login" status="{status}" reason="{"passwd_invalid" if status == "failed" else "none"}" '
                f'msg="Administrator {what.user} login {status} from https({what.address})"'
            )
        case "admin added":
            rest = (
                f'user="{what.user}" ui="GUI({what.address})" action="Add" cfgtid={at.number} cfgpath="system.admin" '
                f'cfgobj="{what.detail}" cfgattr="accprofile[super_admin]" msg="Add system.admin {what.detail}"'
            )
        case "settings taken":
            rest = (
                f'user="{what.user}" ui="GUI({what.address})" action="download" status="success" '
                f'msg="System config file has been downloaded by user {what.user} via GUI({what.address})"'
            )
        case _:
            up = what.kind == "vpn"
            action = ("tunnel-up", "tunnel established") if up else ("ssl-login-fail", "sslvpn_login_permission_denied")
            rest = (
                f'action="{action[0]}" tunneltype="{"ssl-tunnel" if up else "ssl-web"}" '
                f"tunnelid={at.number if up else 0} "
                f'remip={what.address} user="{what.user}" group="{"vpn" if up else "N/A"}" dst_host="N/A" '
                f'reason="{action[1]}" msg="{"SSL tunnel established" if up else "SSL user failed to logged in"}"'
            )
    return level, head + rest
