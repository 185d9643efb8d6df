"""A request as the mentor reads it, and what is told to a mentor about it."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, day, pgettext
from bot.conversation.notices import Composing, Notice, Switch
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from db import directory, mentor_notices, mentor_requests, mentor_searches
from db.directory import Released
from db.mentor_notices import Told
from db.models.mentoring import MentorRequest
from handlers.mentoring.buttons import ListMentorships, OpenMentorship
from handlers.mentoring.pair import last_row
from handlers.mentoring.search_card import mentorship_of
from handlers.mentoring.wording import goal_lines
from handlers.people.released import full_name_of, lines_about
from handlers.relaying.buttons import About, WriteTo


@dataclass(frozen=True, slots=True)
class AcceptRequest(Callback, prefix="my"):
    """Yes, I will be your mentor."""

    request: int


@dataclass(frozen=True, slots=True)
class DeclineRequest(Callback, prefix="mw"):
    """No; `sure` when no words are to be added."""

    request: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class MentorAsked(Notice, kind=Told.ASKED):
    """Somebody would like to have the reader as a mentor."""

    request: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _unanswered(at, self.request, None)


@dataclass(frozen=True, slots=True)
class MentorReminded(Notice, kind=Told.REMINDED):
    """The one reminder, on the third day."""

    request: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _unanswered(at, self.request, _("A reminder: this request still waits for your answer."))


@dataclass(frozen=True, slots=True)
class MentorNoMore(Notice, kind=Told.NO_MORE):
    """The mentee wished for somebody else, or time ran out. Only for who knew of the request; without the name of
    somebody who has left."""

    request: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        if not mentor_notices.knows_of(at.session, at.member.id, self.request):
            return None
        request = mentor_requests.load(at.session, self.request)
        if request is not None and (request.mentor_id != at.member.id or request.state == "asked"):
            return None
        return Reply(_no_more(at, request), ((Button(_("My offer"), Go("mentor")), Button(_("Menu"), Go("menu"))),))


def _no_more(at: Composing, request: MentorRequest | None) -> Markup:
    pair = (at.member.id, request.mentee_id) if request is not None else ()
    names = directory.names_of(at.session, pair)
    if request is None or len(names) < 2:
        return _("Somebody who had asked you for mentoring does not need it any more. Nothing is expected from you.")
    name = names[request.mentee_id]
    if request.state == "lapsed":
        return _(
            "The time to answer the request of {name} is over, and we look for somebody else. Nothing is expected "
            "from you; perhaps another time."
        ).format(name=name)
    return _("{name} does not need your mentoring any more. Nothing is expected from you. Thank you!").format(name=name)


def _unanswered(at: Composing, ident: int, head: Markup | None) -> Reply | None:
    """The card, as long as the answer is wanted and both are in the network."""
    request = mentor_requests.load(at.session, ident)
    if request is None or request.state != "asked" or request.mentor_id != at.member.id:
        return None
    person = directory.released(at.session, at.member.id, request.mentee_id)
    if person is None or not directory.is_in_network(at.session, at.member.id):
        return None
    return _asking(at.session, request, person, head)


def request_card(session: Session, request: MentorRequest) -> Reply:
    """The request in its present state, for the mentor."""
    person = directory.released(session, request.mentor_id, request.mentee_id)
    if person is None:
        return gone()
    if request.state == "asked":
        return _asking(session, request, person, None)
    text = {
        "accepted": _("You said yes to <b>{name}</b>."),
        "declined": _("You told <b>{name}</b> that you have no time at present."),
        "lapsed": _("The time to answer <b>{name}</b> is over; somebody else is asked. Nothing is expected from you."),
    }.get(request.state, _("The request of <b>{name}</b> is not open any more. Nothing is expected from you."))
    together = mentorship_of(session, request) if request.state == "accepted" else None
    opened = column(Button(_("Open the mentorship"), OpenMentorship(together))) if together is not None else ()
    last = last_row()
    return Reply(text.format(name=full_name_of(person)), (*opened, last))


def gone() -> Reply:
    """Whoever asked has left the network: the same sentence for everybody."""
    return Reply(
        _("This person cannot be found here any more."),
        column(Button(_("My mentorships"), ListMentorships()), Button(_("Menu"), Go("menu"))),
    )


def _asking(session: Session, request: MentorRequest, person: Released, head: Markup | None) -> Reply:
    search, until = mentor_searches.load(session, request.search_id), mentor_requests.answer_by(request)
    assert search is not None and until is not None
    lines = [
        *([head, Markup("")] if head else []),
        _("<b>{name}</b> would like to have you as a mentor.").format(name=full_name_of(person)),
        *goal_lines(session, search),
        Markup(""),
        *lines_about(person),
        _("Please answer by {day}; after that we ask somebody else. A no is quite all right.").format(day=day(until)),
    ]
    rows = (
        (
            Button(pgettext("mentor", "Accept"), AcceptRequest(request.id)),
            Button(pgettext("mentor", "Decline"), DeclineRequest(request.id)),
        ),
        (Button(_("Ask a question"), WriteTo(About.REQUEST, request.id)), Button(_("Pause my offer"), Go("mentor"))),
    )
    return Reply(Markup("\n").join(lines), rows)


def register(router: Router) -> None:
    for kind in (MentorAsked, MentorReminded, MentorNoMore):
        router.notice(kind)
