"""A mentorship as one of its two people sees it, and what is said where it is none of theirs, or over."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Refused, Turn
from db import directory, mentorships
from db.models.mentoring import Mentorship
from handlers.mentoring.buttons import ListMentorships, OpenMentorship
from handlers.relaying.buttons import About, WriteTo


@dataclass(frozen=True, slots=True)
class Pair:
    """A mentorship and its two people, for one of them. `name` is that of the other; None once they are no longer in
    the network."""

    row: Mentorship
    reader: int
    other: int
    name: str | None

    @property
    def is_active(self) -> bool:
        return self.row.state == mentorships.ACTIVE

    @property
    def reader_is_mentor(self) -> bool:
        return self.row.mentor_id == self.reader


def find_pair(session: Session, mentorship: int, reader: int, *, lock: bool = False) -> Pair | None:
    """None where the reader is neither of the two."""
    row = mentorships.of_both(session, mentorship, reader, lock=lock)
    if row is None:
        return None
    other = mentorships.other_of(row, reader)
    return Pair(row, reader, other, directory.names_of(session, [other]).get(other))


def pair_told(at: Composing, mentorship: int) -> Pair | None:
    """The active mentorship a notice is about, for a reader who is in the network; None where it is not to be sent."""
    pair = find_pair(at.session, mentorship, at.member.id)
    if pair is None or not pair.is_active or not directory.is_in_network(at.session, at.member.id):
        return None
    return pair


def pair_or_refuse(turn: Turn, mentorship: int) -> Pair:
    """The active mentorship of the speaker, locked."""
    pair = find_pair(turn.session, mentorship, turn.me.id, lock=True)
    if pair is None:
        raise Refused(not_yours())
    if not pair.is_active:
        raise Refused(_over(pair))
    return pair


def present_or_refuse(turn: Turn, mentorship: int) -> Pair:
    """The same, where the other one is needed for it."""
    pair = pair_or_refuse(turn, mentorship)
    if pair.name is None:
        raise Refused(gone(pair))
    return pair


def not_yours() -> Reply:
    text = _("This mentorship cannot be found among yours.")
    return Reply(text, (last_row(),))


def _over(pair: Pair) -> Reply:
    text = _("This mentorship has ended, so there is nothing more to do here.")
    return Reply(text, ((open_button(pair.row.id), Button(_("Menu"), Go("menu"))),))


def gone(pair: Pair) -> Reply:
    """The other one cannot be found any more."""
    text = _("This person cannot be found here any more.")
    return Reply(text, ((open_button(pair.row.id), Button(_("Menu"), Go("menu"))),))


def open_button(mentorship: int) -> Button:
    return Button(_("Open the mentorship"), OpenMentorship(mentorship))


def under(mentorship: int, *first: Button) -> tuple[tuple[Button, ...], ...]:
    """These buttons one a row, and the way back to the mentorship."""
    return (*column(*first), (open_button(mentorship), Button(_("Menu"), Go("menu"))))


def paragraphs(*texts: Markup | None) -> Markup:
    """With an empty line between them; None is left out."""
    return Markup("\n\n").join(text for text in texts if text)


def last_row() -> tuple[Button, ...]:
    return (Button(_("My mentorships"), ListMentorships()), Button(_("Menu"), Go("menu")))


def write_button(mentorship: int) -> Button:
    return Button(_("Write"), WriteTo(About.MENTORSHIP, mentorship))
