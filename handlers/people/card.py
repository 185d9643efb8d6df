"""The card of a person: what they opened to the reader, and the ways to get in touch."""

from collections.abc import Iterator

from markupsafe import Markup

from bot.conversation.i18n import _, listed, named
from bot.conversation.reply import Button, Go, Reply, Rows
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import directory, looks, members, mentors, people
from db.directory import Released
from db.models.lists import Topic
from db.models.mentoring import Mentor
from db.models.people import Offer
from db.places import LARGEST_ID
from handlers.mentoring.buttons import KeepApart
from handlers.mentoring.wording import topic_words
from handlers.people.buttons import AskContact, OpenPerson
from handlers.people.counting import enough_for_today, let_see
from handlers.people.criteria import FORM_NAME, Search, keep_search, load_search
from handlers.people.reaching import gone
from handlers.people.released import full_name_of, lines_about
from handlers.people.search_buttons import ShowSearch


def open_person(turn: Turn, tap: OpenPerson) -> Reply:
    """Opening a card is recorded, and counts as a name unless the reader was shown it today already."""
    search = _leave_search(turn)
    if tap.member == turn.me.id:
        return Reply(_("This is you."), ((Button(_("My entry"), Go("entry")), Button(_("Menu"), Go("menu"))),))
    known = 0 < tap.member <= LARGEST_ID
    person = directory.released(turn.session, turn.me.id, tap.member) if known else None
    if person is None:
        return gone()
    if not _may_see(turn, tap.member, search):
        return Reply(enough_for_today(turn), (_last_row(), (Button(_("Contact"), Go("contact")),)))
    _record(turn, tap.member)
    mentor = mentors.load(turn.session, tap.member)
    return Reply(Markup("\n").join(_lines(turn, person, mentor)), _rows(turn, tap.member, mentor))


def _leave_search(turn: Turn) -> Search:
    """The search is kept to come back to; words written now are no longer a name to search by."""
    search = load_search(turn)
    if turn.parked == FORM_NAME:
        turn.parked = None
        keep_search(turn, search, listening=False)
    return search


def _may_see(turn: Turn, member: int, search: Search) -> bool:
    today = turn.now.date()
    opened = looks.has_looked(turn.session, turn.me.id, member, today)
    known = search.shown | ({member} if opened else set())
    return bool(let_see(turn, [member], known))


def _record(turn: Turn, member: int) -> None:
    looks.look(turn.session, turn.member, member, turn.now.date())
    if members.is_coordinator(turn.session, turn.me.id):
        turn.record("card_opened", members.load(turn.session, member).number)


def _lines(turn: Turn, person: Released, mentor: Mentor | None) -> Iterator[Markup]:
    yield Markup("<b>{}</b>").format(full_name_of(person))
    about = lines_about(person)
    yield from about or [_("Nothing more is open to you.")]
    yield from (_offer_line(*each) for each in people.offers_of(turn.session, person.id))
    if mentor is not None:
        words = topic_words(turn.session, mentors.keys_of(turn.session, person.id), mentor.free_topics)
        yield _("Offers mentoring on: {topics}").format(topics=listed(words))


def _offer_line(offer: Offer, topic: Topic | None) -> Markup:
    words = f"{offer.words} ({named(topic.names)})" if topic is not None else offer.words
    sentence = _("Offers: {words}") if offer.kind == "offer" else _("Seeks: {words}")
    return sentence.format(words=words)


def _rows(turn: Turn, member: int, mentor: Mentor | None) -> Rows:
    apart = mentors.wishes_apart(turn.session, turn.me.id, member)
    suggest = _("Suggest us again") if apart else _("Do not suggest as mentor")
    return (
        (Button(_("Ask for contact"), AskContact(member)),),
        *(((Button(_("Find a mentor"), Go("mentors")),),) if mentor is not None else ()),
        (Button(suggest, KeepApart(member, not apart)),),
        _last_row(),
    )


def _last_row() -> tuple[Button, ...]:
    return (Button(_("Back to search"), ShowSearch()), Button(_("Menu"), Go("menu")))


def register(router: Router) -> None:
    router.tap(OpenPerson, open_person, gate=Gate.NETWORK)
