""" "I offer" and "I seek": everybody writes a few lines of their own and reads those of others."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice, check_line
from bot.conversation.i18n import N_, _, named, number
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import offers, people
from db.models.lists import Topic
from db.models.people import Offer
from db.places import LARGEST_ID
from handlers.choices import asked, list_topics
from handlers.people.buttons import OpenPerson
from handlers.people.counting import enough_for_today, let_see
from handlers.people.criteria import FORM_NAME, keep_search, load_search

PAGE, LAST_PAGE = 6, 999
LONGEST = 200
LONGEST_LABEL = 40
# Which of the two the form is about.
KIND = "_kind"


class Kind(StrEnum):
    OFFER = "offer"
    SEEK = "seek"


@dataclass(frozen=True, slots=True)
class ListOffers(Callback, prefix="bo"):
    """What others offer, or seek; about one topic, or about any."""

    which: Kind
    topic: int | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChooseTopic(Callback, prefix="bt"):
    """Which topics there are lines about."""

    which: Kind


@dataclass(frozen=True, slots=True)
class MyOffers(Callback, prefix="bm"):
    """My own lines."""


@dataclass(frozen=True, slots=True)
class AddOffer(Callback, prefix="ba"):
    which: Kind


@dataclass(frozen=True, slots=True)
class RemoveOffer(Callback, prefix="br"):
    offer: int


def show_offers(turn: Turn) -> Reply:
    """/offers"""
    return list_offers(turn, ListOffers(Kind.OFFER))


def list_offers(turn: Turn, tap: ListOffers) -> Reply:
    """A page of lines of others; each name not seen yet today counts (`House.names_per_day`)."""
    if tap.topic is not None and not 0 < tap.topic <= LARGEST_ID:
        return choose_topic(turn, ChooseTopic(tap.which))
    page = min(max(tap.page, 0), LAST_PAGE)
    found = offers.newest(turn.session, turn.me.id, tap.which, tap.topic, PAGE + 1, page * PAGE)
    names = {one.offer.member_id: one.name for one in found[:PAGE]}
    visible = _let_see(turn, list(names))
    shown = [one for one in found[:PAGE] if one.offer.member_id in visible]
    enough = [enough_for_today(turn)] if len(visible) < len(names) else []
    nothing = [] if found else [_nothing(tap)]
    text = Markup("\n\n").join([_heading(turn, tap), *(_entry(one) for one in shown), *enough, *nothing])
    cards = [Button(name, OpenPerson(member)) for member, name in names.items() if member in visible]
    pages = leaves(partial(ListOffers, tap.which, tap.topic), page, more=len(found) > PAGE and not enough)
    return Reply(text, (*_kinds(tap), *pairs(*cards), *pages, *_last(tap.which)))


def _let_see(turn: Turn, members: list[int]) -> list[int]:
    """Those of them whose names may be shown; remembered, so that opening their cards does not count again."""
    search = load_search(turn)
    turn.parked = None if turn.parked == FORM_NAME else turn.parked
    visible = let_see(turn, members, search.shown)
    search.shown |= set(visible)
    keep_search(turn, search, listening=False)
    return visible


def _heading(turn: Turn, tap: ListOffers) -> Markup:
    head = _("<b>What others offer</b>") if tap.which is Kind.OFFER else _("<b>What others seek</b>")
    topic = turn.session.get(Topic, tap.topic) if tap.topic is not None else None
    return Markup("{} · {}").format(head, named(topic.names)) if topic is not None else head


def _nothing(tap: ListOffers) -> Markup:
    if tap.topic is not None or tap.page > 0:
        return _("There is nothing more here.")
    if tap.which is Kind.OFFER:
        return _("Nobody offers anything yet. Perhaps you begin?")
    return _("Nobody seeks anything yet. Perhaps you begin?")


def _entry(one: offers.Listed) -> Markup:
    about = Markup(" · {}").format(named(one.topic.names)) if one.topic is not None else Markup("")
    return Markup("<b>{}</b>{}\n{}").format(one.name, about, one.offer.words)


def _kinds(tap: ListOffers) -> Rows:
    """The other side of the board, and the one that is shown."""
    labels = {Kind.OFFER: _("Offered"), Kind.SEEK: _("Sought")}
    return (
        tuple(
            Button(f"✓ {label}" if kind is tap.which else label, ListOffers(kind, tap.topic))
            for kind, label in labels.items()
        ),
    )


def _last(kind: Kind) -> Rows:
    return (
        (Button(_("By topic"), ChooseTopic(kind)), Button(_("My lines"), MyOffers())),
        (Button(_("Find people"), Go("find")), Button(_("Menu"), Go("menu"))),
    )


def choose_topic(turn: Turn, tap: ChooseTopic) -> Reply:
    """The topics of the list are few: they stand on one page."""
    found = offers.topics(turn.session, turn.me.id, tap.which)
    buttons = [Button(f"{named(topic.names)} · {number(n)}", ListOffers(tap.which, topic.id)) for topic, n in found]
    rows = (*column(*buttons), (Button(_("All topics"), ListOffers(tap.which)), Button(_("Menu"), Go("menu"))))
    return Reply(_("Which topic?") if found else _("There is nothing about a topic of the list yet."), rows)


# --- one's own -------------------------------------------------------------------------------------------------


def show_own(turn: Turn, _tap: MyOffers) -> Reply:
    return _own(turn)


def _own(turn: Turn, note: Markup | None = None) -> Reply:
    mine = people.offers_of(turn.session, turn.me.id)
    lines = own_lines(turn) or [_("You have written no lines yet. Others read here what you offer or seek.")]
    text = Markup("\n").join([*([note, Markup("")] if note else []), _("<b>My lines</b>"), *lines])
    removing = [
        Button(_("Remove: {words}").format(words=shorten(offer.words, LONGEST_LABEL)), RemoveOffer(offer.id))
        for offer, _topic in mine
    ]
    rows = (
        (Button(_("I offer …"), AddOffer(Kind.OFFER)), Button(_("I seek …"), AddOffer(Kind.SEEK))),
        *column(*removing),
        (Button(_("Of others"), Go("offers")), Button(_("My entry"), Go("entry"))),
    )
    return Reply(text, rows)


def own_lines(turn: Turn) -> list[Markup]:
    """What somebody offers and seeks, each in one line."""
    return [_own_line(offer, topic) for offer, topic in people.offers_of(turn.session, turn.me.id)]


def _own_line(offer: Offer, topic: Topic | None) -> Markup:
    sentence = _("I offer: {words}") if offer.kind == Kind.OFFER else _("I seek: {words}")
    about = Markup(" ({})").format(named(topic.names)) if topic is not None else Markup("")
    return Markup("{}{}").format(sentence.format(words=offer.words), about)


def begin(turn: Turn, tap: AddOffer) -> Outcome:
    turn.parked = None if turn.parked == OFFERING.name else turn.parked
    if not offers.has_room(turn.session, turn.me.id, tap.which):
        return _own(turn, _full())
    return forms.begin_about(turn, OFFERING, KIND, {KIND: tap.which.value})


def _full() -> Markup:
    return _("You have {n} of these lines already. Please remove one first.").format(n=number(offers.MOST))


def save(turn: Turn, answers: Answers) -> Reply:
    if not offers.has_room(turn.session, turn.me.id, answers[KIND]):
        return _own(turn, _full())
    topic = int(answers["topic"]) if answers.get("topic") else None
    offers.add(turn.session, turn.me.id, answers[KIND], topic, answers["words"], turn.now)
    return _own(turn, _("Saved. Other alumni read it in /offers, with your name."))


def remove(turn: Turn, tap: RemoveOffer) -> Reply:
    words = offers.remove(turn.session, turn.me.id, tap.offer)
    if words is None:
        return _own(turn, _("This line is not there any more."))
    return _own(turn, _("Removed: {words}").format(words=words))


def _is_offer(asking: Asking) -> bool:
    return bool(asking.answers.get(KIND) == Kind.OFFER)


OFFERING = Form(
    name="offer",
    title=lambda: _("I offer, I seek"),
    questions=(
        Question(
            name="topic",
            label=lambda: _("Topic"),
            prompt=lambda _asking: _("Which topic is it about? If it is none of these, please skip this."),
            check=check_choice(asked(list_topics)),
            choices=asked(list_topics),
            optional=True,
            typed=False,
        ),
        Question(
            name="words",
            label=lambda: _("Text"),
            prompt=lambda asking: (
                _("What do you offer to other alumni? One line, up to {n} characters.")
                if _is_offer(asking)
                else _("What do you seek? One line, up to {n} characters.")
            ).format(n=LONGEST),
            check=check_line(LONGEST),
        ),
    ),
    finish=save,
    starts=None,
)


def register(router: Router) -> None:
    router.command("offers", show_offers, gate=Gate.NETWORK, about=N_("What alumni offer and seek"))
    router.tap(ListOffers, list_offers, gate=Gate.NETWORK)
    router.tap(ChooseTopic, choose_topic, gate=Gate.NETWORK)
    router.tap(MyOffers, show_own, gate=Gate.NETWORK)
    router.tap(AddOffer, begin, gate=Gate.NETWORK)
    router.tap(RemoveOffer, remove, gate=Gate.NETWORK)
    router.form(OFFERING, gate=Gate.NETWORK)
