"""The card of a search for a mentor: who is being asked and until when, who is next, and what came before."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, day, listed, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs
from bot.domain import matching
from db import directory, mentor_requests, mentor_searches, mentors
from db.models.mentoring import LIVE, UNFINISHED, MentorRequest, MentorSearch, Mentorship
from db.models.people import Relayed
from handlers.mentoring.buttons import AnotherMentor, OpenMentorship, OpenSearch
from handlers.mentoring.suggesting import ShowSuggestions
from handlers.mentoring.wording import goal_lines, mentor_lines, reasons_text
from handlers.people.released import full_name_of, lines_about
from handlers.relaying.buttons import About, WriteTo


@dataclass(frozen=True, slots=True)
class TakeBack(Callback, prefix="mt"):
    """Somebody else than this one, please; the request goes with the button, so that two taps take back one."""

    request: int


@dataclass(frozen=True, slots=True)
class AskProposed(Callback, prefix="mv"):
    """The mentor suggested by a round: yes, please ask."""

    request: int


@dataclass(frozen=True, slots=True)
class CancelSearch(Callback, prefix="mu"):
    """I look no further; asked once whether it is meant."""

    search: int
    sure: bool = False


Names = dict[int, str]


def search_card(session: Session, search: MentorSearch, note: Markup | None = None) -> Reply:
    """How the search stands, for the mentee."""
    requests = mentor_searches.requests_of(session, search)
    names = directory.names_of(session, [request.mentor_id for request in requests])
    head = {
        "open": _("<b>Your search for a mentor</b>"),
        "waiting": _("<b>Your search for a mentor</b>"),
        "matched": _("<b>Your search: you have found a mentor</b>"),
        "closed": _("<b>Your search has ended</b>"),
    }[search.state]
    lines = [
        *([note, Markup("")] if note else []),
        head,
        *goal_lines(session, search),
        *_standing(search, requests, names),
        *_so_far(requests, names),
    ]
    return Reply(Markup("\n").join(lines), _rows(session, search, requests))


def _standing(search: MentorSearch, requests: list[MentorRequest], names: Names) -> list[Markup]:
    """Whose turn it is, and who comes next."""
    if search.state not in UNFINISHED:
        return []
    live = next((request for request in requests if request.state in LIVE), None)
    waiting = [names[each.mentor_id] for each in requests if each.state == "queued" and each.mentor_id in names]
    nobody = (
        _("Nobody offers this at present. We tell you as soon as somebody does.")
        if search.state == "waiting"
        else _("Nobody is being asked at present.")
    )
    return [
        Markup(""),
        _being_asked(live, names) if live else nobody,
        *([_("Next in line: {names}").format(names=listed(waiting))] if waiting else []),
    ]


def _being_asked(request: MentorRequest, names: Names) -> Markup:
    name, until = names.get(request.mentor_id), mentor_requests.answer_by(request)
    if name is None or until is None or request.asked_at is None:
        return _("The mentor we had asked cannot be found here any more.")
    if request.state == "proposed":
        return _("The alumni office suggests <b>{name}</b> to you. The suggestion stands until {day}.").format(
            name=name, day=day(until)
        )
    return _("<b>{name}</b> was asked on {since} and has until {day} to answer.").format(
        name=name, since=day(request.asked_at), day=day(until)
    )


def _so_far(requests: list[MentorRequest], names: Names) -> list[Markup]:
    """Whom we asked before, and what came: kindly, and with no reason but the one the mentor gave."""
    told = [line for request in requests if (line := _what_came(request, names)) is not None]
    return [Markup(""), _("<b>So far</b>"), *told] if told else []


def _what_came(request: MentorRequest, names: Names) -> Markup | None:
    name = names.get(request.mentor_id)
    sentences = {
        "accepted": _("{name} said yes."),
        "declined": _("{name} has no time at present: “{words}”")
        if request.reason
        else _("{name} has no time at present."),
        "lapsed": _("{name}: the time to answer ran out."),
        "withdrawn": _("{name}: you wished for somebody else."),
        "gone": _("{name} cannot be asked at present."),
    }
    sentence = sentences.get(request.state)
    if sentence is None:
        return None
    if name is None:
        return _("Somebody who cannot be found here any more.")
    return sentence.format(name=name, words=request.reason)


def _rows(session: Session, search: MentorSearch, requests: list[MentorRequest]) -> Rows:
    menu = Button(_("Menu"), Go("menu"))
    if search.state == "matched":
        opened = _mentorship_button(session, requests)
        return (*column(*opened), (Button(_("Another mentor"), AnotherMentor(search.id)), menu))
    if search.state == "closed":
        return ((Button(_("Find a mentor"), Go("mentors")), menu),)
    live = next((request for request in requests if request.state in LIVE), None)
    return (
        *pairs(*_about_live(session, live), Button(_("Suggestions"), ShowSuggestions(search.id))),
        (Button(_("End my search"), CancelSearch(search.id)), menu),
    )


def _about_live(session: Session, request: MentorRequest | None) -> list[Button]:
    if request is None:
        return []
    if request.state == "proposed":
        return [
            Button(pgettext("mentor", "Ask"), AskProposed(request.id)),
            Button(_("Somebody else"), TakeBack(request.id)),
        ]
    asked_back = select(Relayed.id).where(
        Relayed.about == About.REQUEST, Relayed.ref == request.id, Relayed.sender_id == request.mentor_id
    )
    answer = [Button(_("Write an answer"), WriteTo(About.REQUEST, request.id))]
    has_question = session.scalar(asked_back.limit(1)) is not None
    return [*(answer if has_question else []), Button(_("Another mentor"), TakeBack(request.id))]


def _mentorship_button(session: Session, requests: list[MentorRequest]) -> list[Button]:
    yes = next((request for request in requests if request.state == "accepted"), None)
    together = mentorship_of(session, yes) if yes is not None else None
    return [Button(_("Open the mentorship"), OpenMentorship(together))] if together is not None else []


def mentorship_of(session: Session, request: MentorRequest) -> int | None:
    """What an accepted request became."""
    pair = (Mentorship.mentor_id == request.mentor_id, Mentorship.mentee_id == request.mentee_id)
    return session.scalar(select(Mentorship.id).where(*pair))


def proposal(session: Session, reader: int, request: MentorRequest, search: MentorSearch) -> Reply | None:
    """Somebody suggested by a round, with what they opened to the reader, what they offer and why they fit; None where
    one of the two is not in the network any more."""
    person = directory.released(session, reader, request.mentor_id)
    offer = mentors.load(session, request.mentor_id)
    until = mentor_requests.answer_by(request)
    if person is None or offer is None or until is None or not directory.is_in_network(session, reader):
        return None
    head = _("The alumni office has matched many wishes and suggests a mentor to you: <b>{name}</b>").format(
        name=full_name_of(person)
    )
    lines = [
        head,
        *_why(session, reader, person, search, request),
        *lines_about(person),
        *mentor_lines(session, offer),
        Markup(""),
        _("Shall we ask? You have until {day}; yes or no, both are fine.").format(day=day(until)),
    ]
    rows = (tuple(_about_live(session, request)), (Button(_("My search"), OpenSearch(search.id)),))
    return Reply(Markup("\n").join(lines), rows)


def _why(
    session: Session, reader: int, person: directory.Released, search: MentorSearch, request: MentorRequest
) -> list[Markup]:
    if request.asked_at is None:
        return []
    mentee = mentors.mentee_of(session, search)
    found = mentors.candidates(session, mentee, request.asked_at, only=[person.id])
    return [reasons_text(session, reader, person, matching.explain(mentee, found[0]))] if found else []
