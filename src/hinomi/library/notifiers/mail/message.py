"""An incident as a plain mail: what happened, what to do now, what not to do, by when, whom to call.

A person of the company gets the steps first; staff get what they need to decide whether to call. Japanese, with
one line of English at the end. What came from logs is said in one line, with no link in it; raw lines are not said.
"""

from collections.abc import Iterable
from datetime import datetime

from hinomi.library.contracts import Card, Message, Notice, Occasion
from hinomi.library.harmless import filled, harmless, visible
from hinomi.library.harmless import slots as card_slots
from hinomi.ocsf.classes import SeverityId

URGENCY = {"act_now": "至急", "act_today": "今日中に対応", "check": "確認のお願い", "know": "お知らせ"}
"""First word of the subject, by the level of the card."""
SEVERITY: dict[int, str] = {
    SeverityId.INFORMATIONAL: "情報",
    SeverityId.LOW: "低",
    SeverityId.MEDIUM: "中",
    SeverityId.HIGH: "高",
    SeverityId.CRITICAL: "重大",
    SeverityId.FATAL: "致命的",
}
NAMES = 200
"""Characters of a name that people gave, not a log."""
SUBJECT = 120
ENGLISH = (
    "This is a security notice. The page above can be read in English. We never ask for passwords or money by mail."
)
HONEST = "このメールが、パスワードや支払いをお願いすることはありません。ページを開くにはサインインが必要です。"


def compose(notice: Notice) -> Message:
    """The mail for the notice's reader."""
    subject, sections = staff_mail(notice) if notice.staff else company_mail(notice)
    text = "\n\n".join("\n".join(line for line in section if line) for section in sections)
    return Message(notice.to, visible(subject, SUBJECT), f"{text}\n\n--\n{ENGLISH}\n")


def company_mail(notice: Notice) -> tuple[str, list[list[str]]]:
    card, company = notice.card, visible(notice.company, NAMES)
    again = notice.occasion is Occasion.GRAVER
    urgency = ("続報・" if again else "") + (URGENCY[card.level] if card else "お知らせ")
    headline = card.title["ja"] if card else harmless(notice.title)
    reader = f"{visible(notice.reader, NAMES)} 様" if notice.reader else "ご担当者様"
    opening = [
        f"{company}\n{reader}",
        "\nサイバー攻撃の見守り「火の見」の監視センターからお知らせします。",
        "前にお知らせした件が、より重大になりました。" if again else "",
    ]
    sections = [opening, happened(notice), *asked(notice, "していただくこと"), contact(notice), [*page(notice), HONEST]]
    return f"【火の見】{urgency}: {headline}{in_brackets(place(notice))}", sections


def staff_mail(notice: Notice) -> tuple[str, list[list[str]]]:
    company = f"{visible(notice.company, NAMES)}({notice.tenant})"
    severity = SEVERITY.get(notice.severity_id, "不明")
    what = "インシデントが重大になりました" if notice.occasion is Occasion.GRAVER else "新しいインシデントです"
    opening = [
        f"{what}。",
        f"\n企業: {company}",
        f"重大度: {severity}",
        f"見立て: {harmless(notice.title, NAMES)}",
        f"企業への連絡: {informed(notice)}",
    ]
    sections = [opening, happened(notice), *asked(notice, "企業にお願いすること"), contact(notice), page(notice)]
    return f"【火の見】{severity}: {company} {harmless(notice.title)}", sections


def informed(notice: Notice) -> str:
    if notice.company_readers:
        return f"担当者{notice.company_readers}人にもメールで知らせています。"
    return "メールでは知らせていません。必要なら電話などで知らせてください。"


def happened(notice: Notice) -> list[str]:
    return [
        "■ 何が起きたか",
        filled(notice.card.happened["ja"], slots(notice)) if notice.card else f"{harmless(notice.title, NAMES)}。",
        f"場所: {place(notice) or '不明'}{in_brackets(harmless(notice.address) if notice.host else '')}",
        f"使う人: {harmless(notice.user)}" if notice.user else "",
        f"時刻: {period(notice.first_seen, notice.last_seen)}(検知 {notice.findings:,}件)",
    ]


def asked(notice: Notice, heading: str) -> Iterable[list[str]]:
    """What the company is to do; where no card fits the analysts will say."""
    card = notice.card
    if card is None:
        if not notice.staff:
            yield [f"■ {heading}", "下のページを開き、監視センターからの連絡をお待ちください。"]
        return
    yield [f"■ {heading}", *steps(card, slots(notice))]
    yield ["■ してはいけないこと", card.avoid["ja"]]
    yield ["■ いつまでに", card.within["ja"]]


def steps(card: Card, values: dict[str, str]) -> list[str]:
    return [f"{number}. {filled(step, values)}" for number, step in enumerate(card.steps["ja"], start=1)]


def contact(notice: Notice) -> list[str]:
    return [
        "■ 連絡先",
        notice.card.contact["ja"] if notice.card else "監視センター",
        f"監視センターの連絡先: {visible(notice.centre, NAMES)}" if notice.centre else "",
        f"機器のこと: {visible(notice.vendor, NAMES)}" if notice.vendor else "",
    ]


def page(notice: Notice) -> list[str]:
    return ["■ くわしく", notice.link]


def slots(notice: Notice) -> dict[str, str]:
    given = card_slots(notice.host, notice.address, notice.user, notice.detail or notice.title)
    return {name: harmless(value) for name, value in given.items()}


def place(notice: Notice) -> str:
    return harmless(notice.host or notice.address)


def in_brackets(text: str) -> str:
    return f"({text})" if text else ""


def period(first: datetime, last: datetime) -> str:
    begin = f"{first.year}年{first.month}月{first.day}日 {first:%H:%M}"
    if (last - first).total_seconds() < 60:
        return begin
    same_day = first.date() == last.date()
    return f"{begin}から{'' if same_day else f'{last.month}月{last.day}日 '}{last:%H:%M}まで"
