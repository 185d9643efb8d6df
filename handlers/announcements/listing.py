"""What was written so far; and who may look at it."""

from markupsafe import Markup

from bot.conversation import marks
from bot.conversation.i18n import _, pgettext
from bot.conversation.reply import Button, Go, Reply, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import announcements, members, scopes
from db.models.announcements import Announcement, AnnouncementState
from handlers.announcements.buttons import ListAnnouncements, NewAnnouncement, OpenAnnouncement
from handlers.announcements.recipients import may_speak
from handlers.announcements.wording import PLACEHOLDERS, language_for

PAGE = 6
LONGEST_LABEL = 30


def state_names() -> dict[str, Markup]:
    return {
        AnnouncementState.DRAFT: pgettext("announcement", "Draft"),
        AnnouncementState.ASKED: pgettext("announcement", "To be approved"),
        AnnouncementState.PLANNED: pgettext("announcement", "Planned"),
        AnnouncementState.SENDING: pgettext("announcement", "Going out"),
        AnnouncementState.DONE: pgettext("announcement", "Sent"),
        AnnouncementState.STOPPED: pgettext("announcement", "Stopped"),
    }


def may_speak_or_refuse(turn: Turn, announcement: int, *, lock: bool = False) -> Announcement:
    """The announcement, for those whose it is. The scope is the query, whatever button was tapped."""
    found = (announcements.lock if lock else announcements.load)(turn.session, announcement)
    if found is None:
        back = column(Button(_("Announcements"), Go("announce")), Button(_("Menu"), Go("menu")))
        raise Refused(Reply(_("This announcement no longer exists."), back))
    if not may_speak(turn.session, turn.me.id, found):
        text = _("You can write only for the club you lead.")
        raise Refused(Reply(text, column(Button(_("Announcements"), Go("announce")), Button(_("Menu"), Go("menu")))))
    return found


def first_words(row: Announcement, longest: int = LONGEST_LABEL) -> str:
    """How it begins, in the language entered, without marks and without the salutation."""
    first, *more = [line for line in row.texts[language_for(row.texts)].splitlines() if line.strip()]
    greets = more and ("{" in first or first.rstrip().endswith((",", "，", "!", "！", ":", "：")))
    line = " ".join(marks.plain("\n".join(more if greets else [first, *more]), {}, PLACEHOLDERS).split())
    return shorten(line, longest)


def list_announcements(turn: Turn, tap: ListAnnouncements | None = None) -> Reply:
    """Six a page: those one wrote and those of the clubs one leads; central coordinators see all."""
    page = max(tap.page if tap is not None else 0, 0)
    led = None if turn.scope.central else members.led_clubs(turn.session, turn.me.id)
    authors = scopes.stands_in(turn.session, turn.me.id)
    found, more = announcements.written_by(turn.session, authors, led, page, PAGE)
    names = state_names()
    rows = column(*(Button(f"{names[row.state]} · {first_words(row)}", OpenAnnouncement(row.id)) for row in found))
    text = _("<b>Announcements</b>") if found else _("Nothing has been announced so far.")
    new, menu = Button(_("New announcement"), NewAnnouncement()), Button(_("Menu"), Go("menu"))
    return Reply(text, (*rows, *leaves(ListAnnouncements, page, more=more), (new, menu)))


def register(router: Router) -> None:
    router.tap(ListAnnouncements, list_announcements, gate=Gate.AMBASSADOR)
