"""Whom we suggest to somebody who looks for a mentor: up to five, each with why, to be put in order by tapping."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, listed, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.matching import Suggestion, Weights, suggest
from db import directory, looks, mentor_searches, mentors
from db.directory import Released
from db.models.mentoring import UNFINISHED, MentorSearch
from handlers.mentoring.buttons import KeepApart, OpenSearch, SendRequests
from handlers.mentoring.wording import language_names, mentor_lines, reasons_text, topic_words
from handlers.people.counting import names_left
from handlers.people.released import full_name_of, lines_about

MOST_ASKED = 3
LONGEST_NAME = 24
Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShowSuggestions(Callback, prefix="mb"):
    """Whom you suggest for my search; these I chose already, in this order."""

    search: int
    first: int | None = None
    second: int | None = None
    third: int | None = None

    @property
    def order(self) -> Order:
        return _order(self.first, self.second, self.third)


@dataclass(frozen=True, slots=True)
class OpenSuggested(Callback, prefix="mc"):
    """The whole card of one of them; then back to the list as it was."""

    search: int
    mentor: int
    first: int | None = None
    second: int | None = None
    third: int | None = None

    @property
    def order(self) -> Order:
        return _order(self.first, self.second, self.third)


@dataclass(frozen=True, slots=True)
class ChangeWishes(Callback, prefix="md"):
    """I would like to look for something else."""

    search: int


@dataclass(frozen=True, slots=True)
class WaitForMentor(Callback, prefix="me"):
    """Tell me when there is someone."""

    search: int


def _order(*chosen: int | None) -> Order:
    return tuple(dict.fromkeys(each for each in chosen if each is not None))


def find_suggestions(
    session: Session, search: MentorSearch, weights: Weights, now: datetime, only: Collection[int] | None = None
) -> list[Suggestion]:
    """The best who can be asked for this search now: nobody kept apart from the mentee, nobody asked before."""
    mentee = mentors.mentee_of(session, search)
    asked = {frozenset((search.member_id, mentor)) for mentor in _asked_before(session, search)}
    apart = mentors.apart_of(session, search.member_id) | asked
    return suggest(mentee, mentors.candidates(session, mentee, now, only), weights, apart)


def _asked_before(session: Session, search: MentorSearch) -> list[int]:
    return [request.mentor_id for request in mentor_searches.requests_of(session, search) if request.asked_at]


def my_search(turn: Turn, ident: int) -> MentorSearch:
    """A search of the reader's that is not over."""
    search = mentor_searches.load(turn.session, ident)
    if search is None or search.member_id != turn.me.id or search.state not in UNFINISHED:
        text = _("This search is over, or is not yours. You can begin a new one at any time.")
        raise Refused(Reply(text, column(Button(_("Find a mentor"), Go("mentors")), Button(_("Menu"), Go("menu")))))
    return search


def show_suggestions(turn: Turn, tap: ShowSuggestions) -> Reply:
    return suggestions_page(turn, my_search(turn, tap.search), tap.order)


def suggestions_page(turn: Turn, search: MentorSearch, order: Order = (), note: Markup | None = None) -> Reply:
    """Up to five, and those chosen before who can still be asked; or what is missing."""
    turn.flush()
    found = _found(turn, search, order)
    people = _people(turn, found)
    if not people:
        return nobody_page(turn, search, note)
    kept = tuple(each for each in order if each in [person.id for person, _suggestion in people])
    if not kept and not _count_names(turn, len(people)):
        return _enough_for_today()
    parts = [
        *([note] if note else []),
        *_gone(order, kept),
        *_being_asked(turn, search),
        _how(),
        *_paragraphs(turn, people),
    ]
    return Reply(Markup("\n\n").join(parts), _rows(search, people, kept))


def _found(turn: Turn, search: MentorSearch, order: Order) -> list[Suggestion]:
    best = find_suggestions(turn.session, search, turn.house.weights, turn.now)
    missing = set(order) - {each.mentor.id for each in best}
    if not missing:
        return best
    return [*best, *find_suggestions(turn.session, search, turn.house.weights, turn.now, only=missing)]


def _people(turn: Turn, found: Sequence[Suggestion]) -> list[tuple[Released, Suggestion]]:
    seen = [(directory.released(turn.session, turn.me.id, each.mentor.id), each) for each in found]
    return [(person, each) for person, each in seen if person is not None]


def _count_names(turn: Turn, names: int) -> bool:
    """Whether the reader may be shown so many names more today: nobody leafs through all mentors by ever new wishes."""
    if names_left(turn) == 0:
        return False
    looks.count_names(turn.session, turn.me.id, turn.now.date(), names)
    return True


def _enough_for_today() -> Reply:
    text = _("You have been shown many names today. Please look again tomorrow; your search stays as it is.")
    return Reply(text, column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))))


def _gone(order: Order, kept: Order) -> list[Markup]:
    if order == kept:
        return []
    return [_("Somebody you had chosen cannot be asked at present. Please choose anew.")]


def _being_asked(turn: Turn, search: MentorSearch) -> list[Markup]:
    if mentor_searches.live_request(turn.session, search.id) is None:
        return []
    return [_("Somebody is being asked already. Whom you choose here is asked next, if it does not work out.")]


