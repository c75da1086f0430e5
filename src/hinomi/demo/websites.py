"""Where people of the companies go on the web: ordinary sites, and what their UTM does not like.

All names lie under domains reserved for examples and tests (RFC 2606, JPRS), all addresses in
networks reserved for documentation (RFC 5737).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    host: str
    ip: str
    category: str
    fortiguard: tuple[int, str]
    """FortiGuard's number and name of the category."""
    path: str = "/"


BUSINESS = (49, "Business")
TECHNOLOGY = (52, "Information Technology")
NEWS = (36, "News and Media")
MALICIOUS = (26, "Malicious Websites")
PHISHING = (61, "Phishing")
SHARING = (24, "File Sharing and Storage")


def _ordinary() -> tuple[Site, ...]:
    rows = (
        ("search.example", "検索エンジン/ポータル", (41, "Search Engines and Portals"), "/search"),
        ("office.example", "ビジネス/経済", BUSINESS, "/mail/inbox"),
        ("edi.order-center.example", "ビジネス/経済", BUSINESS, "/orders/list"),
        ("update.os.example", "コンピュータ/インターネット", TECHNOLOGY, "/v11/catalog"),
        ("news.example", "ニュース/メディア", NEWS, "/economy"),
        ("drive.office.example", "オンラインストレージ", SHARING, "/share"),
        ("bank.example", "金融サービス", (31, "Finance and Banking"), "/login"),
        ("map.example", "旅行/地図", (37, "Travel"), "/route"),
        ("catalog.bearing.example", "ビジネス/経済", BUSINESS, "/products"),
        ("parts.tooling.example", "ショッピング", (42, "Shopping"), "/cart"),
        ("cdn.static.example", "コンテンツサーバ", (155, "Content Servers"), "/js/app.js"),
        ("meeting.example", "コンピュータ/インターネット", TECHNOLOGY, "/room"),
        ("signature.antivirus.example", "コンピュータ/インターネット", TECHNOLOGY, "/pattern"),
        ("weather.example", "ニュース/メディア", NEWS, "/tohoku"),
        ("tax.example.go.jp", "政府/法律", (51, "Government and Legal Organizations"), "/e-filing"),
        ("delivery.example", "ビジネス/経済", BUSINESS, "/trace"),
        ("cad.support.example", "コンピュータ/インターネット", TECHNOLOGY, "/download"),
        ("payroll.cloud.example", "ビジネス/経済", BUSINESS, "/timecard"),
        ("steel.market.example", "ビジネス/経済", BUSINESS, "/price"),
        ("lunch.example", "飲食", (40, "Restaurant and Dining"), "/bento"),
        ("video.example", "ストリーミングメディア", (25, "Streaming Media and Download"), "/watch"),
        ("quality.iso.example", "教育", (30, "Education"), "/9001"),
        ("supplier.portal.example", "ビジネス/経済", BUSINESS, "/drawings"),
        ("printer.cloud.example", "コンピュータ/インターネット", TECHNOLOGY, "/counter"),
    )
    return tuple(
        Site(host, f"198.51.100.{number}", category, fortiguard, path)
        for number, (host, category, fortiguard, path) in enumerate(rows, start=10)
    )


ORDINARY = _ordinary()

PIRATED_COMICS = "違法性のあるサイト"
HARMFUL = tuple(
    Site(host, f"203.0.113.{number}", category, MALICIOUS if number % 2 else PHISHING, path)
    for number, (host, category, path) in enumerate(
        (
            ("13comics.example", PIRATED_COMICS, "/raw/1042"),
            ("manga-raw-zip.example", PIRATED_COMICS, "/download/88"),
            ("free-comic-reader.example", PIRATED_COMICS, "/title/301"),
            ("bulk-mailer.invalid", "スパム配信元", "/unsubscribe"),
            ("quick-file-drop.example", "ファイル転送サービス", "/d/Qm81"),
            ("prize-survey.invalid", "詐欺サイト", "/winner"),
            ("account-verify.invalid", "フィッシング", "/login"),
            ("parcel-redelivery.invalid", "フィッシング", "/jp/track"),
            ("card-suspended.invalid", "フィッシング", "/auth"),
            ("codec-pack-setup.invalid", "不正プログラム配布元", "/setup.exe"),
            ("driver-updater-pro.invalid", "不正プログラム配布元", "/get"),
            ("ad-redirect.invalid", "不正な広告", "/r"),
        ),
        start=101,
    )
)

FILE_TRANSFER = tuple(site for site in HARMFUL if site.category == "ファイル転送サービス")

UNSUITABLE = tuple(
    Site(host, f"203.0.113.{number}", category, fortiguard)
    for number, (host, category, fortiguard) in enumerate(
        (
            ("game-portal.example", "ゲーム", (20, "Games")),
            ("horse-race-odds.example", "ギャンブル", (11, "Gambling")),
            ("dating-room.example", "出会い/交際", (64, "Dating")),
            ("auction-live.example", "オークション", (39, "Auction")),
            ("adult-site.example", "アダルト", (14, "Pornography")),
        ),
        start=141,
    )
)
