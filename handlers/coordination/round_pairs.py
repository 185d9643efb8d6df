"""Coordinators look through the pairs of a round before anybody hears of them, and change them by hand: another
mentor, none at all, somebody for a mentee who is left over."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from bot.conversation.i18n import _, number, pgettext
from bot.conversation.reply import Button, Reply, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.matching import Mentee, Mentor, Suggestion, suggest
from db import members, mentors, rounds
from db.models.mentoring import UNFINISHED, MatchRound, MentorSearch, RoundPair
from handlers.coordination.round_buttons import (
    ChooseMentor,
    ListLeftOver,
    ListPairs,
    OpenPair,
    OpenRound,
    SeeMentors,
    TakeOut,
)
from handlers.coordination.round_wording import fit_of, person_line, reason_lines
from handlers.coordination.rounds import PAGE, find_ready

LONGEST_OF_TWO = 16
LONGEST_LABEL = 40


class Seeker(NamedTuple):
    """A search and its mentee, as matching knows people."""

    search: MentorSearch
    mentee: Mentee
    name: str


# --- looking -------------------------------------------------------------------------------------------------------


def list_pairs(turn: Turn, tap: ListPairs) -> Reply:
    return _show_pairs(turn, find_ready(turn, tap.round), tap.page)


def _show_pairs(turn: Turn, row: MatchRound, page: int, note: Markup | None = None, *first: Button) -> Reply:
    """A page of the pairs, the best first."""
    count, _mean, _by_hand = rounds.tally(turn.session, row.id)
    page = min(max(page, 0), max(count - 1, 0) // PAGE)
    found = rounds.named_pairs(turn.session, row.id, limit=PAGE, offset=page * PAGE)
    head = _("<b>{name}</b>\nPairs of mentee and mentor ({n}), the best first; 1 is the best fit there is.").format(
        name=row.name, n=number(count)
    )
    empty = _("There are no pairs.")
    text = Markup("\n\n").join([*([note] if note else []), head if count else empty])
    shown = [Button(_label(pair), OpenPair(row.id, pair.search, page)) for pair in found]
    last = (Button(_("Without mentor"), ListLeftOver(row.id)), Button(_("Back"), OpenRound(row.id)))
    pages = leaves(partial(ListPairs, row.id), page, more=(page + 1) * PAGE < count)
    return Reply(text, (*column(*first, *shown), *pages, last))


def _label(pair: rounds.Named) -> str:
    mentee, mentor = (shorten(name, LONGEST_OF_TWO) for name in (pair.mentee, pair.mentor))
    return f"{mentee} – {mentor} · {fit_of(pair.worth)}"


def list_left_over(turn: Turn, tap: ListLeftOver) -> Reply:
    """Mentees of the pool who have nobody."""
    row, page = find_ready(turn, tap.round), max(tap.page, 0)
    try:
        found = rounds.left_over(turn.session, row, limit=PAGE + 1, offset=page * PAGE)
    except ValueError:
        found = []
    head = _("<b>{name}</b>\nMentees without a mentor in this round. Tap one to look for somebody.").format(
        name=row.name
    )
    text = head if found else _("Every mentee who still looks has somebody in this round.")
    shown = [
        Button(shorten(each.full_name or "–", LONGEST_LABEL), SeeMentors(row.id, each.id)) for each in found[:PAGE]
    ]
    last = (Button(pgettext("matching round", "Pairs"), ListPairs(row.id)), Button(_("Back"), OpenRound(row.id)))
    return Reply(text, (*column(*shown), *leaves(partial(ListLeftOver, row.id), page, more=len(found) > PAGE), last))


def open_pair(turn: Turn, tap: OpenPair) -> Reply:
    """Who the two are, and why they fit. Recorded: it shows what two people registered."""
    row = find_ready(turn, tap.round)
    pair = rounds.find_pair(turn.session, row.id, tap.search)
    if pair is None:
        return _show_pairs(turn, row, tap.page, _("This pair is no longer in the round."))
    return _card(turn, row, pair, tap.page)


def _card(turn: Turn, row: MatchRound, pair: RoundPair, page: int, note: Markup | None = None) -> Reply:
    seeker = _seeker_or_refuse(turn, row, pair.search_id)
    turn.record("round_pair_viewed", members.load(turn.session, seeker.mentee.id).number, round=row.id)
    turn.record("round_pair_viewed", members.load(turn.session, pair.mentor_id).number, round=row.id)
    text = Markup("\n").join([*([note, Markup("")] if note else []), *_card_lines(turn, seeker, pair)])
    change = (
        Button(_("Another mentor"), SeeMentors(row.id, pair.search_id)),
        Button(_("Take out"), TakeOut(row.id, pair.search_id, pair.mentor_id, page)),
    )
    return Reply(
        text,
        (
            change,
            (
                Button(pgettext("matching round", "Pairs"), ListPairs(row.id, page)),
                Button(pgettext("matching round", "Round"), OpenRound(row.id)),
            ),
        ),
    )


def _card_lines(turn: Turn, seeker: Seeker, pair: RoundPair) -> list[Markup]:
    found = mentors.offering(turn.session, seeker.mentee, turn.now, only=[pair.mentor_id])
    mentor = found[0] if found else None
    return [
        _("Mentee: {person}").format(person=person_line(turn.session, seeker.mentee.id, seeker.mentee.cohort)),
        _("Goal: {goal}").format(goal=seeker.search.goal),
        _("Mentor: {person}").format(
            person=person_line(turn.session, pair.mentor_id, mentor.cohort if mentor else None)
        ),
        Markup(""),
        *(reason_lines(turn.session, seeker.mentee, mentor) if mentor else [_("Cannot be asked at present.")]),
        _("Fit: {fit}").format(fit=fit_of(pair.worth)),
        *([_("Chosen by hand")] if pair.by_hand else []),
    ]


def _seeker_or_refuse(turn: Turn, row: MatchRound, search_id: int) -> Seeker:
    """Somebody who still looks; a friendly no otherwise."""
    search = turn.session.get(MentorSearch, search_id)
    if search is None or search.state not in UNFINISHED:
        back = (
            Button(pgettext("matching round", "Pairs"), ListPairs(row.id)),
            Button(pgettext("matching round", "Round"), OpenRound(row.id)),
        )
        raise Refused(Reply(_("This mentee is no longer looking for a mentor."), (back,)))
    person = members.load(turn.session, search.member_id)
    return Seeker(search, mentors.mentee_of(turn.session, search), person.full_name or "–")


# --- changing ------------------------------------------------------------------------------------------------------


def see_mentors(turn: Turn, tap: SeeMentors) -> Reply:
    row = find_ready(turn, tap.round)
    return _show_mentors(turn, row, tap.search)


def _show_mentors(turn: Turn, row: MatchRound, search_id: int, note: Markup | None = None) -> Reply:
    """The best for a mentee who still have a place in this round, each with the reasons."""
    seeker = _seeker_or_refuse(turn, row, search_id)
    pair = rounds.find_pair(turn.session, row.id, search_id)
    now_with = pair.mentor_id if pair is not None else None
    found = [each for each in _others(turn, row, seeker) if each.mentor.id != now_with]
    head = _("Who else could be the mentor of <b>{name}</b>?").format(name=seeker.name)
    if not found:
        head = _("At present there is nobody else for <b>{name}</b> who still has a place in this round.").format(
            name=seeker.name
        )
    lines = [Markup("\n").join(_suggested(turn, seeker, each)) for each in found]
    names = {each.mentor.id: members.load(turn.session, each.mentor.id).full_name or "–" for each in found}
    choose = [
        Button(f"{shorten(names[each.mentor.id], LONGEST_LABEL - 8)} · {fit_of(each.worth)}",
               ChooseMentor(row.id, search_id, each.mentor.id))
        for each in found
    ]  # fmt: skip
    last = (
        Button(pgettext("matching round", "Pairs"), ListPairs(row.id)),
        Button(pgettext("matching round", "Round"), OpenRound(row.id)),
    )
    return Reply(Markup("\n\n").join([*([note] if note else []), head, *lines]), (*column(*choose), last))


def _suggested(turn: Turn, seeker: Seeker, each: Suggestion) -> list[Markup]:
    return [
        person_line(turn.session, each.mentor.id, each.mentor.cohort),
        *reason_lines(turn.session, seeker.mentee, each.mentor),
    ]


def _others(turn: Turn, row: MatchRound, seeker: Seeker, only: list[int] | None = None) -> list[Suggestion]:
    """The best five; places given away in this round count as taken."""
    session = turn.session
    given = rounds.loads(session, row.id, without=seeker.search.id)
    asked = rounds.asked_before(session, seeker.search.id)
    found = [
        _with(each, given.get(each.id, 0))
        for each in mentors.candidates(session, seeker.mentee, turn.now, only)
        if each.id not in asked and (row.format is None or row.format in each.formats)
    ]
    return suggest(seeker.mentee, found, turn.house.weights, mentors.apart_of(session, seeker.mentee.id))


def _with(mentor: Mentor, more: int) -> Mentor:
    return replace(mentor, busy=mentor.busy + more)


def choose_mentor(turn: Turn, tap: ChooseMentor) -> Reply:
    """Only somebody who fits and has a place left, whatever the button says."""
    row = find_ready(turn, tap.round, lock=True)
    seeker = _seeker_or_refuse(turn, row, tap.search)
    pair = rounds.find_pair(turn.session, row.id, tap.search)
    if pair is not None and pair.mentor_id == tap.mentor:
        return _card(turn, row, pair, 0)
    found = _others(turn, row, seeker, [tap.mentor])
    if not found:
        return _show_mentors(turn, row, tap.search, _("This mentor has no place left. Please choose somebody else."))
    chosen = rounds.set_pair(turn.session, row.id, tap.search, tap.mentor, found[0].worth)
    who = members.load(turn.session, seeker.mentee.id).number
    turn.record("round_pair_set", who, round=row.id, mentor=tap.mentor)
    return _card(turn, row, chosen, 0, _("Changed."))


def take_out(turn: Turn, tap: TakeOut) -> Reply:
    """The button names the mentor: a second tap takes nobody else out."""
    row = find_ready(turn, tap.round, lock=True)
    pair = rounds.find_pair(turn.session, row.id, tap.search)
    if pair is None or pair.mentor_id != tap.mentor:
        return _show_pairs(turn, row, tap.page, _("This pair is no longer in the round."))
    rounds.drop_pairs(turn.session, row.id, [tap.search])
    turn.record("round_pair_out", round=row.id, search=tap.search)
    again = Button(_("Put back"), ChooseMentor(row.id, tap.search, tap.mentor))
    return _show_pairs(turn, row, tap.page, _("Taken out."), again)


def register(router: Router) -> None:
    router.tap(ListPairs, list_pairs, gate=Gate.CENTRAL)
    router.tap(ListLeftOver, list_left_over, gate=Gate.CENTRAL)
    router.tap(OpenPair, open_pair, gate=Gate.CENTRAL)
    router.tap(SeeMentors, see_mentors, gate=Gate.CENTRAL)
    router.tap(ChooseMentor, choose_mentor, gate=Gate.CENTRAL)
    router.tap(TakeOut, take_out, gate=Gate.CENTRAL)
