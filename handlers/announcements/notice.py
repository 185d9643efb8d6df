"""What readers of an announcement get, and the report to who sent it."""

from dataclasses import dataclass

from bot.conversation.i18n import SOURCE, _, number
from bot.conversation.notices import Composing, Lane, Notice, Withdrawn
from bot.conversation.reply import Button, Go, Reply, column
from db import announcements
from db.models.announcements import AnnouncementState
from db.outbox import ANNOUNCED
from handlers.announcements.buttons import OpenAnnouncement
from handlers.announcements.recipients import wants
from handlers.announcements.wording import word
from handlers.events.card import reader_at


@dataclass(frozen=True, slots=True)
class Announced(Notice, kind=ANNOUNCED):
    """Somebody of the network writes to many."""

    announcement: int
    lane = Lane.UNASKED
    unasked = True
    budgeted = True

    def compose(self, at: Composing) -> list[Reply] | None:
        found = announcements.load(at.session, self.announcement)
        if found is None or found.state == AnnouncementState.STOPPED:
            raise Withdrawn
        if not wants(at.session, at.member, found):
            return None
        return word(at.session, reader_at(at), at.member, found, at.house) or None


@dataclass(frozen=True, slots=True)
class SentReport(Notice, kind="announcement_done"):
    """Everybody has been tried."""

    announcement: int

    def compose(self, at: Composing) -> Reply | None:
        found = announcements.load(at.session, self.announcement)
        if found is None:
            return None
        lines = announcements.ledger(at.session, found.id, SOURCE)
        sent = sum(line.people for line in lines if line.outcome == "sent")
        text = _("Your announcement has gone out: {sent} of {all} have it.").format(
            sent=number(sent), all=number(sum(line.people for line in lines))
        )
        return Reply(text, column(Button(_("How it went"), OpenAnnouncement(found.id)), Button(_("Menu"), Go("menu"))))
