"""An objection to messages in words: since when, and how it came where a coordinator noted it."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day
from db import objections
from db.models.members import Member
from db.models.privacy import Came


def ways_it_came() -> dict[Came, Markup]:
    return {
        Came.LETTER: _("By letter"),
        Came.EMAIL: _("By e-mail"),
        Came.PHONE: _("By telephone"),
        Came.PERSON: _("In person"),
    }


def own_objection(session: Session, member: Member) -> list[Markup]:
    """What the member themselves reads."""
    if member.objected_at is None:
        return []
    row = objections.noted(session, member)
    if row is None:
        return [_("You receive nothing unasked (/resume ends this).")]
    text = _("On {day} the alumni office noted that you wish to receive nothing unasked ({how}). /resume ends this.")
    return [text.format(day=day(row.noted_at), how=ways_it_came()[Came(row.came)])]


def objection_of(session: Session, member: Member) -> list[Markup]:
    """What a coordinator reads."""
    if member.objected_at is None:
        return []
    row = objections.noted(session, member)
    if row is None:
        return [_("Receives nothing unasked since {day} (/stop).").format(day=day(member.objected_at))]
    text = _("Receives nothing unasked since {day}; noted by the alumni office ({how}).")
    return [text.format(day=day(row.noted_at), how=ways_it_came()[Came(row.came)])]
