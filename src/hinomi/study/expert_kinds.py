"""The seven kinds of things that experts read out of detections, and how each is told from a finding.

Source: survey report, section 6.3. A condition and an example are SQL over a finding ``f`` of the lake; one finding may
be of several kinds. Words are those of the study's devices first, then what other devices say of the same thing.
"""

from dataclasses import dataclass
from typing import Final

from hinomi.library.contracts import Kind, UtmCategory
from hinomi.ocsf.inside import INSIDE
from hinomi.study.ledger import Text
from hinomi.study.population import DEVICES

ADWARE: Final = 1
"""``malware.classification_ids`` of OCSF."""
WEB_PORTS: Final = "(80, 443, 8080, 8443)"
CLASS: Final = 'f."finding_info.types"[1]'
WORDS: Final = """concat_ws(' ', f."finding_info.title", f."finding_info.types"[1], f."malware.name", f.message)"""
TECHNIQUES: Final = """[left(uid, 5) for uid in f."finding_info.attacks.technique.uid"]"""
SITE: Final = """coalesce(f."url.hostname", f."query.hostname", f."dst_endpoint.hostname", f."finding_info.title")"""
SUSPECT_SITES: Final = (
    "スパム|ファイル転送|ファイル共有|違法|海賊版|漫画|コミック|"
    "spam|file.?(transfer|sharing)|piracy|pirate|warez|manga|comic"
)
DISCOVERY: Final = "['T1033', 'T1082', 'T1087', 'T1069', 'T1016', 'T1018', 'T1049', 'T1057']"
EXECUTION: Final = "['T1059', 'T1204', 'T1106', 'T1218', 'T1559']"
BEHAVIOUR: Final = "('アプリがOSコマンド実行', 'アプリから別アプリを起動', 'アプリがファイル生成')"
OTHERWISE_CLASSED: Final = (
    f"{CLASS} IN ('アドウェア', '不審なOSコマンド実行', '未登録アプリケーション', 'Microsoft Defenderによる検知')"
)


@dataclass(frozen=True)
class ExpertKind:
    """A kind by its number in the report; ``tell`` is a first draft of what the company reads, in Japanese."""

    key: str
    number: int
    device: str
    seen: Text
    risk: Text
    tell: str
    condition: str
    example: str
    machine: str


OWN_MACHINE: Final = 'coalesce(f."device.hostname", f."src_endpoint.hostname", f."device.ip", f."src_endpoint.ip")'
ATTACKED: Final = 'coalesce(f."dst_endpoint.hostname", f."dst_endpoint.ip")'
UTM, EDR = DEVICES[Kind.UTM], DEVICES[Kind.EDR]


def inside(column: str) -> str:
    return f"regexp_matches({column}, '{INSIDE}')"


IS_SITE: Final = f"f.utm_category IN ('{UtmCategory.MALICIOUS_SITE}', '{UtmCategory.URL_CATEGORY}')"
FROM_ABROAD: Final = (
    f"""NOT {inside('f."src_endpoint.ip"')} AND coalesce(f."src_endpoint.location.country", '') <> 'JP'"""
)

