"""A mentorship is closed: both are thanked, the place is free again, and both may tell how it was."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.i18n import _
from bot.conversation.notices import queue
from bot.conversation.reply import Button, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import members, mentoring_checks, mentors, mentorships
from handlers.mentoring.pair import Pair, find_pair, not_yours, open_button, pair_or_refuse
from handlers.mentoring.surveying import ask_both
from handlers.mentoring.together import MentorshipEnded, after_the_end, mentorship_card
from handlers.mentoring.together_buttons import AskToClose, CloseMentorship


def ask_to_close(turn: Turn, tap: AskToClose) -> Reply:
    """Asks once; no reason is needed."""
    pair = pair_or_refuse(turn, tap.mentorship)
    if pair.name is None:
        text = _("Close this mentorship? The place is then free for somebody else.")
    else:
        text = _(
            "Close the mentorship with {name}? {name} is told kindly; no reason is needed. The two of you are not "
            "suggested to each other again."
        ).format(name=pair.name)
    return Reply(text, ((Button(_("Yes, close it"), CloseMentorship(pair.row.id)), open_button(pair.row.id)),))


def close(turn: Turn, tap: CloseMentorship) -> Reply:
    """Once; a second tap shows what is so already."""
    pair = find_pair(turn.session, tap.mentorship, turn.me.id, lock=True)
    if pair is None:
        return not_yours()
    return part(turn, pair) if pair.is_active else mentorship_card(turn, pair)


def part(turn: Turn, pair: Pair) -> Reply:
    """They are together no longer: the other is told, and both are asked how it was."""
    finished = mentoring_checks.said_finished(turn.session, pair.row.id)
    mentorships.end(pair.row, "finished" if finished else "ended", turn.now)
    _make_room(turn.session, pair, turn.now)
    turn.notify(pair.other, MentorshipEnded(pair.row.id))
    turn.record("mentorship_closed", members.load(turn.session, pair.other).number, mentorship=pair.row.id)
    if pair.name is None:
        text = _("The mentorship is closed. Thank you for the time you gave!")
    else:
        text = _("Your mentorship with {name} is closed. Thank you for the time you gave each other!")
        text = text.format(name=pair.name)
    return Reply(text, after_the_end(turn.session, pair))


def _make_room(session: Session, pair: Pair, now: datetime) -> None:
    ask_both(session, pair.row, now)
    mentors.touch(session, pair.row.mentor_id, now)
    session.flush()


def part_from_all(session: Session, member: int, now: datetime) -> None:
    """Somebody leaves the network: all their mentorships end, and the others are told, without a name."""
    for mentorship, other in mentorships.end_of(session, member, now):
        ask_both(session, mentorship, now)
        if mentorship.mentor_id == other:
            mentors.touch(session, other, now)
        queue(session, other, MentorshipEnded(mentorship.id, left=True), now)


def register(router: Router) -> None:
    router.tap(AskToClose, ask_to_close, gate=Gate.NETWORK)
    router.tap(CloseMentorship, close, gate=Gate.NETWORK)
