"""What a UTM calls attacks, scans and applications. Numbers are ports the traffic goes to."""

from typing import NamedTuple


class Application(NamedTuple):
    name: str
    port: int
    protocol: str
    category: str
    """FortiGate's name of what it is."""


INTRUSIONS = (
    ("WEB Apache Log4j JNDI Injection (CVE-2021-44228)", 443),
    ("WEB PHPUnit eval-stdin Remote Code Execution (CVE-2017-9841)", 80),
    ("WEB Remote Command Execution via Shell Script", 80),
    ("WEB SQL Injection UNION SELECT", 443),
    ("WEB Directory Traversal ../../", 80),
    ("WEB Apache HTTP Server Path Traversal (CVE-2021-41773)", 80),
    ("WEB Home Router Command Injection", 8080),
    ("WEB Spring4Shell ClassLoader Manipulation (CVE-2022-22965)", 443),
    ("WEB ThinkPHP Remote Code Execution", 80),
    ("WEB Cross-Site Scripting", 443),
    ("SMB EternalBlue Exploit Attempt (CVE-2017-0144)", 445),
    ("RDP Brute Force Login", 3389),
    ("SSH Brute Force Login", 22),
    ("MISC DVR Remote Code Execution", 8000),
    ("WEB .env File Disclosure", 80),
    ("WEB WordPress xmlrpc.php Brute Force", 443),
    ("WEB Hadoop YARN Unauthenticated Command", 8088),
    ("WEB OGNL Injection (CVE-2022-26134)", 8090),
    ("SIP Register Brute Force", 5060),
    ("DNS Amplification ANY Query", 53),
)

SCANS = (
    ("TCP ポートスキャン", 445),
    ("ICMP Ping スイープ", 0),
    ("TCP SYN スキャン", 3389),
    ("UDP ポートスキャン", 161),
)

FORBIDDEN_APPLICATIONS = (
    Application("BitTorrent", 6881, "UDP", "P2P"),
    Application("個人用オンラインストレージ", 443, "TCP", "Storage.Backup"),
    Application("リモートデスクトップ(社外)", 3389, "TCP", "Remote.Access"),
    Application("VNC", 5900, "TCP", "Remote.Access"),
    Application("Tor", 9001, "TCP", "Proxy"),
    Application("OpenVPN", 1194, "UDP", "Proxy"),
    Application("SOCKS プロキシ", 1080, "TCP", "Proxy"),
    Application("動画ストリーミング", 443, "TCP", "Video/Audio"),
    Application("オンラインゲーム", 3074, "UDP", "Game"),
    Application("Gnutella", 6346, "TCP", "P2P"),
    Application("IRC", 6667, "TCP", "Collaboration"),
    Application("Telnet", 23, "TCP", "Remote.Access"),
    Application("FTP(社外)", 21, "TCP", "Storage.Backup"),
    Application("WireGuard", 51820, "UDP", "Proxy"),
    Application("暗号資産マイニング", 3333, "TCP", "General.Interest"),
)
