"""An incident as a plain mail: what happened, what to do now, what not to do, by when, whom to call.

A person of the company gets the steps first; staff get what they need to decide whether to call. Japanese, with
one line of English at the end. What came from logs is said in one line, with no link in it; raw lines are not said.
"""

from collections.abc import Iterable

from hinomi.library import telling
from hinomi.library.contracts import Message, Notice
from hinomi.library.harmless import harmless, visible
from hinomi.library.telling import NAMES, SEVERITY, in_brackets, period, place

ENGLISH = (
    "This is a security notice. The page above can be read in English. We never ask for passwords or money by mail."
)
HONEST = "このメールが、パスワードや支払いをお願いすることはありません。ページを開くにはサインインが必要です。"
LINE = "-" * 40
ASKED = (
    "下のページを開き「確認しました」を押してください。サインインは要りません。"
    "返事がないときは、もう一度お知らせし、次の連絡先や監視センターに引き継ぎます。"
)


def compose(notice: Notice) -> Message:
    """The mail for the notice's reader."""
    sections = staff_mail(notice) if notice.staff else company_mail(notice)
    text = "\n\n".join("\n".join(line for line in section if line) for section in sections)
    return Message(notice.to, telling.subject(notice), f"{text}\n\n--\n{ENGLISH}\n", notice.link, notice.acknowledge)


def company_mail(notice: Notice) -> list[list[str]]:
    company = visible(notice.company, NAMES)
    reader = f"{visible(notice.reader, NAMES)} 様" if notice.reader else "ご担当者様"
    opening = [
        f"{company}\n{reader}",
        "\nサイバー攻撃の見守り「火の見」の監視センターからお知らせします。",
        telling.AGAIN.get(notice.occasion, ""),
    ]
    todo = [*asked(notice, "していただくこと"), *acknowledging(notice)]
    return [opening, happened(notice), *todo, contact(notice), [*page(notice), HONEST], *forwarding(notice)]


def staff_mail(notice: Notice) -> list[list[str]]:
    opening = [
        telling.opening(notice),
        f"\n企業: {telling.company(notice)}",
        f"重大度: {SEVERITY.get(notice.severity_id, '不明')}",
        f"見立て: {harmless(notice.title, NAMES)}",
        f"企業への連絡: {telling.informed(notice)}",
        f"電話: {telling.when_to_call(notice)}",
    ]
    return [opening, happened(notice), *asked(notice, "企業にお願いすること"), contact(notice), page(notice)]


def happened(notice: Notice) -> list[str]:
    return [
        "■ 何が起きたか",
        telling.happened(notice),
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
    yield [f"■ {heading}", *telling.steps(card, notice)]
    if asks := telling.questions(card, notice):
        yield ["■ 使っている人に聞くこと", *asks]
    yield ["■ してはいけないこと", card.avoid["ja"]]
    yield ["■ いつまでに", card.within["ja"]]
    if not notice.staff and (decides := telling.president(card, notice)):
        yield ["■ 社長へ", decides]


def acknowledging(notice: Notice) -> Iterable[list[str]]:
    """Only where the reader is asked for it."""
    if notice.acknowledge:
        yield ["■ 読んだことを知らせてください", ASKED, notice.acknowledge]


def contact(notice: Notice) -> list[str]:
    return [
        "■ 連絡先",
        notice.card.contact["ja"] if notice.card else "監視センター",
        f"監視センターの連絡先: {visible(notice.centre, NAMES)}" if notice.centre else "",
        f"機器のこと: {visible(notice.vendor, NAMES)}" if notice.vendor else "",
    ]


def forwarding(notice: Notice) -> Iterable[list[str]]:
    """At the end, so that it can be cut out and sent on."""
    if notice.forward:
        yield ["■ 業者へ渡す文 (下の線の間を写して、機器やパソコンを見てもらっている会社へ送れます)"]
        yield [LINE, *notice.forward.splitlines(), LINE]


def page(notice: Notice) -> list[str]:
    return ["■ くわしく", notice.link]
