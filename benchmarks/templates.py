"""Templates of log lines with their weights, and the values that they are filled with; see ``lines.py``."""

COUNTRIES = ("Japan", "United States", "Singapore", "Ireland", "Netherlands", "Germany", "China", "Korea, Republic of")
APPS = ("HTTPS.BROWSER", "SSL", "Microsoft.Portal", "Google.Services", "DNS", "NTP", "SMB", "Zoom", "Dropbox", "QUIC")
SERVICES = ("HTTPS", "HTTP", "DNS", "NTP", "SMB", "udp/443", "tcp/8443", "PING", "IMAPS", "SSH")
ACTIONS = ("close", "close", "accept", "client-rst", "server-rst", "timeout", "deny")
PROGRAMS = (
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Program Files\Example\example.exe",
    r"C:\Windows\System32\cmd.exe",
)
USERS = ("", "", "", ' user="CORP\\tanaka" group="staff"', ' user="suzuki" group="staff"')
GATE = (
    '<189>date={now:%Y-%m-%d} time={now:%H:%M:%S} devname="gate-101" devid="FG100E0000000101" '
    'eventtime={epoch}{fraction:09d} tz="+0900" '
)
ENDS = (
    'srcip=192.168.{net}.{host} srcport={port} srcintf="port{net}" srcintfrole="lan" dstip=203.0.{third}.{peer} '
    'dstport={service_port} dstintf="wan1" dstintfrole="wan" '
)
FORTIGATE = {
    'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" '
    + ENDS
    + 'srccountry="Reserved" dstcountry="{country}" sessionid={session} proto=6 action="{action}" policyid={policy} '
    'policytype="policy" poluuid="5f1c0c9a-{policy:04d}-51ed-a000-0000000000{policy:02d}" policyname="rule {policy}"'
    '{user} service="{service}" trandisp="snat" transip=198.51.100.2 transport={port} appid={appid} app="{app}" '
    'appcat="Web.Client" apprisk="medium" applist="default" duration={duration} sentbyte={sent} rcvdbyte={rcvd} '
    'sentpkt={packets} rcvdpkt={packets} utmaction="allow" countapp=1 osname="Windows" srchwvendor="Example" '
    'mastersrcmac="02:00:5e:10:{net:02x}:{host:02x}" srcmac="02:00:5e:10:{net:02x}:{host:02x}" srcserver=0': 78,
    'logid="0317013312" type="utm" subtype="webfilter" eventtype="ftgd_allow" level="notice" vd="root" '
    "policyid={policy} sessionid={session} " + ENDS + 'proto=6 service="HTTPS" hostname="www{peer}.example.com" '
    'profile="default" action="passthrough" reqtype="direct" url="https://www{peer}.example.com/" sentbyte={sent} '
    'rcvdbyte={rcvd} direction="outgoing" msg="URL belongs to an allowed category in policy" method="domain" cat=52 '
    'catdesc="Information Technology"': 5,
    'logid="0316013056" type="utm" subtype="webfilter" eventtype="ftgd_blk" level="warning" vd="root" '
    "policyid={policy} sessionid={session} " + ENDS + 'proto=6 service="HTTP" hostname="site{peer}.example.net" '
    'profile="default" action="blocked" reqtype="referral" url="/page/{session}?q=a=b" sentbyte={sent} rcvdbyte={rcvd} '
    'direction="outgoing" msg="URL belongs to a denied category in policy" method="domain" cat=26 '
    'catdesc="Malicious Websites" crscore=30 craction=4194304 crlevel="high"': 3,
    'logid="1059028704" type="utm" subtype="app-ctrl" eventtype="signature" level="information" vd="root" '
    "appid={appid} " + ENDS + 'proto=6 service="SSL" direction="outgoing" policyid={policy} sessionid={session} '
    'applist="default" action="pass" appcat="Web.Client" app="{app}" hostname="www{peer}.example.com" '
    'incidentserialno={session} url="/" msg="Web.Client: {app}," apprisk="medium"': 6,
    'logid="1501054802" type="utm" subtype="dns" eventtype="dns-response" level="notice" vd="root" policyid={policy} '
    "sessionid={session} " + ENDS + 'proto=17 profile="default" xid={port} qname="www{peer}.example.com" qtype="A" '
    'qtypeval=1 qclass="IN" ipaddr="203.0.{third}.{peer}" msg="Domain is monitored" action="pass" cat=23 '
    'catdesc="Web-based Email"': 5,
    'logid="0101037138" type="event" subtype="vpn" level="notice" vd="root" logdesc="IPsec connection status changed" '
    'msg="IPsec connection status change" action="tunnel-up" remip=203.0.{third}.{peer} locip=198.51.100.2 remport=500 '
    'locport=500 outintf="wan1" cookies="0123456789abcdef" user="N/A" group="N/A" xauthuser="N/A" '
    'vpntunnel="site-{net}" tunnelip=N/A tunnelid={session} tunneltype="ipsec" duration={duration} sentbyte={sent} '
    "rcvdbyte={rcvd}": 3,
}
EVE_HEAD = (
    '{{"timestamp":"{now:%Y-%m-%dT%H:%M:%S}.{micro:06d}+0900","flow_id":{session}{port},"in_iface":"eth0",'
    '"event_type":"'
)
EVE_ENDS = (
    '","src_ip":"192.168.{net}.{host}","src_port":{port},"dest_ip":"203.0.{third}.{peer}","dest_port":{service_port},'
    '"proto":"TCP",'
)
EVE = {
    EVE_HEAD + "flow" + EVE_ENDS + '"app_proto":"tls","flow":{{"pkts_toserver":{packets},"pkts_toclient":{packets},'
    '"bytes_toserver":{sent},"bytes_toclient":{rcvd},"start":"{now:%Y-%m-%dT%H:%M:%S}.000000+0900",'
    '"end":"{now:%Y-%m-%dT%H:%M:%S}.500000+0900","age":{duration},"state":"closed","reason":"timeout","alerted":'
    "false}}}}": 50,
    EVE_HEAD + "dns" + EVE_ENDS + '"dns":{{"version":2,"type":"answer","id":{port},"flags":"8180","qr":true,"rd":true,'
    '"ra":true,"rrname":"www{peer}.example.com","rrtype":"A","rcode":"NOERROR","answers":[{{"rrname":'
    '"www{peer}.example.com","rrtype":"A","ttl":60,"rdata":"203.0.{third}.{peer}"}}]}}}}': 25,
    EVE_HEAD + "tls" + EVE_ENDS + '"tls":{{"subject":"CN=www{peer}.example.com","issuerdn":"C=US, O=Example, CN=R3",'
    '"serial":"04:{peer:02X}","sni":"www{peer}.example.com","version":"TLS 1.3","notbefore":"2022-10-01"}}}}': 15,
    EVE_HEAD + "http" + EVE_ENDS + '"tx_id":0,"http":{{"hostname":"www{peer}.example.com","url":"/page/{session}",'
    '"http_user_agent":"Mozilla/5.0","http_content_type":"text/html","http_method":"GET","protocol":"HTTP/1.1",'
    '"status":200,"length":{rcvd}}}}}': 10,
}
PANOS = {
    "<14>{now:%b %d %H:%M:%S} PA-220 1,{now:%Y/%m/%d %H:%M:%S},001701000099,TRAFFIC,end,2561,{now:%Y/%m/%d %H:%M:%S},"
    "192.168.{net}.{host},203.0.{third}.{peer},198.51.100.2,203.0.{third}.{peer},rule {policy},corp\\user{host},,ssl,"
    "vsys1,trust,untrust,ethernet1/{net},ethernet1/1,to-hinomi,{now:%Y/%m/%d %H:%M:%S},{session},1,{port},"
    "{service_port},{port},{service_port},0x400053,tcp,allow,{sent},{sent},{rcvd},{packets},{now:%Y/%m/%d %H:%M:%S},"
    "{duration},business-and-economy,,{session},0x8000000000000000,192.168.0.0-192.168.255.255,{country},,{packets},{packets},"
    "tcp-fin,,,,,,PA-220,,,,,,,,": 9,
    "<14>{now:%b %d %H:%M:%S} PA-220 1,{now:%Y/%m/%d %H:%M:%S},001701000099,THREAT,url,2561,{now:%Y/%m/%d %H:%M:%S},"
    "192.168.{net}.{host},203.0.{third}.{peer},198.51.100.2,203.0.{third}.{peer},rule {policy},corp\\user{host},,"
    "web-browsing,vsys1,trust,untrust,ethernet1/{net},ethernet1/1,to-hinomi,{now:%Y/%m/%d %H:%M:%S},{session},1,{port},"
    '80,{port},80,0x40b000,tcp,block-url,"www{peer}.example.com/page/{session}",(9999),malware,informational,'
    "client-to-server,{session},0x8000000000000000,192.168.0.0-192.168.255.255,{country},,text/html,0,,,1,,,,,,,,"
    "0,0,0,0,0,,PA-220,,,,get,0,,0,": 1,
}
YAMAHA = {
    "<189>{now:%b %d %H:%M:%S} 192.0.2.1 [INSPECT] PP[01][out][101080] TCP 192.168.{net}.{host}:{port} > "
    "203.0.{third}.{peer}:{service_port} ({now:%Y/%m/%d %H:%M:%S})": 60,
    "<189>{now:%b %d %H:%M:%S} 192.0.2.1 PP[01] Rejected at IN(2000) filter: TCP 203.0.{third}.{peer}:{port} > "
    "192.0.2.1:23": 35,
    "<190>{now:%b %d %H:%M:%S} 192.0.2.1 [DHCPD] LAN1(port1) Allocates 192.168.{net}.{host}: "
    "02:00:5e:10:{net:02x}:{host:02x}": 5,
}
