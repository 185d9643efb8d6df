"""What somebody was sent, and why: for /mydata."""

from markupsafe import Markup

from bot.conversation.i18n import _, day, listed
from bot.conversation.turn import Turn
from bot.domain.audience import Audience
from db import announcements
from db.models.announcements import Announcement
from handlers.announcements.listing import first_words
from handlers.segments.naming import name_condition

SHOWN = 5


def received_lines(turn: Turn) -> list[Markup]:
    """The last announcements, each with the people it was for."""
    found = announcements.received_by(turn.session, turn.me.id, SHOWN)
    if not found:
        return []
    sentence = _("· {day}: “{words}”, sent to: {whom}")
    lines = [
        sentence.format(day=day(row.at), words=first_words(row.announcement, 40), whom=whom(turn, row.announcement))
        for row in found
    ]
    return [_("Announcements you were sent last, and to whom they went:"), *lines]


def whom(turn: Turn, row: Announcement) -> Markup:
    """Whom an announcement is for, in one line."""
    if row.segment is not None:
        return Markup("{}").format(row.segment)
    meant = Audience.from_json(row.audience)
    said = [str(name_condition(turn.session, each)) for each in (*meant.conditions, *meant.any_of)]
    return Markup("{}").format(listed(said)) if said else _("everybody")
