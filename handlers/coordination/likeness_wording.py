"""Who somebody may be, in words: what is on record, what speaks for it, and the buttons that lead there."""

from collections.abc import Sequence

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, listed, named
from bot.conversation.reply import Button, Rows, column
from bot.domain.likeness import Alike, Reason
from bot.domain.scope import Scope
from db import likely, members, records
from db.models.lists import Institution, Programme
from db.models.members import Member, Verification
from db.models.records import Record
from handlers.cohorts import name_time
from handlers.coordination.likeness_buttons import ComparePeople, OpenRecord


def reason_names() -> dict[Reason, Markup]:
    return {
        Reason.SAME_NAME: _("same name"),
        Reason.OTHER_SCRIPT: _("same name in the other script"),
        Reason.SIMILAR_NAME: _("similar name"),
        Reason.PART_OF_NAME: _("one name is part of the other"),
        Reason.SOUNDS_ALIKE: _("the names sound the same but are written differently"),
        Reason.SAME_PROGRAMME: _("same programme"),
        Reason.SAME_INSTITUTION: _("same institution"),
        Reason.YEARS_MEET: _("years fit"),
        Reason.OTHER_PROGRAMME: _("other programme"),
        Reason.OTHER_YEARS: _("other years"),
    }


def name_reasons(alike: Alike) -> str:
    names = reason_names()
    return listed([str(names[reason]) for reason in alike.reasons])


def describe_record(session: Session, record: Record) -> str:
    """Somebody on record: both names, institution or programme, years."""
    programme = session.get(Programme, record.programme_id) if record.programme_id else None
    where = programme or session.get_one(Institution, record.institution_id)
    years = "–".join(str(year) for year in (record.from_year, record.to_year) if year)
    names = " · ".join(filter(None, (record.full_name, record.other_name)))
    return ", ".join(part for part in (names, str(named(where.names)), years) if part)


def _describe_member(session: Session, person: Member) -> str:
    parts = [person.full_name or "–", person.number]
    for studied in members.affiliations_of(session, person.id)[:1]:
        parts += [str(named((studied.programme or studied.institution).names)), name_time(studied)]
    return ", ".join(part for part in parts if part)


def known_already(session: Session, member: int) -> list[Markup]:
    """Whom somebody was found to be on record."""
    return [
        _("On record as: {person}").format(person=describe_record(session, row))
        for row in records.claimed_by(session, member)
    ]


def suggestions(session: Session, member: Member, row: Verification, scope: Scope) -> tuple[list[Markup], Rows]:
    """Likely matches of an open registration, and a button for each."""
    known = [] if records.claimed_by(session, member.id) else likely.on_record(session, member, scope)
    twins = likely.twins(session, member, scope)
    lines = [
        _("Likely known as: {person} – {reasons}").format(
            person=describe_record(session, each.record), reasons=name_reasons(each.alike)
        )
        for each in known
    ]
    lines += [
        _("Perhaps registered twice: {person} – {reasons}").format(
            person=_describe_member(session, each.member), reasons=name_reasons(each.alike)
        )
        for each in twins
    ]
    numbered = [Markup("{}. {}").format(n, line) for n, line in enumerate(lines, 1)] if len(lines) > 1 else lines
    return numbered, _buttons(
        [
            *(OpenRecord(row.id, each.record.id) for each in known),
            *(ComparePeople(member.id, each.member.id) for each in twins),
        ]
    )


def _buttons(taps: Sequence[OpenRecord | ComparePeople]) -> Rows:
    if len(taps) == 1:
        return column(Button(_("It is this person"), taps[0]))
    return column(*(Button(_("It is person {n}").format(n=n), tap) for n, tap in enumerate(taps, 1)))
