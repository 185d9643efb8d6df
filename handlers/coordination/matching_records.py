"""Coordinators say who on record a registration is: what was left out is filled in; nothing is overwritten."""

from markupsafe import Markup

from bot.conversation.i18n import _
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import claims, likely, members, registrations
from db.models.members import Verification
from db.models.records import Record
from handlers.coordination.likeness_buttons import LinkRecord, OpenRecord
from handlers.coordination.likeness_wording import describe_record, name_reasons
from handlers.coordination.verifying import (
    OpenRegistration,
    describe_registrant,
    gone,
    let_in,
    registration_card,
    too_late,
)


def _both(turn: Turn, tap: OpenRecord | LinkRecord, *, lock: bool = False) -> tuple[Verification, Record]:
    """An open registration and somebody on record, both in the speaker's scope."""
    row = registrations.find(turn.session, tap.verification, turn.scope, lock=lock)
    if row is None:
        raise Refused(gone())
    if row.state not in ("open", "asked_back"):
        raise Refused(too_late(turn, row))
    record = claims.find(turn.session, tap.record, turn.scope)
    if record is None:
        raise Refused(_with(turn, row, _("This entry is no longer on record, or you do not answer for it.")))
    if record.member_id not in (None, row.member_id):
        raise Refused(_with(turn, row, _taken()))
    return row, record


def _taken() -> Markup:
    return _("This entry has been found to be somebody else meanwhile. Nothing was linked.")


def _with(turn: Turn, row: Verification, note: Markup) -> Reply:
    card = registration_card(turn.session, row, turn.scope)
    return Reply(Markup("{}\n\n{}").format(note, card.text), card.rows)


def compare(turn: Turn, tap: OpenRecord) -> Reply:
    """What they wrote and what is on record, one below the other; and the one question."""
    row, record = _both(turn, tap)
    member = members.load(turn.session, row.member_id)
    alike = likely.compare_with_record(turn.session, member, record)
    lines = [
        _("<b>Is this the same person?</b>"),
        *describe_registrant(turn.session, member),
        _("On record as: {person}").format(person=describe_record(turn.session, record)),
        Markup("{}").format(name_reasons(alike)),
        _("What was left out is filled in from the record. What they wrote themselves stays."),
        *_difference(turn, record, member.id),
    ]
    buttons = column(
        Button(_("Approve, it is this person"), LinkRecord(row.id, record.id, True)),
        Button(_("It is this person"), LinkRecord(row.id, record.id, False)),
        Button(_("Back"), OpenRegistration(row.id)),
    )
    return Reply(Markup("\n").join(line for line in lines if line), buttons)


def _difference(turn: Turn, record: Record, member: int) -> list[Markup]:
    if not claims.differs(turn.session, record, member):
        return []
    return [_("The record says something else about programme or years; please compare.")]


def link(turn: Turn, tap: LinkRecord) -> Reply:
    """Two coordinators at once: one wins, the other is told."""
    row, record = _both(turn, tap, lock=True)
    member = members.load(turn.session, row.member_id)
    differs = _difference(turn, record, member.id)
    was_linked = record.member_id == member.id
    if not claims.claim(turn.session, record, member, turn.now):
        raise Refused(_with(turn, row, _taken()))
    if not was_linked:
        turn.record("record_linked", member.number, record=record.id)
    if tap.approve and not let_in(turn, row):
        raise Refused(too_late(turn, row))
    return _with(turn, row, Markup("\n").join([_("Linked with the record."), *differs]))


def register(router: Router) -> None:
    router.tap(OpenRecord, compare, gate=Gate.COORDINATOR)
    router.tap(LinkRecord, link, gate=Gate.COORDINATOR)
