"""What every channel says of an incident in the same words. Nothing here makes a link of what came from logs."""

from datetime import datetime

from hinomi.library.advice import tree as trees
from hinomi.library.contracts import Card, Message, Notice, Occasion
from hinomi.library.harmless import filled, harmless, harmless_slots, visible
from hinomi.ocsf.classes import SeverityId

URGENCY = {"act_now": "至急", "act_today": "今日中に対応", "check": "確認のお願い", "know": "お知らせ"}
"""First word of a subject, by how pressing it is."""
BEFORE = {Occasion.GRAVER: "続報・", Occasion.REMINDER: "再送・", Occasion.ESCALATION: "未確認・"}
"""Before that word, on another occasion than a first telling."""
AGAIN = {
    Occasion.GRAVER: "前にお知らせした件が、より重大になりました。",
    Occasion.REMINDER: "先にお知らせした件です。まだ確認のお返事がないため、もう一度お知らせします。",
    Occasion.ESCALATION: "先にお知らせした方から確認のお返事がないため、次の連絡先の方にお知らせします。",
}
STAFF_AGAIN = {
    Occasion.GRAVER: "インシデントが重大になりました",
    Occasion.ESCALATION: "知らせましたが、だれからも確認の返事がありません。電話で伝えてください",
}
SEVERITY: dict[int, str] = {
    SeverityId.INFORMATIONAL: "情報",
    SeverityId.LOW: "低",
    SeverityId.MEDIUM: "中",
    SeverityId.HIGH: "高",
    SeverityId.CRITICAL: "重大",
    SeverityId.FATAL: "致命的",
}
PRESSING = ("act_now", "act_today")
NAMES = 200
"""Characters of a name that people gave, not a log."""
SUBJECT = 120


def subject(notice: Notice) -> str:
    """One line: how pressing, what, and where."""
    if notice.staff:
        severity = SEVERITY.get(notice.severity_id, "不明")
        urgency = "要電話・" if notice.occasion is Occasion.ESCALATION else ""
        line = f"【火の見】{urgency}{severity}: {company(notice)} {harmless(notice.title)}"
    else:
        urgency = BEFORE.get(notice.occasion, "") + URGENCY[level(notice)]
        headline = notice.card.title["ja"] if notice.card else harmless(notice.title)
        line = f"【火の見】{urgency}: {headline}{in_brackets(place(notice))}"
    return visible(line, SUBJECT)


def level(notice: Notice) -> str:
    """How pressing it is: of this case, else of its kind."""
    return notice.level or (notice.card.level if notice.card else "know")


def company(notice: Notice) -> str:
    """For staff: its name, with the one by which the product knows it."""
    return f"{visible(notice.company, NAMES)}({notice.tenant})"


def opening(notice: Notice) -> str:
    """For staff: what occasion this is."""
    return f"{STAFF_AGAIN.get(notice.occasion, '新しいインシデントです')}。"


def when_to_call(notice: Notice) -> str:
    """For staff: whether the company has to be called, and until when that can wait."""
    later = notice.waits_until
    if notice.occasion is Occasion.ESCALATION or (level(notice) == "act_now" and later is None):
        return "今すぐ電話してください。" if later is None else f"{clock(later)}に電話してください。"
    return "急ぎません。" if later is None else f"{clock(later)}まで待てます。"


def informed(notice: Notice) -> str:
    """For staff: whether the company hears of it by itself."""
    if not notice.company_readers:
        return "メールでは知らせていません。必要なら電話などで知らせてください。"
    later = notice.waits_until
    if later is None:
        return f"企業の連絡先{notice.company_readers}件にも知らせています。"
    return f"企業の連絡先{notice.company_readers}件には{clock(later)}に知らせます。"


def happened(notice: Notice) -> str:
    return filled(notice.card.happened["ja"], slots(notice)) if notice.card else f"{harmless(notice.title, NAMES)}。"


def steps(card: Card, notice: Notice) -> list[str]:
    values = slots(notice)
    return [f"{number}. {filled(step, values)}" for number, step in enumerate(card.steps["ja"], start=1)]


def questions(card: Card, notice: Notice) -> list[str]:
    """What to ask the person, each with what a yes calls for at once; nothing where the card asks nothing."""
    values = slots(notice)
    different = trees.different(card.tree) if card.tree else []
    return [
        f"{number}. {filled(one.ask['ja'], values)}\n   はい → {filled(one.if_yes['ja'], values)}"
        for number, one in enumerate(different, start=1)
    ]


def president(card: Card, notice: Notice) -> str:
    """What only who answers for the company can decide; empty where the card, or the hour, does not ask for it."""
    is_pressing = level(notice) in PRESSING
    return filled(card.president["ja"], slots(notice)) if card.president and is_pressing else ""


def slots(notice: Notice) -> dict[str, str]:
    return harmless_slots(notice.host, notice.address, notice.user, notice.detail or notice.title)


def place(notice: Notice) -> str:
    return harmless(notice.host or notice.address)


def in_brackets(text: str) -> str:
    return f"({text})" if text else ""


def clock(time: datetime) -> str:
    return f"{time.month}月{time.day}日 {time.hour}:{time.minute:02}"


def period(first: datetime, last: datetime) -> str:
    begin = f"{first.year}年{first.month}月{first.day}日 {first:%H:%M}"
    if (last - first).total_seconds() < 60:
        return begin
    same_day = first.date() == last.date()
    return f"{begin}から{'' if same_day else f'{last.month}月{last.day}日 '}{last:%H:%M}まで"


def brief(notice: Notice) -> Message:
    """What a chat says: less than a mail, for its page is one touch away."""
    lines = staff_lines(notice) if notice.staff else company_lines(notice)
    text = "\n".join(line for line in lines if line)
    return Message(notice.to, subject(notice), text, notice.link, notice.acknowledge)


def staff_lines(notice: Notice) -> list[str]:
    return [
        opening(notice),
        f"企業: {company(notice)}",
        f"見立て: {harmless(notice.title, NAMES)}",
        f"場所: {place(notice) or '不明'}",
        f"時刻: {period(notice.first_seen, notice.last_seen)}",
        f"企業への連絡: {informed(notice)}",
        f"電話: {when_to_call(notice)}",
    ]


def company_lines(notice: Notice) -> list[str]:
    card = notice.card
    lines = [AGAIN.get(notice.occasion, ""), happened(notice)]
    lines.append(f"時刻: {period(notice.first_seen, notice.last_seen)}")
    if card:
        lines += ["していただくこと:", *steps(card, notice)]
        lines += [f"してはいけないこと: {card.avoid['ja']}", f"いつまでに: {card.within['ja']}"]
    lines.append(f"監視センター: {visible(notice.centre, NAMES)}" if notice.centre else "")
    return lines
