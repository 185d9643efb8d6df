"""Somebody who is one of us enters the code of a letter: they are who it was written to, where the names agree."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, listed, named
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Turn
from db import claims, inviting, likely, objections, records
from db.models.lists import Institution
from db.models.members import Code, Member
from db.models.records import Record
from handlers.objection_wording import own_objection


def link_at_once(turn: Turn, code: Code) -> Reply:
    """What is on record becomes theirs: what they left out is filled in, what they said stays. The code opens and
    nobody else has claimed the record, which is locked. A code that says who nobody is stays unused."""
    record = turn.session.get(Record, code.record_id) if code.record_id else None
    menu = Button(_("Menu"), Go("menu"))
    if record is None:
        return Reply(_("You are verified already; the code stays unused."), column(menu))
    if not likely.compare_with_record(turn.session, turn.member, record).is_likely:
        text = _(
            "You are verified already, and this code was made for somebody of another name, so it stays unused. If it "
            "is meant for you all the same, please write to the alumni office."
        )
        return Reply(text, column(Button(_("Contact"), Go("contact")), menu))
    code.used_at, code.prefill = turn.now, None
    turn.flush()
    inviting.claim(turn.session, record.id, turn.me.id, turn.now)
    claims.claim(turn.session, record, turn.member, turn.now)
    turn.record("record_linked", turn.me.number, record=record.id)
    text = _(
        "Thank you! Your entry in the university's records and your registration are one from now on. What you had "
        "left out about your studies is filled in; please see whether it is right."
    )
    return Reply(
        with_source(text, turn.session, turn.house, turn.me.id), column(Button(_("My profile"), Go("profile")), menu)
    )


def with_source(text: Markup, session: Session, house: House, member: int) -> Markup:
    """The same with whose records we knew somebody from, where we did (Art. 14 GDPR); and an objection that was noted
    about them there, which holds on."""
    places = dict.fromkeys(row.institution_id for row in records.claimed_by(session, member))
    if not places:
        return text
    names = [named(session.get_one(Institution, each).names) for each in places]
    source = _(
        "What we knew of your name and studies came from the records of {institution}. How we handle data: {address}"
    )
    paragraphs = [text, source.format(institution=listed(names), address=house.notice_link())]
    person = session.get_one(Member, member)
    if objections.noted(session, person) is not None:
        paragraphs += own_objection(session, person)
    return Markup("\n\n").join(paragraphs)
