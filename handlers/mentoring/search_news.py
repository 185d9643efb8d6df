"""What the mentee is told while mentors are asked: kindly each time, and what happens next."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.i18n import _, day
from bot.conversation.notices import Composing, Notice, Switch
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Router
from db import directory, mentor_requests, mentor_searches
from db.mentor_notices import Told
from db.models.mentoring import UNFINISHED, MentorRequest, MentorSearch
from handlers.mentoring.buttons import OpenMentorship, OpenSearch
from handlers.mentoring.search_card import mentorship_of, proposal
from handlers.mentoring.suggesting import ShowSuggestions


@dataclass(frozen=True, slots=True)
class MentorProposed(Notice, kind=Told.PROPOSED):
    """A round of the alumni office suggests somebody; the mentee says whether to ask."""

    request: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        found = _open(at, self.request, "proposed")
        return proposal(at.session, at.member.id, *found) if found is not None else None


@dataclass(frozen=True, slots=True)
class MentorAccepted(Notice, kind=Told.ACCEPTED):
    """The mentor said yes."""

    request: int

    def compose(self, at: Composing) -> Reply | None:
        request = mentor_requests.load(at.session, self.request)
        if request is None or request.state != "accepted" or request.mentee_id != at.member.id:
            return None
        name, together = _name_of(at, request), mentorship_of(at.session, request)
        if name is None or together is None or not directory.is_in_network(at.session, at.member.id):
            return None
        text = _("<b>{name}</b> said yes: you have a mentor! On the page of your mentorship you agree how to meet.")
        opened = Button(_("Open the mentorship"), OpenMentorship(together))
        return Reply(text.format(name=name), ((opened,), (Button(_("Menu"), Go("menu")),)))


@dataclass(frozen=True, slots=True)
class MentorDeclined(Notice, kind=Told.DECLINED):
    """The mentor has no time, perhaps with words of their own."""

    request: int

    def compose(self, at: Composing) -> Reply | None:
        found = _open(at, self.request, "declined")
        if found is None:
            return None
        request, search = found
        name = _name_of(at, request)
        if name is None:
            return _going_on(at, search, _("The mentor we had asked has no time at present."))
        if not request.reason:
            return _going_on(at, search, _("<b>{name}</b> has no time at present.").format(name=name))
        text = _("<b>{name}</b> has no time at present, and writes to you:\n“{words}”")
        return _going_on(at, search, text.format(name=name, words=request.reason))


@dataclass(frozen=True, slots=True)
class MentorLapsed(Notice, kind=Told.LAPSED):
    """A week passed without an answer."""

    request: int

    def compose(self, at: Composing) -> Reply | None:
        found = _open(at, self.request, "lapsed")
        if found is None:
            return None
        request, search = found
        name = _name_of(at, request)
        if name is None:
            return _going_on(at, search, _("The mentor we had asked did not get round to answering within a week."))
        text = _("<b>{name}</b> did not get round to answering within a week.")
        return _going_on(at, search, text.format(name=name))


@dataclass(frozen=True, slots=True)
class MentorGone(Notice, kind=Told.GONE):
    """The mentor who was asked cannot be found any more. With somebody who is erased the request goes, too."""

    search: int
    request: int

    def compose(self, at: Composing) -> Reply | None:
        search = mentor_searches.load(at.session, self.search)
        if search is None or not _looks_on(at, search):
            return None
        return _going_on(at, search, _("The mentor we had asked is not available any more."))


def _open(at: Composing, ident: int, state: str) -> tuple[MentorRequest, MentorSearch] | None:
    """A request in this state, of a search of the reader that goes on."""
    request = mentor_requests.load(at.session, ident)
    search = mentor_searches.load(at.session, request.search_id) if request is not None else None
    if request is None or search is None or request.state != state or not _looks_on(at, search):
        return None
    return request, search


def _looks_on(at: Composing, search: MentorSearch) -> bool:
    return (
        search.member_id == at.member.id
        and search.state in UNFINISHED
        and directory.is_in_network(at.session, at.member.id)
    )


def _name_of(at: Composing, request: MentorRequest) -> str | None:
    return directory.names_of(at.session, [request.mentor_id]).get(request.mentor_id)


def _going_on(at: Composing, search: MentorSearch, head: Markup) -> Reply:
    """What came, and what happens next: somebody else is asked, or the mentee chooses again."""
    mine, menu = Button(_("My search"), OpenSearch(search.id)), Button(_("Menu"), Go("menu"))
    live = mentor_searches.live_request(at.session, search.id)
    until = mentor_requests.answer_by(live) if live is not None and live.state == "asked" else None
    name = _name_of(at, live) if live is not None else None
    if name is not None and until is not None:
        following = _("We have asked {name} now, who has until {day} to answer.").format(name=name, day=day(until))
        return Reply(Markup("{}\n\n{}").format(head, following), ((mine, menu),))
    following = _("There is nobody else in line. Would you like to choose again?")
    again = Button(_("Suggestions"), ShowSuggestions(search.id))
    return Reply(Markup("{}\n\n{}").format(head, following), ((again, mine), (menu,)))


def register(router: Router) -> None:
    for kind in (MentorProposed, MentorAccepted, MentorDeclined, MentorLapsed, MentorGone):
        router.notice(kind)
