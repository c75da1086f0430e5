"""A line of a product, as received, meets a rule that is written on Sigma's own log source."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import yaml

from hinomi.library import catalog
from hinomi.library.contracts import Context
from hinomi.ocsf.schema import conform
from hinomi.pipeline.detect.sigma import load
from hinomi.pipeline.detect.sigma.taxonomy import logsource, ocsf

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2026, 1, 15, 3))
FORTIGATE = (
    '<190>date=2026-01-15 time=12:11:43 devname="FG60F" logid="{}" type="{}" subtype="{}" level="notice" vd="root" '
)
ENTRA = (
    '{{"CreationTime":"2026-01-15T03:00:00","RecordType":8,"Workload":"AzureActiveDirectory",'
    '"UserId":"a@x.example",{}}}'
)
ADMIN = (
    '{{"id":{{"time":"2026-01-15T03:00:00Z","applicationName":"{}"}},'
    '"actor":{{"email":"a@x.example"}},"events":[{{{}}}]}}'
)
PAN = "<14>Jan 15 12:00:05 PA 1,2026/01/15 12:00:05,001701000099,"

CASES = {
    "fortigate settings": (
        "fortinet_fortigate",
        FORTIGATE.format("0100044547", "event", "system")
        + 'logdesc="Object configured" user="admin" ui="GUI(198.51.100.9)" action="Add" '
        'cfgpath="system.admin" cfgobj="x"',
        {"product": "fortigate", "service": "event"},
        {"action": "Add", "cfgpath": "system.admin", "cfgobj": "x", "ui|contains": "GUI", "user": "admin"},
    ),
    "fortigate traffic": (
        "fortinet_fortigate",
        FORTIGATE.format("0000000013", "traffic", "forward")
        + 'srcip=192.168.1.5 srcport=50000 dstip=203.0.113.9 dstport=3389 action="accept" policyid=3 proto=6',
        {"product": "fortigate", "service": "traffic"},
        {"srcip": "192.168.1.5", "dstport": 3389, "action": "allow", "policyid": "3", "type": "traffic"},
    ),
    "pan-os settings": (
        "paloalto_panos",
        PAN
        + "CONFIG,0,,2026/01/15 12:00:05,192.168.1.5,,delete,admin,Web,Succeeded,log-settings syslog siem,,,,,,,,PA,,,",
        {"product": "paloalto", "service": "config"},
        {"cmd": "delete", "path|contains": "log-settings", "admin": "admin", "status": "success"},
    ),
    "global protect": (
        "paloalto_panos",
        PAN + r"GLOBALPROTECT,0,,2026/01/15 12:00:05,,gateway-auth,login,LDAP,,example\taro,US,PC,198.51.100.7,0.0.0.0,"
        "0.0.0.0,0.0.0.0,5f1e,,6.0.4,Windows,Windows 11,1,,Invalid password,,failure,,,,,gw-1,,,,,,,,,,,,,,PA",
        {"product": "paloalto", "service": "globalprotect"},
        {"eventid": "gateway-auth", "srcuser": "taro", "public_ip": "198.51.100.7", "status": "failure"},
    ),
    "a router's commands": (
        "cisco_ios",
        "<189>45: R1: Jan 15 12:00:00.000: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged command:no "
        "logging host 192.0.2.9",
        {"product": "cisco", "service": "aaa"},
        ["no logging"],
    ),
    "asa": (
        "cisco_asa",
        "<166>Jan 15 12:00:00 fw : %ASA-6-605005: Login permitted from 198.51.100.4/4000 to outside:203.0.113.2/https"
        ' for user "admin"',
        {"product": "cisco", "service": "asa"},
        {"mnemonic|contains": "605005", "status": "success", "src_ip": "198.51.100.4", "user": "admin"},
    ),
    "exchange settings": (
        "microsoft_365_audit",
        '{"CreationTime":"2026-01-15T03:00:00","RecordType":1,"Workload":"Exchange","Operation":"Add-FederatedDomain",'
        '"ResultStatus":"True","UserId":"a@x.example","Parameters":[{"Name":"DomainName","Value":"evil.example"}]}',
        {"product": "m365", "service": "exchange"},
        {
            "eventSource": "Exchange",
            "eventName": "Add-FederatedDomain",
            "status": "success",
            "Parameters|contains": "evil",
        },
    ),
    "an alert of microsoft 365": (
        "microsoft_365_audit",
        '{"CreationTime":"2026-01-15T03:00:00","RecordType":40,"Workload":"SecurityComplianceCenter","Severity":"High",'
        '"Operation":"AlertTriggered","Name":"Impossible travel activity","UserId":"SecurityComplianceAlerts"}',
        {"product": "m365", "service": "threat_management"},
        {"eventSource": "SecurityComplianceCenter", "eventName": "Impossible travel activity", "status": "success"},
    ),
    "a delivered phishing mail": (
        "microsoft_365_audit",
        '{"CreationTime":"2026-01-15T03:00:00","RecordType":28,"Workload":"ThreatIntelligence",'
        '"Operation":"TIMailData",'
        '"Verdict":"Phish","DeliveryAction":"Delivered","Directionality":"Inbound","UserId":"a@x.example"}',
        {"product": "m365", "service": "audit"},
        {"Operation": "TIMailData", "Directionality": "Inbound", "DeliveryAction": "Delivered"},
    ),
    "entra's directory": (
        "microsoft_365_audit",
        ENTRA.format(
            '"Operation":"Update user.","ResultStatus":"Success","ObjectId":"b@x.example",'
            '"ModifiedProperties":[{"Name":"StrongAuthenticationRequirement","NewValue":"[{\\"State\\":0}]"}],'
            '"ExtendedProperties":[{"Name":"extendedAuditEventCategory","Value":"User"}]'
        ),
        {"product": "azure", "service": "auditlogs"},
        {
            "OperationName": "Update user",
            "Category": "UserManagement",
            "TargetResources.ModifiedProperties.DisplayName": "StrongAuthenticationRequirement",
            "TargetResources.ModifiedProperties.NewValue|contains": 'State":0',
            "properties.result": "success",
        },
    ),
    "a sign-in to entra": (
        "microsoft_365_audit",
        ENTRA.format(
            '"Operation":"UserLoginFailed","ErrorNumber":"50053","LogonError":"IdsLocked","ClientIP":"203.0.113.5"'
        ),
        {"product": "azure", "service": "signinlogs"},
        {"ResultType": 50053, "Status": "Failure", "ipAddress": "203.0.113.5"},
    ),
    "a sign-in to entra, as defender tells it": (
        "microsoft_defender_xdr",
        '{"category":"AdvancedHunting-AADSignInEventsBeta","time":"2026-01-15T03:00:00Z","properties":{"Timestamp":'
        '"2026-01-15T03:00:00Z","ErrorCode":0,"AccountUpn":"a@x.example","ClientAppUsed":"IMAP4",'
        '"IPAddress":"203.0.113.5",'
        '"AuthenticationRequirement":"singleFactorAuthentication","ConditionalAccessStatus":2,"LogonType":"[]"}}',
        {"product": "azure", "service": "signinlogs"},
        {
            "AuthenticationRequirement": "singleFactorAuthentication",
            "Status": "Success",
            "conditionalAccessStatus": "notApplied",
        },
    ),
    "workspace settings": (
        "google_workspace",
        ADMIN.format(
            "admin",
            '"name":"ENFORCE_STRONG_AUTHENTICATION","type":"SECURITY_SETTINGS",'
            '"parameters":[{"name":"NEW_VALUE","value":"false"}]',
        ),
        {"product": "gcp", "service": "google_workspace.admin"},
        {"eventService": "admin.googleapis.com", "eventName": "ENFORCE_STRONG_AUTHENTICATION", "new_value": "false"},
    ),
    "a sign-in to workspace": (
        "google_workspace",
        ADMIN.format("login", '"name":"suspicious_login","type":"account_warning"'),
        {"product": "gcp", "service": "google_workspace.login"},
        {
            "protoPayload.serviceName": "login.googleapis.com",
            "protoPayload.metadata.event.eventName": "suspicious_login",
        },
    ),
    "sshd": (
        "syslog",
        "<38>Jan 15 12:00:00 web1 sshd[77]: error: unknown or unsupported key type",
        {"product": "linux", "service": "sshd"},
        ["unsupported key type"],
    ),
    "sudo": (
        "syslog",
        "<86>Jan 15 12:00:00 web1 sudo:   taro : TTY=pts/0 ; PWD=/home/taro ; USER=root ; COMMAND=/bin/bash",
        {"product": "linux", "service": "sudo"},
        {"message|contains|all": ["USER=root", "COMMAND=/bin/bash"]},
    ),
    "an argument that auditd wrote in digits": (
        "syslog",
        '<14>Jan 15 12:00:00 web1 audispd: type=EXECVE msg=audit(1768446000.1:7): argc=3 a0="sh" '
        'a1="-c" a2=6964203E202F746D70',
        {"product": "linux", "service": "auditd"},
        {"type": "EXECVE", "a0": "sh", "a2": "id > /tmp"},
    ),
    "a path that auditd saw": (
        "syslog",
        '<14>Jan 15 12:00:00 web1 audispd: type=PATH msg=audit(1768446000.1:7): item=0 name="/etc/ld.so.preload" '
        "inode=1 nametype=CREATE",
        {"product": "linux", "service": "auditd"},
        {"type": "PATH", "name": "/etc/ld.so.preload", "nametype": "CREATE"},
    ),
    "a program that auditd saw": (
        "syslog",
        '<14>Jan 15 12:00:00 web1 audispd: type=EXECVE msg=audit(1768446000.1:7): argc=2 a0="curl" '
        'a1="http://192.0.2.9/x"',
        {"product": "linux", "category": "process_creation"},
        {"Image|endswith": "/curl", "CommandLine|contains": "curl http://192.0.2.9"},
    ),
    "apache's errors": (
        "apache",
        "[Thu Jan 15 12:00:00.000000 2026] [core:notice] [pid 9] AH00052: child pid 99 exit signal "
        "Segmentation Fault (11)",
        {"service": "apache"},
        ["exit signal Segmentation Fault"],
    ),
    "a web server's own log": (
        "nginx",
        '198.51.100.9 - - [15/Jan/2026:12:00:00 +0900] "GET /a?file=../../etc/passwd HTTP/1.1" 200 12 "-" "curl/8"',
        {"category": "webserver"},
        {
            "cs-uri-query|contains": "../../etc/passwd",
            "sc-status": 200,
            "c-ip": "198.51.100.9",
            "cs-user-agent": "curl/8",
        },
    ),
    "zeek's files": (
        "zeek",
        '{"_path":"smb_files","ts":1768446000.1,"id.orig_h":"192.168.1.5","id.resp_h":"192.168.1.9",'
        '"id.orig_p":1,"id.resp_p":445,'
        '"action":"SMB::FILE_OPEN","path":"\\\\\\\\SV1\\\\ADMIN$","name":"SYSTEM32\\\\abc.tmp"}',
        {"product": "zeek", "service": "smb_files"},
        {"path|endswith": "ADMIN$", "name|contains": "SYSTEM32\\", "name|endswith": ".tmp"},
    ),
    "zeek's names": (
        "zeek",
        '{"_path":"dns","ts":1768446000.1,"id.orig_h":"192.168.1.5","id.resp_h":"192.0.2.53",'
        '"id.orig_p":1,"id.resp_p":53,'
        '"query":"pool.example.org","qtype_name":"TXT","rcode":5,"Z":1}',
        {"product": "zeek", "service": "dns"},
        {"query|endswith": "example.org", "qtype_name": "TXT", "Z": 1, "rejected": "true", "id.resp_p": 53},
    ),
    "zeek's requests": (
        "zeek",
        '{"_path":"http","ts":1768446000.1,"id.orig_h":"192.168.1.5","id.resp_h":"192.0.2.80",'
        '"id.orig_p":1,"id.resp_p":80,'
        '"method":"GET","host":"dl.example","uri":"/a.bin","user_agent":"x",'
        '"resp_mime_types":["application/x-dosexec"]}',
        {"product": "zeek", "service": "http"},
        {"resp_mime_types|contains": "dosexec", "uri|endswith": ".bin", "method": "GET"},
    ),
    "zeek's remote calls": (
        "zeek",
        '{"_path":"dce_rpc","ts":1768446000.1,"id.orig_h":"192.168.1.5","id.resp_h":"192.168.1.9",'
        '"id.orig_p":1,"id.resp_p":135,'
        '"endpoint":"svcctl","operation":"CreateServiceW"}',
        {"product": "zeek", "service": "dce_rpc"},
        {"endpoint": "svcctl", "operation": "CreateServiceW"},
    ),
    "sonicwall's sign-ins": (
        "sonicwall",
        '<129> id=firewall sn=1 time="2026-01-15 12:03:30" fw=203.0.113.2 pri=6 c=16 m=1080 msg="SSL '
        "VPN zone remote user login"
        ' allowed" usr="suzuki" src=198.51.100.77:0:X1 dst=203.0.113.2:4433:X1',
        {"category": "authentication"},
        {
            "status": "success",
            "origin": "internet",
            "user": "suzuki",
            "activity": "logon",
            "message|contains": "SSL VPN",
        },
    ),
    "a sensor's verdict": (
        "fortinet_fortigate",
        FORTIGATE.format("0419016384", "utm", "ips")
        + 'severity="critical" srcip=198.51.100.9 dstip=192.168.1.8 action="detected" '
        'attack="Example.Overflow" attackid=1',
        {"category": "ids"},
        {"signature|contains": "Overflow", "disposition": "detected", "direction": "inbound"},
    ),
}


def received(source: str, line: str) -> pl.DataFrame:
    found = catalog.source(source)(line.encode(), CONTEXT)
    assert found.rejects == ()
    return conform(found.events.drop("line").with_columns(pl.lit(source).alias("source")))


@pytest.fixture(scope="module")
def fired(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Which case's rule fired on which case's line, all in one batch."""
    folder = tmp_path_factory.mktemp("rules")
    for name, (_, _, where, wanted) in CASES.items():
        rule = {"title": name, "logsource": where, "detection": {"selection": wanted, "condition": "selection"}}
        (folder / f"{name}.yml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    rules = load([folder])
    assert rules.refused == ()
    lines = [
        received(source, line).with_columns(pl.lit(name).alias("metadata.uid"))
        for name, (source, line, _, _) in CASES.items()
    ]
    found = rules.match(pl.concat(lines))
    return set(found.select("finding_info.title", pl.col("finding_info.related_events").list.first()).iter_rows())


@pytest.mark.parametrize("name", CASES)
def test_a_line_of_a_product_meets_the_rule_for_it_and_no_other(name: str, fired: set[tuple[str, str]]):
    assert [line for rule, line in fired if rule == name] == [name]


def test_every_log_source_has_a_view_and_every_view_a_log_source():
    categories = {f"ocsf:{category}" for category in logsource.CATEGORIES}
    endpoints = {f"ocsf:{category}:{system}" for category in logsource.ENDPOINT for system in logsource.SYSTEMS}
    products = {*logsource.PRODUCTS.values(), *logsource.EXTRA.values()}

    assert categories | endpoints | products == set(ocsf.views())


def test_a_view_of_a_product_is_asked_only_where_there_are_its_events():
    events = received("syslog", "<13>Jan 15 12:00:00 sw1 app: all is well")

    present = ocsf.present(events)

    assert {"ocsf:linux", "ocsf:firewall"} <= present.keys()
    assert not {"ocsf:m365", "ocsf:fortigate", "ocsf:zeek:dns"} & present.keys()


def test_a_web_servers_requests_are_nobodys_surfing():
    request = received("apache", '198.51.100.9 - - [15/Jan/2026:12:00:00 +0900] "GET /a HTTP/1.1" 200 1 "-" "x"')

    assert [request.filter(ocsf.views()[kind].where).height for kind in ("ocsf:webserver", "ocsf:proxy")] == [1, 0]


@pytest.mark.parametrize(
    ("operation", "shown"),
    [
        ('"Operation":"FileDownloaded","ObjectId":"https://x.sharepoint.example/a.exe","SourceFileName":"a.exe"', 0),
        ('"Operation":"TIUrlClickData","Url":"https://bad.example/a"', 1),
    ],
)
def test_a_file_in_the_cloud_was_not_surfed_to_but_a_click_was(operation: str, shown: int):
    record = '{"CreationTime":"2026-01-15T03:00:00","RecordType":6,"Workload":"SharePoint","UserId":"a@x.example",'

    events = received("microsoft_365_audit", record + operation + "}")

    assert events.filter(ocsf.views()["ocsf:proxy"].where).height == shown
