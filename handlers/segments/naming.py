"""Conditions in the reader's words: clubs, cities and programmes by name, and what is there no longer as gone."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day, language, listed, name_language, named, ngettext, number, pgettext
from bot.conversation.times import long_day
from bot.domain.audience import ANSWERS, Audience, By, Condition, Group, Value, read_answers
from db import places
from db.models.clubs import Club
from db.models.events import Event, EventState
from db.models.lists import Entry, Faculty, Institution, Programme, Topic
from handlers.events.card import title_of
from handlers.registration.naming import relation_names

# So that a card with many conditions fits into one message.
NAMES_SHOWN = 12


def describe(session: Session, audience: Audience) -> list[Markup]:
    """One line for each group that asks something, and one for each of its conditions."""
    lines = []
    for group, heading in headings().items():
        conditions = audience.group(group)
        if conditions:
            lines.append(Markup("<b>{}</b>").format(heading))
            lines += [Markup("• {}").format(name_condition(session, condition)) for condition in conditions]
    return lines or [_("Everybody in the network")]


def headings() -> dict[Group, Markup]:
    """Over the conditions of a group."""
    return {
        Group.ALL: _("All of these hold:"),
        Group.ANY: _("At least one of these holds:"),
        Group.NONE: _("None of these holds:"),
    }


def group_names() -> dict[Group, Markup]:
    """For a button."""
    return {
        Group.ALL: pgettext("segment", "All of"),
        Group.ANY: pgettext("segment", "Any of"),
        Group.NONE: pgettext("segment", "None of"),
    }


def kind_names() -> dict[By, Markup]:
    """In the order in which they are offered."""
    return {
        By.CLUB: pgettext("segment", "Club"),
        By.COUNTRY: pgettext("segment", "Country"),
        By.REGION: pgettext("segment", "Province"),
        By.CITY: pgettext("segment", "City"),
        By.PROGRAMME: pgettext("segment", "Programme"),
        By.FACULTY: pgettext("segment", "Faculty"),
        By.INSTITUTION: pgettext("segment", "Institution"),
        By.COHORT: pgettext("segment", "Cohort"),
        By.RELATION: pgettext("segment", "Relation"),
        By.TOPIC: pgettext("segment", "Topic"),
        By.LANGUAGE: pgettext("segment", "Language"),
        By.ROLE: pgettext("segment", "Role"),
        By.MENTORING: pgettext("segment", "Mentoring"),
        By.ANSWERED: pgettext("segment", "Answer to an event"),
        By.SILENT: pgettext("segment", "Not heard from since"),
    }


def answer_names() -> dict[str, Markup]:
    return {
        "yes": pgettext("answers", "Attending"),
        "maybe": pgettext("answers", "Maybe"),
        "waiting": pgettext("answers", "Waiting"),
        "no": pgettext("answers", "Declined"),
    }


def role_names() -> dict[str, Markup]:
    return {"ambassador": _("Ambassadors"), "coordinator": _("Coordinators")}


def mentoring_names() -> dict[str, Markup]:
    return {"mentor": _("Mentors"), "mentee": _("Mentees")}


def name_condition(session: Session, condition: Condition) -> Markup:
    """ "Club: Leipzig or Berlin" """
    kind = kind_names()[condition.by]
    return _("{kind}: {values}").format(kind=kind, values=_either(_name_values(session, condition)))


def _name_values(session: Session, condition: Condition) -> list[str]:
    if condition.by is By.COHORT:
        return [_span(condition.values)]
    if condition.by is By.ANSWERED:
        said = read_answers(condition.values).items()
        return [_said(session, event, answers) for event, answers in said]
    return [name_value(session, condition.by, value) for value in condition.values]


def _span(years: Sequence[Value]) -> str:
    first, last = years
    return str(first) if first == last else f"{first}–{last}"


def _said(session: Session, event: int, answers: Sequence[str]) -> str:
    """ "Summer party (Fri, 12 Jun 2026): Attending or Maybe" """
    if set(answers) == set(ANSWERS):
        said = pgettext("answers", "any answer")
    else:
        said = _either([name for answer, name in answer_names().items() if answer in answers])
    return _("{event}: {answers}").format(event=name_event(session, event), answers=said)


def name_event(session: Session, event: int) -> Markup:
    row = session.get(Event, event)
    if row is None:
        return _gone()
    name = Markup("{} ({})").format(title_of(row), day(row.starts_at))
    return name if row.state != EventState.CANCELLED else _("{event}, cancelled").format(event=name)


def _either(names: Sequence[str]) -> Markup:
    """ "a, b or c"; of very many the first ones and how many more."""
    shown = list(names[:NAMES_SHOWN])
    if len(names) > len(shown):
        more = len(names) - len(shown)
        shown.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    return listed(shown, either=True)


def name_value(session: Session, by: By, value: Value) -> str:
    """A value of a kind that has one name for each."""
    return str(_NAMES[by](session, value))


def _gone() -> Markup:
    return _("no longer there")


def _perhaps_gone(names: dict[str, str], gone: bool) -> str:
    return _("{name} (no longer there)").format(name=named(names)) if gone else named(names)


def _now(names: dict[str, str], new: dict[str, str]) -> str:
    return _("{name} (now {new})").format(name=named(names), new=named(new))


def _name_club(session: Session, value: Value) -> str:
    row = session.get(Club, value)
    if row is not None and row.merged_into is not None:
        return _now(row.names, session.get_one(Club, row.merged_into).names)
    return _perhaps_gone(row.names, row.closed_at is not None) if row else _gone()


def _name_topic(session: Session, value: Value) -> str:
    row = session.get(Topic, value)
    if row is not None and row.merged_into is None:
        return _perhaps_gone(row.names, row.closed)
    return _name_entry(Topic, session, value)


def _name_entry(table: type[Entry], session: Session, value: Value) -> str:
    """One that has ended keeps its alumni."""
    row = session.get(table, value)
    if row is not None and row.merged_into is not None:
        return _now(row.names, session.get_one(table, row.merged_into).names)
    return named(row.names) if row else _gone()


def _name_city(session: Session, value: Value) -> str:
    place = places.load_place(session, int(value))
    return places.describe_place(place, language()) if place else _gone()


_NAMES: dict[By, Callable[[Session, Value], str]] = {
    By.CLUB: _name_club,
    By.COUNTRY: lambda _session, value: places.name_country(str(value), language()),
    By.REGION: lambda _session, value: places.name_region(str(value), language()) or str(value),
    By.CITY: _name_city,
    By.PROGRAMME: partial(_name_entry, Programme),
    By.FACULTY: partial(_name_entry, Faculty),
    By.INSTITUTION: partial(_name_entry, Institution),
    By.RELATION: lambda _session, value: {str(key): name for key, name in relation_names().items()}[str(value)],
    By.TOPIC: _name_topic,
    By.LANGUAGE: lambda _session, value: name_language(str(value)),
    By.ROLE: lambda _session, value: role_names()[str(value)],
    By.MENTORING: lambda _session, value: mentoring_names()[str(value)],
    By.SILENT: lambda _session, value: long_day(date.fromisoformat(str(value))),
}
