"""The mentor's side of asking: who would like to learn what, yes or no with one tap, or a question first."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_text
from bot.conversation.i18n import _, ngettext, number, pgettext
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import directory, mentor_requests
from db.members import load
from db.mentor_requests import Hindrance
from db.models.mentoring import MentorRequest, Mentorship
from handlers.mentoring.buttons import OpenMentorship, OpenRequest
from handlers.mentoring.pair import last_row
from handlers.mentoring.request_card import AcceptRequest, DeclineRequest, gone, request_card

LONGEST_WORDS = 300
# What the form is about, beside its one answer.
REQUEST = "_request"


@dataclass(frozen=True, slots=True)
class DeclineInWords(Callback, prefix="mx"):
    """No, with a few words for the mentee."""

    request: int


def open_request(turn: Turn, tap: OpenRequest) -> Reply:
    """The request as it stands now."""
    return request_card(turn.session, _own_request(turn, tap.request))


def _own_request(turn: Turn, ident: int) -> MentorRequest:
    """A request this member was asked by; one in line nobody knows of yet."""
    request = mentor_requests.load(turn.session, ident)
    if request is None or request.mentor_id != turn.me.id or request.state in ("queued", "proposed", "dropped"):
        raise Refused(_no_request())
    return request


def _no_request() -> Reply:
    text = _("This request does not exist (any more); nothing is expected from you.")
    return Reply(text, (last_row(),))


def accept_request(turn: Turn, tap: AcceptRequest) -> Reply:
    """Yes: the two are together from now on."""
    request = _own_request(turn, tap.request)
    result = mentor_requests.accept(turn.session, request, turn.now)
    if isinstance(result, Mentorship):
        return _together(turn, request, result)
    if result is Hindrance.FULL:
        return _full(turn, request)
    if result is Hindrance.TOGETHER:
        return Reply(_("The two of you are together already, or were before."), (last_row(),))
    return gone() if result is Hindrance.GONE else request_card(turn.session, request)


def _together(turn: Turn, request: MentorRequest, mentorship: Mentorship) -> Reply:
    turn.record("mentor_accepted", load(turn.session, request.mentee_id).number, request=request.id)
    name = directory.names_of(turn.session, [request.mentee_id])[request.mentee_id]
    text = _(
        "Thank you! You are now the mentor of <b>{name}</b>, who hears of it from us. On the page of your mentorship "
        "you agree how to meet."
    ).format(name=name)
    opened = Button(_("Open the mentorship"), OpenMentorship(mentorship.id))
    others = len(mentor_requests.asked_of(turn.session, turn.me.id))
    if not others:
        return Reply(text, ((opened,), last_row()))
    more = ngettext("{n} more request waits for your answer.", "{n} more requests wait for your answer.", others)
    offer = Button(_("My offer"), Go("mentor"))
    return Reply(Markup("{}\n\n{}").format(text, more.format(n=number(others))), ((opened,), (offer,), last_row()))


def _full(turn: Turn, request: MentorRequest) -> Reply:
    """All places are taken: more of them, or a no."""
    n = mentor_requests.places_taken(turn.session, turn.me.id)
    text = ngettext(
        "You are together with {n} mentee already, as many as you offered places for. In your offer you can add a "
        "place, and then accept; or you decline, which is quite all right.",
        "You are together with {n} mentees already, as many as you offered places for. In your offer you can add a "
        "place, and then accept; or you decline, which is quite all right.",
        n,
    ).format(n=number(n))
    return Reply(
        text,
        (
            (Button(_("My offer"), Go("mentor")), Button(pgettext("mentor", "Decline"), DeclineRequest(request.id))),
            (Button(_("The request"), OpenRequest(request.id)),),
        ),
    )


def decline_request(turn: Turn, tap: DeclineRequest) -> Reply:
    """No: asks once, whether with words or without."""
    request = _own_request(turn, tap.request)
    if request.state != "asked":
        return request_card(turn.session, request)
    if tap.sure:
        return _decline(turn, request, None)
    text = _("A no needs no reason. If you like, add a few words; they are passed on as you write them.")
    return Reply(
        text,
        (
            (Button(_("Without a reason"), DeclineRequest(request.id, True)),),
            (
                Button(_("A few words"), DeclineInWords(request.id)),
                Button(pgettext("button", "Back"), OpenRequest(request.id)),
            ),
        ),
    )


def _decline(turn: Turn, request: MentorRequest, words: str | None) -> Reply:
    if not mentor_requests.decline(turn.session, request, turn.now, words):
        return request_card(turn.session, request)
    turn.record("mentor_declined", load(turn.session, request.mentee_id).number, request=request.id)
    text = _("Thank you for the answer. We pass it on kindly, and look for somebody else.")
    return Reply(text, ((Button(_("My offer"), Go("mentor")), Button(_("Menu"), Go("menu"))),))


def begin_words(turn: Turn, tap: DeclineInWords) -> Outcome:
    """Words begun for one person are never taken up for another."""
    request = _own_request(turn, tap.request)
    if request.state != "asked":
        return request_card(turn.session, request)
    return forms.begin_anew(turn, DECLINING, {REQUEST: request.id})


def _prompt(asking: Asking) -> Markup:
    request = _meant(asking)
    names = directory.names_of(asking.turn.session, [request.mentee_id]) if request is not None else {}
    if request is None or request.mentee_id not in names:
        return _("This person cannot be found here any more.")
    return _("What may we pass on to <b>{name}</b> with your no? A sentence or two, up to {n} characters.").format(
        name=names[request.mentee_id], n=LONGEST_WORDS
    )


def _meant(asking: Asking) -> MentorRequest | None:
    """The request the words are for; None for an old button that goes on with words finished long ago."""
    request = mentor_requests.load(asking.turn.session, int(asking.answers.get(REQUEST, 0)))
    return request if request is not None and request.mentor_id == asking.turn.me.id else None


def _nobody_meant(asking: Asking, _words: Any) -> Reply | None:
    return None if _meant(asking) is not None else _no_request()


def decline_in_words(turn: Turn, answers: Answers) -> Reply:
    """Whoever answered meanwhile, or came too late, sees how the request stands."""
    return _decline(turn, _own_request(turn, int(answers[REQUEST])), answers["words"])


DECLINING = Form(
    name="declinewords",
    title=lambda: _("Declining kindly"),
    questions=(
        Question(
            name="words",
            label=lambda: _("Words"),
            prompt=_prompt,
            check=check_text(LONGEST_WORDS),
            ends=_nobody_meant,
        ),
    ),
    finish=decline_in_words,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(OpenRequest, open_request, gate=Gate.NETWORK)
    router.tap(AcceptRequest, accept_request, gate=Gate.NETWORK)
    router.tap(DeclineRequest, decline_request, gate=Gate.NETWORK)
    router.tap(DeclineInWords, begin_words, gate=Gate.NETWORK)
    router.form(DECLINING, gate=Gate.NETWORK)
