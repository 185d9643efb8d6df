"""The way out of a round: what no longer holds is left out, then its mentors are suggested to the mentees, a few at a
time. From there on it goes as with everybody: the mentee agrees, the mentor is asked."""

from collections import Counter
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.reply import Button, Reply
from bot.conversation.road import log_fault
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.pairing import Obstacle, obstacles
from db import mentor_requests, rounds
from db.models.mentoring import MatchRound, RoundPair
from db.round_pool import read_again
from db.rounds import State
from db.trouble import Trouble, classify
from handlers.coordination.round_buttons import OpenRound, PublishRound
from handlers.coordination.round_wording import left_out_lines
from handlers.coordination.rounds import find_or_refuse, show_card

# So many suggestions take about 50 ms.
AT_ONCE = 10


def publish(turn: Turn, tap: PublishRound) -> Reply:
    """Asks once; each pair is looked at again, both times. Published twice is published once."""
    row = find_or_refuse(turn, tap.round, lock=tap.sure)
    if row.state != State.READY:
        return show_card(turn, row)
    against = _find_obstacles(turn, row)
    left = Counter(obstacle.value for obstacle in against.values())
    count = rounds.tally(turn.session, row.id)[0] - len(against)
    if not count:
        return show_card(turn, row, _("No pair is left that could be suggested now."))
    if not tap.sure:
        return _ask(row, count, left)
    rounds.drop_pairs(turn.session, row.id, list(against))
    rounds.publish(row, dict(left), turn.now)
    turn.session.flush()
    turn.record("round_published", round=row.id, pairs=count, left=len(against))
    return show_card(turn, row, _("Published. The mentees read within a few minutes whom the round suggests to them."))


def _find_obstacles(turn: Turn, row: MatchRound) -> dict[int, Obstacle]:
    pairs = rounds.pairs_of(turn.session, row.id)
    pool = read_again(lambda work: work(turn.session), pairs, row.format, turn.now)
    mentees = {pool.searches[one.id]: one for one in pool.mentees}
    return obstacles(pairs, mentees, {one.id: one for one in pool.mentors}, pool.apart)


def _ask(row: MatchRound, count: int, left: Counter[str]) -> Reply:
    text = ngettext(
        "<b>Publish “{name}”?</b> {n} mentee reads whom the round suggests. Then the mentee decides, and after that "
        "the mentor.",
        "<b>Publish “{name}”?</b> {n} mentees read whom the round suggests. Then each mentee decides, and after that "
        "each mentor.",
        count,
    ).format(name=row.name, n=number(count))
    rows = ((Button(_("Publish"), PublishRound(row.id, True)), Button(_("Back"), OpenRound(row.id))),)
    return Reply(Markup("\n\n").join([text, *left_out_lines(left)]), rows)


# --- piece by piece ------------------------------------------------------------------------------------------------


def propose_next(session: Session, now: datetime, _house: House) -> bool:
    """The planner: a few of the pairs that no mentee has heard of yet. A pair is gone from the round once it is
    suggested, so that a process that died goes on where it was."""
    found = rounds.to_propose(session, AT_ONCE)
    for pair in found:
        round_id, search = pair.round_id, pair.search_id
        if not _propose(session, pair, now):
            rounds.leave_out(session, round_id, Obstacle.SEEKER)
        rounds.drop_pairs(session, round_id, [search])
    return bool(found)


def _propose(session: Session, pair: RoundPair, now: datetime) -> bool:
    """A pair with a fault of ours holds up no other."""
    try:
        with session.begin_nested():
            done = mentor_requests.propose(session, pair.search_id, pair.mentor_id, pair.round_id, now)
    except Exception as error:
        if classify(error) is not Trouble.FAULT:
            raise
        log_fault(error)
        return False
    return done is not None


def _nothing_due(_session: Session, _now: datetime) -> None:
    """Whatever is published is due at once."""


def register(router: Router) -> None:
    router.tap(PublishRound, publish, gate=Gate.CENTRAL)
    router.planner(propose_next, _nothing_due)
