"""What is wrong with an advice card: for contributors and operators, and for the tests of the shelf. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hinomi.library.advice import tree as trees
from hinomi.library.advice.measures import (
    ASKING,
    CALLS,
    CENTRE,
    COMMANDING,
    COMMANDING_EN,
    FORBIDDING,
    LEVELS,
    LIMITS_HARM,
    LINK,
    LONGEST,
    LONGEST_SENTENCE,
    MOST_ASKS,
    MOST_STEPS,
    NAMING,
    NUMBER,
    PERSON,
    PHONE,
    PRESIDENTS_SENTENCE,
    PRESIDENTS_SENTENCES,
    SAME_FACTS,
    SLOTS,
    TECHNICAL,
    unexplained,
)
from hinomi.library.advice.said import LANGUAGES, Said, everything
from hinomi.library.contracts import Card


@dataclass(frozen=True)
class Problem:
    """``place`` is the part of the card (``steps 2``, ``president``), ``language`` ``ja``, ``en`` or empty: both."""

    card: str
    place: str
    language: str
    what: str
    """Japanese, then English in brackets."""

    def __str__(self) -> str:
        where = f"{self.place} ({self.language})" if self.language else self.place
        return f"{self.card}: {where}: {self.what}"


def problems(card: Card) -> tuple[Problem, ...]:
    """Everything that keeps the card from the shelf; empty where it is fit to be read."""
    return tuple(Problem(card.key, place, language, what) for place, language, what in wrong(card))


Wrong = Iterator[tuple[str, str, str]]
"""Place, language, what."""


def wrong(card: Card) -> Wrong:
    yield from absent(card)
    said = list(everything(card))
    for text in said:
        for what in of_text(text):
            yield text.place, text.language, what
    yield from of_counts(card)
    yield from of_urgency(card)
    yield from of_languages(said)
    yield from of_names(card)
    yield from of_tree(card)


def absent(card: Card) -> Wrong:
    for part in ("title", "happened", "steps", "avoid", "within", "contact", "president", "vendor"):
        for language in LANGUAGES:
            if not getattr(card, part).get(language):
                yield part, language, "書かれていません (is missing)"
    if card.level not in LEVELS:
        yield "level", "", f"{'・'.join(LEVELS)} のどれでもありません (is none of these): {card.level}"
    for name, question in card.tree.questions.items() if card.tree else ():
        for part, texts in (("ask", question.ask), ("if_yes", question.if_yes)):
            yield from (
                (f"tree {name} {part}", one, "書かれていません (is missing)") for one in LANGUAGES if one not in texts
            )


def of_text(said: Said) -> Iterator[str]:
    text, language = said.text, said.language
    if not text.strip() or text != text.strip() or "\n" in text:
        yield "空か、前後の空白か、改行があります (is empty, padded or of several lines)"
    slots = said.slots
    if slots is None:
        yield "波括弧が対になっていません (a brace stands alone)"
        return
    allowed = SLOTS if said.part in NAMING else frozenset()
    if slots - allowed:
        yield f"ここでは使えない枠です (slots not allowed here): {', '.join(sorted(slots - allowed))}"
    if len(text) > LONGEST[language][said.part]:
        yield f"{LONGEST[language][said.part]}字を超えます (is too long): {len(text)}"
    yield from of_sentences(said)
    bare = re.sub(r"\{\w*\}", "", text)
    if found := LINK.search(bare):
        yield f"リンクになる書き方です (would become a link): {found[0]}"
    if found := PHONE.search(bare):
        yield f"電話番号は書かず、設定に任せます (numbers belong into the settings): {found[0]}"
    if said.part != TECHNICAL:
        for word in unexplained(bare, language):
            yield f"説明のない専門用語です。後ろに説明を()で付けます (jargon without its explanation): {word}"
    yield from of_mood(said)


def of_sentences(said: Said) -> Iterator[str]:
    if said.part == TECHNICAL:
        return
    is_presidents = said.part == "president"
    longest = (PRESIDENTS_SENTENCE if is_presidents else LONGEST_SENTENCE)[said.language]
    for sentence in said.sentences:
        if len(sentence) > longest:
            yield f"1文が{longest}字を超えます (a sentence is too long): {sentence}"
    if is_presidents and len(said.sentences) > PRESIDENTS_SENTENCES:
        yield f"社長へは{PRESIDENTS_SENTENCES}文までです (at most two sentences): {len(said.sentences)}"


def of_mood(said: Said) -> Iterator[str]:
    if said.part == TECHNICAL:
        return
    if said.language == "ja":
        asks = said.part in ("step", "if_yes")
        if asks and ASKING not in said.text:
            yield "「〜してください」と書きます (asks with ください)"
        if said.part == "avoid" and FORBIDDING not in said.text:
            yield "「〜しないでください」と書きます (forbids with ないでください)"
        if found := COMMANDING.search(said.text):
            yield f"命令や誘いでなく「ください」と書きます (neither commands nor invites): {found[0]}"
    elif said.part in ("step", "avoid", "if_yes") and (found := COMMANDING_EN.search(said.text)):
        yield f"命令形で書きます (write it as an imperative): {found[0]}"


def of_counts(card: Card) -> Wrong:
    for language in LANGUAGES:
        if len(card.steps.get(language, ())) > MOST_STEPS:
            yield "steps", language, f"{MOST_STEPS}つまでです (at most three)"
        if len(card.vendor.get(language, ())) > MOST_ASKS:
            yield "vendor", language, f"{MOST_ASKS}つまでです (at most five)"
    for part, lists in (("steps", card.steps), ("vendor", card.vendor)):
        if len({len(lists.get(language, ())) for language in LANGUAGES}) > 1:
            yield part, "", "二つの言葉で数が違います (not as many in both languages)"


def of_urgency(card: Card) -> Wrong:
    if card.level != "act_now":
        return
    for language in LANGUAGES:
        steps = card.steps.get(language, ())
        if not any(re.search(LIMITS_HARM[language], step, re.IGNORECASE) for step in steps[:2]):
            yield "steps", language, "害を止めることから始めます (must begin with what limits the harm)"
        if not any(re.search(CALLS[language], step, re.IGNORECASE) for step in steps):
            yield "steps", language, "だれに電話するかを書きます (must say whom to call)"
        if CENTRE[language] not in card.contact.get(language, ""):
            yield "contact", language, "監視センターを書きます (must name the monitoring centre)"


def of_languages(said: list[Said]) -> Wrong:
    """The same facts in both: slots, numbers, whom and what it names."""
    english = {one.place: one for one in said if one.language == "en"}
    for one in said:
        other = english.get(one.place)
        if one.language == "en" or other is None:
            continue
        if one.slots is None or other.slots is None:
            continue
        if one.slots != other.slots:
            yield one.place, "", f"枠が違います (slots differ): {sorted(one.slots ^ other.slots)}"
        if one.part == TECHNICAL:
            continue
        numbers = [sorted(NUMBER.findall(re.sub(r"\{\w*\}", "", text))) for text in (one.text, other.text)]
        if numbers[0] != numbers[1]:
            yield one.place, "", f"数字が違います (numbers differ): {numbers[0]} / {numbers[1]}"
        for japanese, words in SAME_FACTS.items():
            if (japanese in one.text) != bool(re.search(words, other.text, re.IGNORECASE)):
                yield one.place, "", f"片方にしかありません (only one language names it): {japanese}"


def of_names(card: Card) -> Wrong:
    """Which machine, and who uses it, is said where it happened."""
    for language in LANGUAGES:
        happened = card.happened.get(language, "")
        if "{machine}" not in happened and "{host}" not in happened and "{user}" not in happened:
            yield (
                "happened",
                language,
                "どの機器かだれかを書きます: {machine}、{host} か {user} (names no machine or person)",
            )
        spoken = " ".join(card.steps.get(language, ()))
        if re.search(PERSON[language], spoken, re.IGNORECASE) and "{user}" not in happened:
            yield (
                "happened",
                language,
                "手順に出る人がだれかを書きます: {user} (does not say who the person of the steps is)",
            )


def of_tree(card: Card) -> Wrong:
    if card.tree is None:
        return
    tree, reached = card.tree, set()
    for answers, place in trees.ways(tree):
        reached.add(place)
        if len(answers) > trees.MOST_QUESTIONS:
            yield (
                "tree",
                "",
                f"{trees.MOST_QUESTIONS}問で終わりません (more than four questions, or a circle): {answers}",
            )
        elif place not in tree.endings:
            yield "tree", "", f"「{place}」という質問も結びもありません (neither question nor ending)"
    for name in tree.endings.keys() - reached:
        yield f"tree {name}", "", "どの答えからも行けません (no way leads there)"
    for name, ending in tree.endings.items():
        counts = {len(ending.steps.get(language, ())) for language in LANGUAGES}
        if len(counts) > 1 or not counts <= set(range(1, MOST_STEPS + 1)):
            yield f"tree {name} steps", "", "両方の言葉で1つから3つ書きます (one to three steps in both languages)"
