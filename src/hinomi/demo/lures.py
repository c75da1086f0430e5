"""What arrives uninvited: mails, files and the names scanners give them.

Written in the spirit of the names in section 6.2 of the report, which took orders and payments for a
pretext. Family names are those in public use; nothing here is a sample of anything.
"""

from typing import NamedTuple


class Malware(NamedTuple):
    name: str
    file: str


MALWARE = tuple(
    Malware(*pair)
    for pair in (
        ("TrojanSpy.MSIL.AGENTTESLA.SMA", "PAYMENT SLIP.zip"),
        ("TrojanSpy.Win32.FORMBOOK.SMB", "Purchase order.zip"),
        ("Trojan.W97M.EMOTET.SMC", "請求書_202211.doc"),
        ("Trojan.X97M.EMOTET.SMD", "見積依頼 11月分.xls"),
        ("Trojan.Win32.GULOADER.SME", "ORDER 8793 2023.cab"),
        ("Backdoor.Win32.REMCOS.SMF", "Quotation_RFQ-22118.iso"),
        ("TrojanSpy.MSIL.SNAKELOGGER.SMG", "SWIFT COPY.rar"),
        ("TrojanSpy.Win32.LOKI.SMH", "Proforma Invoice PI-2207.r00"),
        ("Trojan.VBS.DOWNLOADER.SMI", "shipping documents.vbs"),
        ("Trojan.HTML.PHISH.SMJ", "voicemail_1203.html"),
        ("Trojan.X97M.CVE201711882.SMK", "Contract amendment.xlsx"),
        ("Trojan.W97M.TEMPLATE.SML", "出荷案内.docx"),
        ("Backdoor.MSIL.ASYNCRAT.SMM", "Bank details updated.zip"),
        ("Trojan.JS.OBFUS.SMN", "parcel_notice.js"),
        ("Trojan.LNK.QAKBOT.SMO", "Document_4471.lnk"),
        ("Trojan.Win32.QAKBOT.SMP", "Complaint_Copy.img"),
        ("TrojanSpy.Win32.REDLINE.SMQ", "setup_x64_password_1234.exe"),
        ("PUA.Win32.INSTALLCORE.SMR", "pdf_converter_setup.exe"),
        ("PUA.Win32.DRIVERPACK.SMS", "driver_update.exe"),
        ("Trojan.PS1.LOADER.SMT", "invoice.ps1"),
        ("Trojan.Win32.XLOADER.SMU", "Sample drawing list.ace"),
        ("Backdoor.Win32.NANOCORE.SMV", "Remittance Advice.gz"),
        ("Trojan.PDF.PHISH.SMW", "Statement of account.pdf"),
        ("Trojan.OneNote.DROPPER.SMX", "Order form.one"),
        ("Trojan.ISO.ICEDID.SMY", "Scan_20230112.iso"),
        ("Worm.Win32.AUTORUN.SMZ", "autorun.inf"),
        ("Trojan.Win32.FAREIT.SNA", "TT remittance.uue"),
        ("TrojanSpy.MSIL.MASSLOGGER.SNB", "New order list.7z"),
        ("Trojan.SVG.REDIRECT.SNC", "signature_request.svg"),
        ("Trojan.RTF.EQNEDT.SND", "Tender documents.rtf"),
    )
)

SPAM = (
    "【緊急】お支払い方法の確認をお願いします",
    "お荷物のお届けについて(再配達)",
    "ご利用カードの一時停止のお知らせ",
    "【重要】アカウントの確認",
    "会員情報の更新手続き",
    "当選のご案内",
    "副業で月50万円",
    "健康食品 初回半額",
    "貸会議室のご案内",
    "人材派遣のご提案",
    "LED照明 コスト削減のご提案",
    "Re: Invoice, please confirm",
    "Your mailbox is almost full",
    "Quotation for steel parts, urgent",
    "Cheap SEO service",
    "Business proposal",
    'Your document "Contract" is ready',
    "CNC machining price list",
    "Webinar: grow your sales",
    "Last reminder",
)

SENDERS = (
    "info@campaign-mail.example",
    "noreply@account-center.invalid",
    "support@card-guard.invalid",
    "delivery@parcel-notice.invalid",
    "sales@trading-partner.example",
    "ceo-office@global-deal.invalid",
    "newsletter@shop-sale.example",
    "billing@invoice-desk.invalid",
    "hr@staffing-offer.example",
    "admin@mailbox-quota.invalid",
    "export@steel-parts.example",
    "win@lucky-draw.invalid",
)

ORDER_SENDERS = (
    "purchase@overseas-trading.invalid",
    "accounts@logistics-desk.invalid",
    "order@industrial-parts.invalid",
    "finance@machinery-export.invalid",
    "sales1@bearing-world.invalid",
    "shipping@forwarder-doc.invalid",
)

ORDER_SUBJECTS = (
    "PAYMENT SLIP",
    "Purchase Order PO-8793, attached",
    "RE: Quotation request",
    "見積依頼の件",
    "請求書送付のお知らせ",
    "Shipping documents",
    "Remittance advice",
    "ご入金の確認",
)

BUSINESS_SUBJECTS = (
    "納品書の送付(当月分)",
    "図面改訂のご連絡",
    "見積書送付の件",
    "Re: 打合せ日程について",
    "工程会議 議事録",
    "検査成績書",
    "Re: Re: 納期回答",
    "有給休暇申請",
    "週報",
    "出荷連絡, 本日分",
    "金型修理の件",
    "年末年始休業のお知らせ",
    "来社のお礼",
    "試作品の評価結果",
    "安全衛生委員会",
)

BUSINESS_SENDERS = tuple(
    f"{name}@{domain}"
    for domain in ("order-center.example", "tooling.example", "bearing.example", "logistics.example", "office.example")
    for name in ("aoyama", "honma", "nakajima", "eigyo", "hinshitsu")
)

BUSINESS_FILES = ("", "", "", "", "納品書.pdf", "図面_rev3.pdf", "見積書.xlsx", "議事録.docx", "成績書.pdf")

RELAYS = tuple(f"192.0.2.{number}" for number in range(10, 40))
"""Mail servers of partners and of the companies' providers."""
STRANGERS = tuple(f"203.0.113.{number}" for number in range(2, 100)) + tuple(
    f"198.51.100.{number}" for number in range(120, 250)
)
"""Where uninvited mail, scans and attacks come from."""
