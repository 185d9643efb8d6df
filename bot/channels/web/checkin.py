"""The page behind a ticket's QR code, for the phone of whoever organises the event: one button, and what came of it.

It does not go the road of messages but is a turn of its own, in one transaction: the organiser's row is locked, the
gate is asked, the event is found only by those who organise it, and the log is written, all by the functions that the
chat calls. A stored message would have to be waited for before anything could be shown; and "exactly once" needs none
here, since each call says how it shall be (here, not here, let in): pressed twice, or sent again after a lost answer,
it changes nothing and says since when it is so. What was not committed is answered with "try again".

Looking at the page writes nothing and names nobody, so previews do no harm.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.channels.web.ground import Web
from bot.channels.web.pages import asked_language, doors_page, is_payload, render
from bot.channels.web.security import COOKIE, hash_token
from bot.conversation.i18n import LANGUAGES, _, speaking
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.routing import Gate
from bot.conversation.turn import Turn
from db import web_sessions
from db.doors import lock_sender
from db.trouble import Trouble, classify
from handlers.events.checking_in import Scan, Verdict, headlines, undo_check_in, with_guests
from handlers.events.tickets import examine, read_ticket, scan_ticket
from handlers.events.walk_ins import let_answered_in

PREFIX = "ticket_"
RACES = 3
Act = Callable[[Turn, str], Scan | None]

LOOKS = {
    Verdict.READY: "",
    Verdict.IN: "good",
    Verdict.ALREADY: "mind",
    Verdict.OUT: "mind",
    Verdict.NO_SEAT: "bad",
    Verdict.VOID: "bad",
    Verdict.CLOSED: "bad",
    Verdict.ELSEWHERE: "bad",
}
SIGNS = {"": "", "good": "✓", "mind": "!", "bad": "✕"}


def _with_ticket(do: Callable[[Turn, int], Scan]) -> Act:
    """Do something about the answer of a ticket, if it is a good one."""

    def act(turn: Turn, ticket: str) -> Scan:
        scan = examine(turn, ticket)
        return do(turn, scan.attendance) if scan.attendance is not None else scan

    return act


ACTS: dict[str, Act] = {
    "in": scan_ticket,
    "out": _with_ticket(undo_check_in),
    "admit": _with_ticket(let_answered_in),
}


async def go_page(web: Web, request: Request) -> Response:
    """Behind a shared link: for a ticket, in the browser of somebody who organises, the button; else both doors."""
    payload = request.path_params["payload"]
    if not payload.startswith(PREFIX) or not is_payload(payload):
        return await doors_page(web, request)
    return await _answer(web, request, payload.removeprefix(PREFIX), _look) or await doors_page(web, request)


def _look(turn: Turn, ticket: str) -> Scan | None:
    """What the button would do. The owner of a ticket who cannot check it in sees both doors, like everybody."""
    scan = examine(turn, ticket)
    row = read_ticket(turn, ticket)
    own = row is not None and row.member_id == turn.me.id
    return None if own and scan.verdict in (Verdict.ELSEWHERE, Verdict.CLOSED) else scan


async def check_in_page(web: Web, request: Request) -> Response:
    """The button was pressed."""
    ticket, act = request.path_params["ticket"], ACTS.get(request.path_params["act"])
    if act is None or not is_payload(PREFIX + ticket):
        return PlainTextResponse("not found", 404)
    return await _answer(web, request, ticket, act) or _to_ticket(ticket)


async def shown_again(_web: Web, request: Request) -> Response:
    """The address of a result, asked for by a phone that had closed the page: back to the button."""
    ticket, asked = request.path_params["ticket"], request.query_params.get("language")
    if not is_payload(PREFIX + ticket):
        return PlainTextResponse("not found", 404)
    return _to_ticket(ticket, f"?language={asked}" if asked in LANGUAGES else "")


def _to_ticket(ticket: str, query: str = "") -> Response:
    return RedirectResponse(f"/go/{PREFIX}{ticket}{query}", 303)


async def _answer(web: Web, request: Request, ticket: str, act: Act) -> Response | None:
    """The page with what came of it; None for a browser of somebody who organises nothing."""
    token = hash_token(request.cookies.get(COOKIE, ""))
    for _attempt in range(RACES):
        try:
            page: Response | None = await web.read(
                lambda session: _in_a_turn(web, request, session, token, ticket, act)
            )
        except Exception as error:
            trouble = classify(error)
            if trouble is Trouble.FAULT:
                raise
            if trouble is Trouble.AWAY:
                break
        else:
            return page
    return _failed(web, request)


def _in_a_turn(web: Web, request: Request, session: Session, token: str, ticket: str, act: Act) -> Response | None:
    turn = _turn_of(web, session, token)
    warden = web.router.warden
    if turn is None or warden is None or not warden.admits(turn, Gate.AMBASSADOR):
        return None
    asked = request.query_params.get("language")
    language = asked if asked in LANGUAGES else turn.me.language or asked_language(request)
    try:
        with speaking(language, turn.me.zone):
            scan = act(turn, ticket)
            turn.flush()
            return _page(web, request, language, ticket, scan) if scan is not None else None
    finally:
        turn.close()


def _turn_of(web: Web, session: Session, token: str) -> Turn | None:
    """A turn of the member this browser is signed in as, their row locked."""
    now = web.clock.now()
    browser = web_sessions.find(session, token, now)
    if browser is None or web_sessions.member_of(session, browser.id) is None:
        return None
    connection = session.connection()
    return Turn(connection, lock_sender(connection, "web", browser.id, now), Incoming(Kind.TAP), now, web.house)


def _page(web: Web, request: Request, language: str, ticket: str, scan: Scan) -> Response:
    look = LOOKS[scan.verdict]
    return render(
        web,
        request,
        "checkin.html",
        language=language,
        title=headlines()[scan.verdict] if look else _("Check in: {event}").format(event=scan.title),
        look=look,
        sign=SIGNS[look],
        who=scan.who,
        lines=[line for line in (with_guests(scan.guests), scan.sentence, *scan.times) if line],
        event=scan.title if look else "",
        tally=scan.tally,
        button=_button(ticket, scan),
        chat=_("Open the chat"),
    )


def _button(ticket: str, scan: Scan) -> dict[str, str] | None:
    """The one thing to do next, if there is one. Letting somebody in is taken back in the chat."""
    buttons = {
        Verdict.READY: ("in", _("Check in"), "strong"),
        Verdict.IN: ("out", _("Undo"), ""),
        Verdict.OUT: ("in", _("Check in again"), "strong"),
        Verdict.NO_SEAT: ("admit", _("Let them in all the same"), ""),
    }
    if scan.verdict not in buttons or scan.before is not None:
        return None
    act, label, strength = buttons[scan.verdict]
    return {"action": f"/door/{ticket}/{act}", "label": label, "strength": strength}


def _failed(web: Web, request: Request) -> Response:
    with speaking(asked_language(request)):
        page = render(
            web,
            request,
            "checkin.html",
            title=_("That did not work"),
            look="bad",
            sign=SIGNS["bad"],
            lines=[_("Nobody was checked in. Please load the page again in a moment.")],
            chat=_("Open the chat"),
        )
    page.status_code = 503
    return page
