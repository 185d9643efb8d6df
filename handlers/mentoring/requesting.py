"""The mentee's side of asking: mentors are asked one after the other, and at any time it may be somebody else."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, pgettext
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from db import directory, mentor_requests, mentor_searches
from db.members import load
from db.mentor_requests import Refusal
from db.models.mentoring import UNFINISHED, MentorRequest, MentorSearch
from handlers.mentoring.buttons import AnotherMentor, OpenSearch, SendRequests
from handlers.mentoring.search_card import AskProposed, CancelSearch, TakeBack, search_card


def open_search(turn: Turn, tap: OpenSearch) -> Reply:
    """The card of one's own search."""
    return search_card(turn.session, _own_search(turn, tap.search))


def _own_search(turn: Turn, ident: int) -> MentorSearch:
    search = mentor_searches.load(turn.session, ident)
    if search is None or search.member_id != turn.me.id:
        raise Refused(_no_search())
    return search


def _own_request(turn: Turn, ident: int) -> tuple[MentorRequest, MentorSearch]:
    request = mentor_requests.load(turn.session, ident)
    if request is None or request.mentee_id != turn.me.id:
        raise Refused(_no_search())
    return request, _own_search(turn, request.search_id)


def _no_search() -> Reply:
    return Reply(
        _("This search for a mentor does not exist (any more)."),
        column(Button(_("Find a mentor"), Go("mentors")), Button(_("Menu"), Go("menu"))),
    )


def send_requests(turn: Turn, tap: SendRequests) -> Reply:
    """Ask these in their order, the first at once. A second tap on the same button shows how it stands."""
    search = _own_search(turn, tap.search)
    wished = [mentor for mentor in (tap.first, tap.second, tap.third) if mentor is not None]
    if _are_in_line(turn.session, search, wished):
        return search_card(turn.session, search)
    refusal = mentor_requests.queue_up(turn.session, search, wished, turn.now)
    if refusal is not None:
        return search_card(turn.session, search, _why_refused(refusal))
    asked = mentor_requests.ask_next(turn.session, search.id, turn.now)
    _record(turn, "mentor_asked", asked)
    return search_card(turn.session, search, _what_now(turn.session, search, asked))


def _are_in_line(session: Session, search: MentorSearch, wished: list[int]) -> bool:
    """Whether just these are asked and in line already, in this order."""
    open_ones = [one for one in mentor_searches.requests_of(session, search) if one.state in ("asked", "queued")]
    return [one.mentor_id for one in open_ones] == wished and open_ones[0].state == "asked"


def _why_refused(refusal: Refusal) -> Markup:
    return {
        Refusal.CLOSED: _("This search has ended, so nobody is asked any more."),
        Refusal.ONESELF: _("Nobody can be their own mentor. Please choose somebody else."),
        Refusal.TWICE: _("You chose the same person twice. Please choose each one once."),
        Refusal.TOO_MANY: _("Please choose one to three mentors."),
        Refusal.ASKED_BEFORE: _("Somebody you chose was asked in this search before. Please choose somebody else."),
        Refusal.GONE: _("Somebody you chose cannot be found here any more. Please choose somebody else."),
    }[refusal]


def _what_now(session: Session, search: MentorSearch, asked: MentorRequest | None) -> Markup:
    """Who is asked now; or why nobody is."""
    if asked is not None:
        name = directory.names_of(session, [asked.mentor_id]).get(asked.mentor_id, "–")
        return _("{name} is being asked now. We tell you as soon as there is an answer.").format(name=name)
    if mentor_searches.live_request(session, search.id) is not None:
        return _("Noted. These are asked if the one being asked now has no time.")
    return _("Nobody is in line who can be asked at present. Please choose from the suggestions.")


def take_back(turn: Turn, tap: TakeBack) -> Reply:
    """Another mentor, without a reason: the present one hears kindly that nothing is expected, the next is asked."""
    request, search = _own_request(turn, tap.request)
    if not mentor_requests.withdraw(turn.session, request, turn.now):
        return search_card(turn.session, search)
    _record(turn, "mentor_taken_back", request)
    asked = mentor_requests.ask_next(turn.session, search.id, turn.now)
    _record(turn, "mentor_asked", asked)
    return search_card(turn.session, search, _what_now(turn.session, search, asked))


def ask_proposed(turn: Turn, tap: AskProposed) -> Reply:
    """The mentee agrees to whom a round suggested: they are asked as always."""
    request, search = _own_request(turn, tap.request)
    if request.state != "proposed":
        return search_card(turn.session, search)
    if mentor_requests.agree(turn.session, request, turn.now):
        _record(turn, "mentor_asked", request)
        return search_card(turn.session, search, _what_now(turn.session, search, request))
    note = _("The person we had suggested cannot be asked any more. Please choose from the suggestions.")
    live = mentor_searches.live_request(turn.session, search.id)
    return search_card(turn.session, search, None if live is not None else note)


def another_mentor(turn: Turn, tap: AnotherMentor) -> Reply:
    """Somebody else, please. Where a mentor was found already, one looks anew with the same wishes, and stays with the
    present one until one of the two ends that."""
    search = _own_search(turn, tap.search)
    unfinished = mentor_searches.unfinished_of(turn.session, turn.me.id)
    if unfinished is not None:
        return search_card(turn.session, unfinished)
    again = mentor_searches.again(turn.session, search, turn.now)
    note = _("You look for a mentor again, with the same wishes as before. The suggestions show who fits.")
    return search_card(turn.session, again, note)


def cancel_search(turn: Turn, tap: CancelSearch) -> Reply:
    """Asks once."""
    search = _own_search(turn, tap.search)
    if search.state not in UNFINISHED:
        return search_card(turn.session, search)
    if not tap.sure:
        return _ask_once(turn.session, search)
    live = mentor_searches.live_request(turn.session, search.id)
    mentor_requests.close(turn.session, search, turn.now)
    _record(turn, "mentor_taken_back", live)
    text = _("Your search has ended. You can look for a mentor again at any time.")
    return Reply(text, column(Button(_("Find a mentor"), Go("mentors")), Button(_("Menu"), Go("menu"))))


def _ask_once(session: Session, search: MentorSearch) -> Reply:
    live = mentor_searches.live_request(session, search.id)
    names = directory.names_of(session, [live.mentor_id]) if live is not None and live.state == "asked" else {}
    text = _("End your search for a mentor?")
    for name in names.values():
        text = _("End your search for a mentor? {name} then reads that an answer is no longer needed.").format(
            name=name
        )
    yes, no = (
        Button(_("Yes, end it"), CancelSearch(search.id, True)),
        Button(pgettext("search", "Keep looking"), OpenSearch(search.id)),
    )
    return Reply(text, ((yes, no),))


def _record(turn: Turn, action: str, request: MentorRequest | None) -> None:
    """What a member does to another member's pile of requests: by numbers only."""
    if request is not None:
        turn.record(action, load(turn.session, request.mentor_id).number, request=request.id)


def register(router: Router) -> None:
    router.tap(OpenSearch, open_search, gate=Gate.NETWORK)
    router.tap(SendRequests, send_requests, gate=Gate.NETWORK)
    router.tap(TakeBack, take_back, gate=Gate.NETWORK)
    router.tap(AskProposed, ask_proposed, gate=Gate.NETWORK)
    router.tap(AnotherMentor, another_mentor, gate=Gate.NETWORK)
    router.tap(CancelSearch, cancel_search, gate=Gate.NETWORK)