def _how() -> Markup:
    return _(
        "These people could be your mentor. Tap up to three names, in the order in which you would like to ask: we ask "
        "one at a time, and the next only if it does not work out."
    )


def _paragraphs(turn: Turn, people: Sequence[tuple[Released, Suggestion]]) -> list[Markup]:
    return [
        Markup("<b>{}</b>\n{}").format(
            full_name_of(person), reasons_text(turn.session, turn.me.id, person, each.reasons)
        )
        for person, each in people
    ]


def _rows(search: MentorSearch, people: Sequence[tuple[Released, Suggestion]], order: Order) -> Rows:
    ask = [Button(pgettext("mentor", "Ask"), SendRequests(search.id, *order))] if order else []
    return (
        *(_person_row(search, person, order) for person, _suggestion in people),
        *column(*ask),
        (Button(_("Change my wishes"), ChangeWishes(search.id)), Button(_("My search"), OpenSearch(search.id))),
        (Button(_("Menu"), Go("menu")),),
    )


def _person_row(search: MentorSearch, person: Released, order: Order) -> tuple[Button, ...]:
    card = Button(pgettext("mentor", "Card"), OpenSuggested(search.id, person.id, *order))
    label = shorten(person.full_name, LONGEST_NAME)
    if person.id in order:
        label = f"{order.index(person.id) + 1}. {label}"
    return (Button(label, ShowSuggestions(search.id, *with_or_without(order, person.id))), card)


def with_or_without(order: Order, mentor: int) -> Order:
    """The order after a tap on this name: put behind the others, or taken out. With three chosen it stays."""
    if mentor in order:
        return tuple(each for each in order if each != mentor)
    return (*order, mentor) if len(order) < MOST_ASKED else order


# --- one of them -------------------------------------------------------------------------------------------------


def open_suggested(turn: Turn, tap: OpenSuggested) -> Reply:
    """Everything the mentor offers and released. That the card was opened is written down, as with anybody's."""
    search = my_search(turn, tap.search)
    found = _people(turn, find_suggestions(turn.session, search, turn.house.weights, turn.now, only=[tap.mentor]))
    offer = mentors.load(turn.session, tap.mentor)
    if not found or offer is None:
        return suggestions_page(turn, search, tap.order, _("This person cannot be asked at present."))
    person, suggestion = found[0]
    looks.look(turn.session, turn.member, person.id, turn.now.date())
    lines = [
        Markup("<b>{}</b>").format(full_name_of(person)),
        reasons_text(turn.session, turn.me.id, person, suggestion.reasons),
        Markup(""),
        *mentor_lines(turn.session, offer),
        *lines_about(person),
    ]
    return Reply(Markup("\n").join(lines), _card_rows(search, person, tap.order))


def _card_rows(search: MentorSearch, person: Released, order: Order) -> Rows:
    chosen = person.id in order
    label = pgettext("mentor", "Take out") if chosen else pgettext("mentor", "Choose")
    choose = Button(label, ShowSuggestions(search.id, *with_or_without(order, person.id)))
    back = Button(pgettext("button", "Back"), ShowSuggestions(search.id, *order))
    full = not chosen and len(order) == MOST_ASKED
    return ((back,) if full else (choose, back), (Button(_("Do not suggest"), KeepApart(person.id, True)),))


# --- nobody ------------------------------------------------------------------------------------------------------


def nobody_page(turn: Turn, search: MentorSearch, note: Markup | None = None) -> Reply:
    """What is missing, and what can be done about it."""
    waiting = search.state == "waiting"
    parts = [
        *([note] if note else []),
        *_being_asked(turn, search),
        _missing(turn, search),
        _("We shall tell you as soon as there is someone. Until then you can change your wishes at any time.")
        if waiting
        else _("You can change your wishes, or we tell you as soon as there is someone. The alumni office helps, too."),
    ]
    wait = [] if waiting else [Button(_("Tell me when there is someone"), WaitForMentor(search.id))]
    rows = (
        *column(*wait),
        (Button(_("Change my wishes"), ChangeWishes(search.id)), Button(_("My search"), OpenSearch(search.id))),
        (Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),
    )
    return Reply(Markup("\n\n").join(parts), rows)


def _missing(turn: Turn, search: MentorSearch) -> Markup:
    """Nothing is said of who was asked already or is kept apart: to nobody shall a wish be betrayed."""
    mentee = mentors.mentee_of(turn.session, search)
    offering = mentors.offering(turn.session, mentee, turn.now)
    speaking = [each for each in offering if not each.languages.isdisjoint(mentee.languages)]
    if not offering:
        topics = topic_words(turn.session, mentee.topics, search.free_topics)
        return _("At present nobody offers these topics: {topics}.").format(topics=listed(topics))
    if not speaking:
        languages = language_names(mentee.languages, either=True)
        return _("There are mentors for your topics, but none who speaks {languages}.").format(languages=languages)
    if all(each.busy >= each.capacity for each in speaking):
        return _("All mentors for your topics have as many mentees as they have time for.")
    return _("At present there is nobody else whom we could suggest to you.")


def register(router: Router) -> None:
    router.tap(ShowSuggestions, show_suggestions, gate=Gate.NETWORK)
    router.tap(OpenSuggested, open_suggested, gate=Gate.NETWORK)
