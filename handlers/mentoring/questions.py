"""Questions that both forms about mentoring have: languages, topics of the list, topics in one's own words."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.checks import check_choice
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.turn import Turn
from bot.domain.folding import fold
from bot.domain.people import clean, has_letter
from db import lists
from handlers.choices import asked, list_topics
from handlers.mentoring.wording import SPOKEN, format_names, language_name

MOST_WORDS = 5
LONGEST_WORDS = 40
COMMAS = re.compile(r"[,，、;；\n]")
Prompt = Callable[[], Markup]


def own_language(turn: Turn) -> list[str]:
    """What is ticked before somebody answers."""
    return [turn.me.language] if turn.me.language in SPOKEN else []


def _spoken(_asking: Asking) -> list[Choice]:
    return [Choice(tag, language_name(tag)) for tag in SPOKEN]


def list_formats(_asking: Asking) -> list[Choice]:
    return [Choice(each.value, name) for each, name in format_names().items()]


def ask_languages(prompt: Prompt) -> Question:
    """The first question of both forms: a form that begins can have its first answer ticked already."""
    return Question(
        name="languages",
        label=lambda: _("Languages"),
        prompt=lambda _asking: prompt(),
        check=check_choice(_spoken),
        choices=_spoken,
        several=True,
        columns=2,
        per_page=len(SPOKEN),
    )


def ask_topics(of_list: Prompt, beside: Prompt, own: Prompt) -> tuple[Question, ...]:
    """Topics of the list, then in one's own words: beside those of the list, or, where none was chosen, at least
    one."""
    return (
        Question(
            name="topics",
            label=lambda: _("Topics"),
            prompt=lambda _asking: of_list(),
            check=check_choice(asked(list_topics)),
            choices=asked(list_topics),
            keeps=_keep_words,
            several=True,
            optional=True,
            per_page=8,
        ),
        _ask_words("beside", beside, when=lambda answers: bool(answers.get("topics")), optional=True),
        _ask_words("own", own, when=lambda answers: not answers.get("topics"), optional=False),
    )


def _ask_words(name: str, prompt: Prompt, *, when: Callable[[Answers], bool], optional: bool) -> Question:
    return Question(
        name=name,
        label=lambda: _("Topics in your own words"),
        prompt=lambda _asking: prompt(),
        check=_check_words,
        when=when,
        optional=optional,
    )


def _keep_words(asking: Asking, chosen: Any) -> None:
    """What was written stays, whichever of the two questions is asked from now on."""
    before, now = ("own", "beside") if chosen else ("beside", "own")
    words = asking.answers.pop(before, None)
    if words and not asking.answers.get(now):
        asking.answers[now] = words


def _check_words(_asking: Asking, typed: Any) -> str:
    """A few topics with commas between; the same one spelled differently counts once."""
    words = {fold(each).replace(" ", ""): each for each in reversed(split_words(str(typed))) if has_letter(each)}
    kept = list(reversed(words.values()))
    if not kept:
        raise Unfit(_("Please use words, not only signs or pictures."))
    if len(kept) > MOST_WORDS:
        raise Unfit(
            ngettext("Please name {n} topic at most.", "Please name {n} topics at most.", MOST_WORDS).format(
                n=number(MOST_WORDS)
            )
        )
    if any(len(each) > LONGEST_WORDS for each in kept):
        sentence = _("One of these is too long: please use at most {n} characters for each, with commas between.")
        raise Unfit(sentence.format(n=number(LONGEST_WORDS)))
    return ", ".join(kept)


def split_words(typed: str) -> list[str]:
    return [each for each in (clean(part) for part in COMMAS.split(typed)) if each]


def topics_of(session: Session, answers: Answers) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The topics of the list, by id, and those in own words. Who writes what the list has, in whichever of its
    languages, means that."""
    chosen = [str(each) for each in answers.get("topics") or ()]
    known = {fold(name).replace(" ", ""): str(row.id) for row in lists.topics(session) for name in row.names.values()}
    words = split_words(answers.get("beside") or answers.get("own") or "")
    meant = {each: known.get(fold(each).replace(" ", "")) for each in words}
    listed = dict.fromkeys([*chosen, *(topic for topic in meant.values() if topic)])
    return tuple(listed), tuple(each for each in words if meant[each] is None)


def topic_answers(session: Session, topics: Iterable[str], free_topics: Iterable[str]) -> Answers:
    """The same as answers of the form; topics no longer in the list are left out."""
    still = {str(row.id) for row in lists.topics(session)}
    chosen = [topic for topic in topics if topic in still]
    words = ", ".join(free_topics) or None
    if chosen:
        return {"topics": chosen, "beside": words}
    return {"topics": [], **({"own": words} if words else {})}
