"""Whom somebody looks for: conditions kept in a draft, and the questions by which they are asked, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.form_cards import shown
from bot.conversation.i18n import _, named, pgettext
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.reply import Ask
from bot.conversation.turn import Turn
from bot.domain.people import clean
from db import drafts
from db.drafts import Filling
from db.models.lists import Entry, Institution, Topic
from db.names import words_of
from db.people import ANYTHING, Criteria
from handlers.choices import asked, check_cohort, list_institutions, list_topics
from handlers.people.search_buttons import By

FORM_NAME = "find"
KEPT = timedelta(days=1)
LONGEST_NAME = 60
# In the draft, beside the one answer: which one is asked for, the conditions so far, the page, who was shown today.
ASKED, HELD, PAGE, SHOWN = "_asked", "held", "_page", "_shown"


@dataclass(slots=True)
class Search:
    """What somebody searches by, as the questions keep it; the page they are on; whom they were shown on `day`."""

    held: dict[By, str] = field(default_factory=dict)
    page: int = 0
    day: str = ""
    shown: set[int] = field(default_factory=set)


def load_search(turn: Turn) -> Search:
    """The one they are at; an empty one where there is none any more."""
    filling = drafts.find(turn.connection, turn.me.id, FORM_NAME)
    return read_search(turn, filling.answers if filling is not None else {})


def read_search(turn: Turn, answers: Answers) -> Search:
    """The search in the answers of a draft."""
    day, *ids = answers.get(SHOWN) or [""]
    today = turn.now.date().isoformat()
    held = {By(by): value for by, value in (answers.get(HELD) or {}).items()}
    return Search(held, answers.get(PAGE) or 0, today, set(ids) if day == today else set())


def keep_search(turn: Turn, search: Search, *, listening: bool) -> None:
    """Keep it for a day. While it is `listening`, words that are written are a name to search by."""
    question = By.NAME.value if listening else ""
    filling = Filling(FORM_NAME, question, asking_for(search, By.NAME))
    drafts.keep(turn.connection, turn.me.id, filling, turn.now + KEPT)
    if not listening:
        drafts.park(turn.connection, turn.me.id)


def asking_for(search: Search, by: By) -> Answers:
    """The answers of a draft in which this is asked for."""
    held = {each.value: value for each, value in search.held.items()}
    return {ASKED: by.value, HELD: held, PAGE: search.page, SHOWN: [search.day, *sorted(search.shown)]}


def criteria_of(search: Search) -> Criteria:
    held = search.held
    first, _dash, last = held.get(By.COHORT, "").partition("-")
    return Criteria(
        words=held.get(By.NAME, ""),
        city=_number(held.get(By.CITY)),
        institution=_number(held.get(By.INSTITUTION)),
        cohort=(int(first), int(last)) if first else None,
        topic=_number(held.get(By.TOPIC)),
        offers=_number(held.get(By.OFFERS)),
        seeks=_number(held.get(By.SEEKS)),
    )


def _number(value: str | None) -> int | None:
    return int(value) if value is not None else None


def labels() -> dict[By, Markup]:
    return {
        By.NAME: _("Name"),
        By.CITY: _("City"),
        By.INSTITUTION: _("Institution"),
        By.COHORT: pgettext("segment", "Cohort"),
        By.TOPIC: pgettext("segment", "Topic"),
        By.OFFERS: _("Who offers"),
        By.SEEKS: _("Who seeks"),
    }


def say(turn: Turn, by: By, value: str) -> str:
    """A condition in the reader's words: "Berlin, Germany"."""
    question = next(each for each in QUESTIONS if each.name == by)
    return shown(question, Asking(turn, {by.value: value}))


def _check_name(_asking: Asking, typed: Any) -> str:
    name = clean(str(typed))
    if len(name) > LONGEST_NAME:
        raise Unfit(_("This is too long: please use at most {n} characters.").format(n=LONGEST_NAME))
    if not words_of(name):
        raise Unfit(_("Please write a name, or its beginning, in any script."))
    return name


def _show_years(_asking: Asking, value: Any) -> str:
    first, _dash, last = str(value).partition("-")
    return first if first == last else f"{first}–{last}"


def _show_entry(table: type[Entry]) -> Callable[[Asking, Any], str]:
    """Its name, closed meanwhile or not."""

    def show(asking: Asking, value: Any) -> str:
        row = asking.turn.session.get(table, int(value))
        return named(row.names) if row is not None else "–"

    return show


def _wares(asking: Asking) -> list[Choice]:
    return [Choice(str(ANYTHING), _("Anything")), *list_topics(asking.turn.session)]


def _only_when(by: By) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(ASKED) == by


QUESTIONS: tuple[Question, ...] = (
    Question(
        name=By.NAME.value,
        label=lambda: _("Name"),
        prompt=lambda _asking: _("Whom are you looking for? Write a name or its beginning, in any script."),
        check=_check_name,
        show=lambda _asking, value: str(value),
        when=_only_when(By.NAME),
    ),
    Question(
        name=By.CITY.value,
        label=lambda: _("City"),
        prompt=lambda _asking: _("In which city? Write its name, or share your location."),
        check=check_city,
        search=search_cities,
        show=show_city,
        ask=Ask.LOCATION,
        when=_only_when(By.CITY),
    ),
    Question(
        name=By.INSTITUTION.value,
        label=lambda: _("Institution"),
        prompt=lambda _asking: _("Who was at which institution or in which programme office?"),
        check=check_choice(asked(list_institutions)),
        choices=asked(list_institutions),
        show=_show_entry(Institution),
        when=_only_when(By.INSTITUTION),
    ),
    Question(
        name=By.COHORT.value,
        label=lambda: pgettext("segment", "Cohort"),
        prompt=lambda _asking: _("Who left in which years? For example 2008–2012, or just 2012."),
        check=check_cohort,
        show=_show_years,
        when=_only_when(By.COHORT),
    ),
    Question(
        name=By.TOPIC.value,
        label=lambda: pgettext("segment", "Topic"),
        prompt=lambda _asking: _("Who works on what?"),
        check=check_choice(asked(list_topics)),
        choices=asked(list_topics),
        show=_show_entry(Topic),
        per_page=8,
        when=_only_when(By.TOPIC),
    ),
    *(
        Question(
            name=by.value,
            label=label,
            prompt=prompt,
            check=check_choice(_wares),
            choices=_wares,
            per_page=8,
            when=_only_when(by),
        )
        for by, label, prompt in (
            (By.OFFERS, lambda: _("Who offers"), lambda _asking: _("What shall somebody offer?")),
            (By.SEEKS, lambda: _("Who seeks"), lambda _asking: _("What does somebody seek?")),
        )
    ),
)
