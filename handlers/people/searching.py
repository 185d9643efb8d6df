"""People find people: by name in any script, and by what others have opened to them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import form_steps
from bot.conversation.house import House
from bot.conversation.i18n import N_, _, language, named
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import directory, names, people, places
from db.directory import Released
from db.drafts import Filling
from handlers.people.buttons import OpenPerson
from handlers.people.counting import enough_for_today, let_see, names_left
from handlers.people.criteria import (
    ASKED,
    FORM_NAME,
    QUESTIONS,
    Search,
    asking_for,
    criteria_of,
    keep_search,
    labels,
    load_search,
    read_search,
    say,
)
from handlers.people.released import full_name_of
from handlers.people.search_buttons import By, Narrow, ShowSearch, Widen

PAGE, MOST_PAGES = 6, 50
LONGEST_LABEL = 48


def find_people(turn: Turn) -> Reply:
    """/find: a new search."""
    search = load_search(turn)
    search.held, search.page = {}, 0
    return show(turn, search)


def show_search(turn: Turn, tap: ShowSearch) -> Reply:
    search = load_search(turn)
    if tap.page is not None:
        search.page = min(max(tap.page, 0), MOST_PAGES - 1)
    return show(turn, search)


def narrow(turn: Turn, tap: Narrow) -> Outcome:
    """Ask for one more condition, or for another one in its place."""
    _go_on(turn)
    return form_steps.resume(turn, FORM, Filling(FORM_NAME, "", asking_for(load_search(turn), tap.by)))


def widen(turn: Turn, tap: Widen) -> Reply:
    search = load_search(turn)
    search.held.pop(tap.by, None)
    search.page = 0
    return show(turn, search)


def take(turn: Turn, answers: Answers) -> Reply:
    """The one answer: one more condition."""
    search, by = read_search(turn, answers), By(answers[ASKED])
    search.held[by] = answers[by.value]
    search.page = 0
    return show(turn, search)


def _go_on(turn: Turn) -> None:
    """Whoever goes on searching need not be offered to."""
    turn.parked = None if turn.parked == FORM_NAME else turn.parked


def show(turn: Turn, search: Search) -> Reply:
    """What is searched by, whom that finds, and how to find more or fewer. Words written now are a name."""
    _go_on(turn)
    found, more, say_so = _find(turn, search)
    keep_search(turn, search, listening=True)
    texts = [_("<b>Find people</b>"), *_conditions(turn, search), *([say_so] if say_so else [])]
    rows = (
        *column(*(Button(_label(person), OpenPerson(person.id)) for person in found)),
        *leaves(ShowSearch, search.page, more=more),
        *_change_rows(turn, search),
    )
    return Reply(Markup("\n\n").join(texts), rows)


def _find(turn: Turn, search: Search) -> tuple[list[Released], bool, Markup | None]:
    """A page of people, whether there are more, and what there is to say about it."""
    if not search.held:
        return [], False, _whom()
    if names_left(turn) == 0 and not search.shown:
        return [], False, enough_for_today(turn)
    ids = _ids(turn, search)
    visible = let_see(turn, ids[:PAGE], search.shown)
    search.shown |= set(visible)
    found = [person for each in visible if (person := directory.released(turn.session, turn.me.id, each))]
    if len(visible) < len(ids[:PAGE]):
        return found, False, enough_for_today(turn)
    return found, len(ids) > PAGE and search.page + 1 < MOST_PAGES, _tap_or_change(found)


def _whom() -> Markup:
    return _(
        "Whom are you looking for? Write a name or its beginning, in any script, or choose below. You find alumni who "
        "agreed to be found, by what they have opened to you. The person whose entry you open can see on which day it "
        "was, and your name only if you agree to that."
    )


def _ids(turn: Turn, search: Search) -> list[int]:
    """A page and one more; where a page is no more, the first."""
    criteria = criteria_of(search)
    found = people.search(turn.session, turn.me.id, criteria, PAGE + 1, search.page * PAGE)
    if not found and search.page:
        search.page = 0
        return people.search(turn.session, turn.me.id, criteria, PAGE + 1)
    return found


def _tap_or_change(found: list[Released]) -> Markup:
    if found:
        return _("Tap a name to see more. To change the search, write another name or use the buttons below.")
    return _(
        "Nobody was found. Please try fewer conditions or another spelling: you find only those who agreed to it and "
        "opened to you what you search by. The alumni office is glad to help you reach somebody."
    )


def _conditions(turn: Turn, search: Search) -> Iterator[Markup]:
    lines = [
        _("<b>{label}:</b> {answer}").format(label=label, answer=say(turn, by, search.held[by]))
        for by, label in labels().items()
        if by in search.held
    ]
    if lines:
        yield Markup("\n").join(lines)


def _label(person: Released) -> str:
    """The name, and one thing opened to the reader that tells people of one name apart."""
    return shorten(" · ".join([full_name_of(person), *_mark_of(person)]), LONGEST_LABEL)


def _mark_of(person: Released) -> list[str]:
    if person.place is not None:
        return [places.name_place(person.place, language())]
    return [named((studied.programme or studied.institution).names) for studied in person.studies[:1]]


def _change_rows(turn: Turn, search: Search) -> Rows:
    held = [
        Button(shorten(f"✕ {label} · {say(turn, by, search.held[by])}", LONGEST_LABEL), Widen(by))
        for by, label in labels().items()
        if by in search.held
    ]
    others = [
        Button(label, Narrow(by)) for by, label in labels().items() if by not in search.held and by is not By.NAME
    ]
    again = [Button(_("New search"), Go("find")), Button(_("Contact"), Go("contact"))] if search.held else []
    return (*column(*held), *pairs(*others), *pairs(*again, Button(_("Menu"), Go("menu"))))


FORM = Form(
    name=FORM_NAME,
    title=lambda: _("Find people"),
    questions=QUESTIONS,
    finish=take,
    card=lambda turn: show(turn, load_search(turn)),
)


def index_missing() -> Callable[[Session, datetime, House], bool]:
    """A planner that indexes the names of those who were members before there was an index. It goes through all ids
    once in the life of the program; whoever comes later is indexed when their name is written."""
    done_to = 0

    def plan(session: Session, _now: datetime, _house: House) -> bool:
        nonlocal done_to
        done = names.index_after(session, done_to)
        done_to = done_to if done is None else done
        return done is not None

    return plan


def register(router: Router) -> None:
    router.command("find", find_people, gate=Gate.NETWORK, about=N_("Find people"))
    router.tap(ShowSearch, show_search, gate=Gate.NETWORK)
    router.tap(Narrow, narrow, gate=Gate.NETWORK)
    router.tap(Widen, widen, gate=Gate.NETWORK)
    router.form(FORM, gate=Gate.NETWORK)
    router.planner(index_missing(), lambda _session, _now: None)