KINDS: Final = (
    ExpertKind(
        "suspicious_sites",
        1,
        UTM,
        {
            "ja": "スパムメールを配信するようなサイト、ファイル転送サービス、"
            "漫画を違法にダウンロードできるサイトにアクセス",
            "en": "Access to sites that send spam, file transfer services and sites of pirated comics",
        },
        {"ja": "違法サイトへのアクセスによりウイルス感染", "en": "Infection from an illegal site"},
        "業務に関係のないサイト(迷惑メールの配信元、ファイル転送、違法な漫画など)へのアクセスがありました。"
        "こうしたサイトからウイルスに感染することがあります。使っている方に、業務で使う理由があるかを聞いてください。"
        "理由がなければ、見ないよう社内に知らせてください。",
        f"{IS_SITE} AND regexp_matches(concat_ws(' ', array_to_string(f.\"url.categories\", ' '), {SITE}, "
        f"f.\"finding_info.title\"), '{SUSPECT_SITES}', 'i')",
        f"concat_ws(' ', replace({SITE}, '.', '[.]'), array_to_string(f.\"url.categories\", '、'))",
        OWN_MACHINE,
    ),
    ExpertKind(
        "public_web_server",
        2,
        UTM,
        {
            "ja": "社内LANに公開Webサーバがあり、ロシア、中国、アメリカ等のIPアドレスからの攻撃を検知",
            "en": "A public web server stands inside the office LAN and is attacked from addresses abroad",
        },
        {
            "ja": "Webサーバがウイルスに感染した際、同一ネットワーク内の端末へ拡散",
            "en": "Once the web server is infected, it spreads to the machines of the same network",
        },
        "社内のネットワークに、外から見えるWebサーバがあります。海外から攻撃が届いています。"
        "サーバが感染すると、同じネットワークのPCに広がります。"
        "社内のPCとは別のネットワーク(DMZ)に移せるか、保守会社に相談してください。",
        f"f.utm_category = '{UtmCategory.IPS}' AND f.\"dst_endpoint.port\" IN {WEB_PORTS} AND {FROM_ABROAD} "
        "AND EXISTS (SELECT 1 FROM servers s WHERE s.tenant = f.tenant AND s.month = f.month AND s.address = "
        'f."dst_endpoint.ip")',
        'concat_ws(\' \', f."finding_info.title", f."src_endpoint.location.country")',
        ATTACKED,
    ),
    ExpertKind(
        "defender",
        3,
        EDR,
        {
            "ja": "Windows Defenderがウイルス検知した情報(イベントログ)をEDRで検知",
            "en": "The EDR saw in the event log that Windows Defender had found malware",
        },
        {"ja": "ウイルス感染", "en": "Infection"},
        "Windows Defenderがウイルスらしいファイルを見つけました。見つけた時点で隔離されています。"
        "どこから来たファイルか(メール、Web、USBメモリ)を、使っている方に聞いてください。",
        f"(coalesce({CLASS} = 'Microsoft Defenderによる検知', false) OR regexp_matches({WORDS}, "
        "'(Windows|Microsoft) Defender', 'i'))",
        'coalesce(f."malware.name", f.message, f."finding_info.title")',
        OWN_MACHINE,
    ),
    ExpertKind(
        "adware",
        4,
        EDR,
        {"ja": "アドウェアの利用を確認", "en": "Adware is in use"},
        {
            "ja": "不要ソフトを気が付かず導入しウイルス感染",
            "en": "Unwanted software, installed unnoticed, leads to infection",
        },
        "広告を表示するソフト(アドウェア)が入っています。"
        "ほかのソフトと一緒に、気づかないうちに入ることがあります。使っている方に覚えがあるかを聞き、要らなければ消してください。",
        f"(coalesce({CLASS} = 'アドウェア', false) OR list_contains(f.\"malware.classification_ids\", {ADWARE}) "
        f"OR regexp_matches({WORDS}, 'アドウェア|adware', 'i'))",
        'coalesce(f."process.file.path", f."file.path", f."malware.name", f."finding_info.title")',
        OWN_MACHINE,
    ),
    ExpertKind(
        "application_behaviour",
        5,
        EDR,
        {
            "ja": "アプリケーションが想定外の挙動をしているためEDRが検知(アプリが別アプリ起動、OSコマンド実行等)",
            "en": "An application behaves as nobody expects (starts another one, runs commands of the OS)",
        },
        {
            "ja": "Emotet等、正規ソフトに隠れたプログラムによるウイルス感染",
            "en": "Infection by a program hidden in a genuine one, such as Emotet",
        },
        "業務で使うソフトが、別のソフトやコマンドを動かしています。"
        "業務の処理であることが多いのですが、ウイルスも同じ動きをします。そのソフトにこの動きが要るかを、使っている方か導入した会社に聞いてください。",
        f"(coalesce({CLASS} IN {BEHAVIOUR}, false) OR (NOT coalesce({OTHERWISE_CLASSED}, false) "
        f"AND list_has_any({TECHNIQUES}, {EXECUTION})))",
        'concat_ws(\' → \', f."process.parent_process.name", coalesce(f."file.path", f."process.cmd_line", '
        'f."process.name", f."finding_info.title"))',
        OWN_MACHINE,
    ),
    ExpertKind(
        "os_commands",
        6,
        EDR,
        {"ja": "OSコマンドの利用をEDRが検知", "en": "Somebody uses commands of the OS"},
        {"ja": "従業員によるハッキング", "en": "Hacking by somebody inside"},
        "PCやネットワークを調べるコマンドが使われました。"
        "設定や点検の作業だったかを、使っている方に聞いてください。覚えがなければ、そのPCを使わずに監視センターに知らせてください。",
        f"(coalesce({CLASS} = '不審なOSコマンド実行', false) OR (NOT coalesce({CLASS} IN {BEHAVIOUR}, false) "
        f"AND list_has_any({TECHNIQUES}, {DISCOVERY})))",
        'coalesce(f."process.cmd_line", f."process.name", f."finding_info.title")',
        OWN_MACHINE,
    ),
    ExpertKind(
        "unregistered_application",
        7,
        EDR,
        {
            "ja": "OSに登録のないアプリケーションの利用をEDRが検知",
            "en": "An application is in use that is not registered with the OS",
        },
        {
            "ja": "不審なアプリケーションのインストールによるウイルス感染",
            "en": "Infection by installing a suspicious application",
        },
        "Windowsに登録のないソフトが使われています。"
        "どこから手に入れたものか、業務に要るものかを、使っている方に聞いてください。要らなければ消してください。",
        f"(coalesce({CLASS} = '未登録アプリケーション', false) OR regexp_matches({WORDS}, "
        "'登録のない|未登録|unregistered (app|software|program)', 'i'))",
        'coalesce(f."process.file.path", f."file.path", f."finding_info.title")',
        OWN_MACHINE,
    ),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}
