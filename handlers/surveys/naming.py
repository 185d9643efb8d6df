"""Surveys in the reader's words: in which language, what kind a question is, who sees the answers, what is missing."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from bot.conversation.i18n import (
    LANGUAGES,
    SOURCE,
    _,
    language,
    listed,
    name_language,
    pgettext,
)
from bot.conversation.retention_texts import span_of
from bot.conversation.times import short_start
from bot.domain.questionnaires import Asked, Kind
from bot.domain.retention import Keep
from bot.domain.retention import Kind as Held
from db import questionnaires
from db.announcements import Crowd
from db.models.surveys import Questionnaire, Survey
from handlers.announcements.card import language_gate


def kind_names() -> dict[Kind, Markup]:
    """In the order in which they are offered."""
    return {
        Kind.CHOICE: pgettext("question", "One of several options"),
        Kind.SEVERAL: pgettext("question", "Several options"),
        Kind.SCALE: pgettext("question", "A scale"),
        Kind.NUMBER: pgettext("question", "A number"),
        Kind.TEXT: pgettext("question", "Own words"),
        Kind.DATE: pgettext("question", "A day"),
    }


def until_when(survey: Survey) -> Markup:
    if survey.closed_at is not None:
        return _("Closed: {time}").format(time=short_start(survey.closed_at))
    return _("Open until {time}").format(time=short_start(survey.closes_at))


def state_name(survey: Survey | None) -> Markup:
    if survey is None:
        return pgettext("survey", "Draft")
    return pgettext("survey", "Open") if survey.closed_at is None else pgettext("survey", "Closed")


def privacy_line(row: Questionnaire, keep: Keep) -> Markup:
    """What becomes of the answers, for whoever gives them, and when."""
    if row.anonymous:
        return _(
            "It is anonymous: your answers are kept without your name and without a time, and nobody can join them to "
            "you."
        )
    text = _(
        "It is not anonymous: the coordinators who answer for this survey see your answers with your name. They are "
        "in /mydata, too, and are deleted {span} after the survey has closed."
    )
    return text.format(span=span_of(Held.SURVEYS, keep))


def complete_languages(row: Questionnaire) -> list[str]:
    """Those of its languages in which it can be answered: nothing is missing."""
    return [tag for tag in LANGUAGES if tag in row.languages and not questionnaires.missing_in(row, tag)]


def language_for(row: Questionnaire) -> str:
    """In which a reader of the language entered gets it: their own, else English, else the first that is complete; of
    a draft in which none is, that of its author."""
    whole = complete_languages(row)
    return next(tag for tag in (language(), SOURCE, *whole, *row.languages) if tag in (whole or row.languages))


def title_of(row: Questionnaire) -> str:
    """Its title, in the language entered where it has one."""
    return next(row.titles[tag] for tag in (language(), SOURCE, *row.titles) if tag in row.titles)


def words_of(asked: Asked) -> str:
    """A question for its author, in the language entered where it has one."""
    return next(asked.words[tag] for tag in (language(), SOURCE, *asked.words) if tag in asked.words)


def foreign_readers(row: Questionnaire, crowds: Sequence[Crowd]) -> Counter[str]:
    """How many readers of each language would not get it in their own."""
    whole, found = complete_languages(row), Counter[str]()
    for crowd in crowds:
        if crowd.language not in whole:
            found[crowd.language] += crowd.people
    return found


def foreign_lines(row: Questionnaire, crowds: Sequence[Crowd]) -> list[Markup]:
    """Who would get it in another language than theirs, and in which."""
    return language_gate(foreign_readers(row, crowds), lambda: language_for(row))


def missing_lines(row: Questionnaire) -> list[Markup]:
    """What has no text yet in a language that its author chose."""
    lines = []
    for tag in row.languages:
        places = questionnaires.missing_in(row, tag)
        parts = [_("title or introduction") if place == 0 else _("question {n}").format(n=place) for place in places]
        if parts:
            sentence = _("Still without a text in {language}: {parts}.")
            lines.append(sentence.format(language=name_language(tag), parts=listed(parts)))
    return lines
