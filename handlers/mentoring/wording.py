"""Mentoring in the reader's words: what a mentor offers, what a mentee looks for, and why they fit."""

from collections.abc import Iterable, Sequence

from babel import Locale
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language, listed, ngettext, number, pgettext
from bot.domain.matching import Far, Format, Reasons, topic_keys
from bot.domain.people import Field
from db import mentors, places
from db.directory import Released
from db.models.mentoring import Mentor, MentorSearch

# What people can talk in with each other, the languages of the bot first.
SPOKEN = ("de", "en", "zh_Hans", "fr", "es", "ru", "pl", "cs", "nl", "ja")
TO_GERMANY = "to-germany"


def format_names() -> dict[Format, Markup]:
    return {Format.CALL: _("One call"), Format.QUARTER: _("Three months"), Format.YEAR: pgettext("mentor", "A year")}


def far_names() -> dict[Far, Markup]:
    return {
        Far.ANY: _("No preference"),
        Far.REGION: _("Another region"),
        Far.COHORT: _("Another cohort"),
        Far.BOTH: _("Both of these"),
    }


def language_name(tag: str) -> str:
    """One of SPOKEN as the reader calls it."""
    return Locale.parse(tag).get_language_name(language()) or tag


def language_names(tags: Iterable[str], *, either: bool = False) -> Markup:
    """Languages as the reader calls them: "German, English and Chinese", or `either` of them."""
    given = set(tags)
    return listed([language_name(tag) for tag in SPOKEN if tag in given], either=either)


def topic_words(session: Session, keys: Iterable[str], free_topics: Sequence[str]) -> list[str]:
    """The names of topics in the reader's language; free ones as they were written."""
    return mentors.topic_words(session, keys, free_topics, language())


def mentor_lines(session: Session, mentor: Mentor) -> list[Markup]:
    """What a mentor offers, one line each: released to everybody in the network by offering it."""
    topics = topic_words(session, mentors.keys_of(session, mentor.member_id), mentor.free_topics)
    return [
        _("<b>Topics:</b> {topics}").format(topics=listed(topics)),
        _("<b>Languages:</b> {languages}").format(languages=language_names(mentor.languages)),
        _("<b>Format:</b> {formats}").format(formats=_formats(mentor.formats)),
        *([_("<b>Glad to help:</b> {words}").format(words=mentor.helps)] if mentor.helps else []),
        *([_("<b>Available:</b> {words}").format(words=mentor.availability)] if mentor.availability else []),
    ]


def goal_lines(session: Session, search: MentorSearch) -> list[Markup]:
    """What a mentee looks for, one line each."""
    topics = topic_words(session, topic_keys(search.topics, search.free_topics), search.free_topics)
    return [
        _("<b>Goal:</b> {goal}").format(goal=search.goal),
        _("<b>Topics:</b> {topics}").format(topics=listed(topics)),
        _("<b>Languages:</b> {languages}").format(languages=language_names(search.languages)),
        _("<b>Format:</b> {formats}").format(formats=_formats([search.format])),
    ]


def _formats(values: Iterable[str]) -> Markup:
    given = set(values)
    return listed([name for each, name in format_names().items() if each.value in given])


def reasons_text(session: Session, reader_id: int, released: Released, reasons: Reasons) -> Markup:
    """Why this mentor fits the reader, in a few words, from nothing but what was released to the reader."""
    row = mentors.load(session, released.id)
    words = topic_words(session, reasons.topics, row.free_topics if row else ())
    told = [
        *([_topics(words)] if words else []),
        *_way(released),
        *([_("You share {languages}.").format(languages=language_names(reasons.languages))]
          if reasons.languages else []),
        *([_years(reasons.ahead)] if reasons.ahead is not None and Field.STUDIES in released.opened else []),
    ]  # fmt: skip
    return Markup("" if language().startswith("zh") else " ").join(told)


def _topics(words: list[str]) -> Markup:
    sentence = ngettext("Your common topic: {topics}.", "Your common topics: {topics}.", len(words))
    return sentence.format(topics=listed(words))


def _way(released: Released) -> list[Markup]:
    """Where somebody lives, and where a programme brought them from; each only if it was opened."""
    if released.place is None:
        return []
    city = places.name_place(released.place, language())
    provinces = [
        studied.programme.province
        for studied in released.studies
        if studied.programme and studied.programme.province and studied.programme.direction == TO_GERMANY
    ]
    if not provinces or provinces[0] == released.place.region:
        return [_("Lives in {city}.").format(city=city)]
    province = places.name_region(provinces[0], language()) or provinces[0]
    return [_("Moved from {province} to {city}.").format(province=province, city=city)]


def _years(ahead: int) -> Markup:
    if ahead == 0:
        return _("Of the same cohort as you.")
    if ahead > 0:
        return ngettext("{n} year ahead of you.", "{n} years ahead of you.", ahead).format(n=number(ahead))
    return ngettext("{n} year after you.", "{n} years after you.", -ahead).format(n=number(-ahead))
