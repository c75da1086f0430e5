"""Which of the study's UTM categories a vendor's words mean, in reports, mails and portals.

Source of the categories: survey report, section 4.5. The words are those of Japanese and English vendor reports;
the first that occurs decides, so narrower ones come first (``ランサムウェア`` before ``ウイルス``).
"""

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.table_values import key_of

WORDS: tuple[tuple[UtmCategory, tuple[str, ...]], ...] = (
    (UtmCategory.RANSOMWARE, ("ランサム", "ransom")),
    (
        UtmCategory.CNC_CALLBACK,
        (
            "c&c",
            "cnc",
            "c2",
            "コールバック",
            "callback",
            "ボット",
            "botnet",
            "command and control",
            "アンチボット",
            "anti-bot",
            "不正な外部通信",
            "atp",
        ),
    ),
    (UtmCategory.SPAM, ("スパム", "迷惑メール", "spam", "メールフィルタ")),
    (
        UtmCategory.FORBIDDEN_APPLICATION,
        (
            "禁止アプリ",
            "アプリケーション制御",
            "アプリケーションコントロール",
            "アプリ制御",
            "application control",
            "app control",
            "application filter",
            "アプリケーション",
        ),
    ),
    (
        UtmCategory.MALICIOUS_SITE,
        (
            "不正サイト",
            "不正なサイト",
            "危険サイト",
            "危険なサイト",
            "有害サイト",
            "悪質サイト",
            "フィッシング",
            "webレピュテーション",
            "web reputation",
            "malicious site",
            "malicious url",
            "phishing",
        ),
    ),
    (
        UtmCategory.URL_CATEGORY,
        (
            "urlカテゴリ",
            "urlフィルタ",
            "webフィルタ",
            "webコンテンツ",
            "web filter",
            "url filter",
            "content filter",
            "コンテンツフィルタ",
            "カテゴリフィルタ",
        ),
    ),
    (
        UtmCategory.IPS,
        ("ips", "ids", "idp", "侵入", "不正アクセス", "脆弱性", "intrusion", "exploit", "dos攻撃", "攻撃"),
    ),
    (
        UtmCategory.MALWARE,
        (
            "不正プログラム",
            "ウイルス",
            "ウィルス",
            "マルウェア",
            "マルウエア",
            "スパイウェア",
            "サンドボックス",
            "virus",
            "malware",
            "spyware",
            "sandbox",
            "アンチウイルス",
        ),
    ),
)
FOLDED = tuple((category, tuple(key_of(word) for word in words)) for category, words in WORDS)


def category(text: str) -> UtmCategory | None:
    """The category that ``text`` names; None where it names none."""
    folded = key_of(text)
    return next((found for found, words in FOLDED if any(word in folded for word in words)), None)
