"""The questions of an event: the essential ones are asked one after the other; the rest has sensible answers already
and stands on the last card."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation.checks import check_choice, check_line, check_link, check_text
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.dates import NONE, day_question, duration_question, moment_at, number_question, time_question
from bot.conversation.i18n import LANGUAGES, _, language, name_language, named
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.reply import Ask
from bot.conversation.turn import Turn
from bot.domain.geography import is_position
from db import attendances, clubs, events, members, places
from db.models.clubs import Club
from handlers.choices import (
    list_clubs,
    other_languages,
    yes_or_no,
)
from handlers.events.audience_questions import AUDIENCE
from handlers.events.card import kind_names

MAX_TITLE = 100
MAX_ABOUT = 1500
MAX_QUESTION = 200
QUESTIONS = ("q1", "q2", "q3")
EVENT = "_event"


def _kinds(asking: Asking) -> list[Choice]:
    return [Choice(kind.value, name) for kind, name in kind_names().items()]


def _clubs(asking: Asking) -> list[Choice]:
    """Those one leads; coordinators also none, central ones all."""
    turn = asking.turn
    if turn.scope.central:
        return [Choice(NONE, _("No club: the whole network")), *list_clubs(turn.session)]
    led = members.led_clubs(turn.session, turn.me.id)
    own = [Choice(str(club.id), named(club.names)) for club in clubs.all_open(turn.session) if club.id in led]
    return own if turn.scope.is_empty else [Choice(NONE, _("No club: all you answer for")), *own]


def _formats(_asking: Asking) -> list[Choice]:
    return [Choice("place", _("At a place")), Choice("online", _("Online")), Choice("both", _("Both"))]


def is_at_a_place(answers: Answers) -> bool:
    return answers.get("format") in ("place", "both")


def is_online(answers: Answers) -> bool:
    return answers.get("format") in ("online", "both")


def _club_city(asking: Asking) -> list[Choice]:
    """The city of the club first: most meetups are there."""
    club = _club_of(asking.turn, asking.answers)
    place = places.load_place(asking.turn.session, club.place_id) if club else None
    return [Choice(str(place.id), places.describe_place(place, language()))] if place else []


def _club_of(turn: Turn, answers: Answers) -> Club | None:
    chosen = answers.get("club")
    return turn.session.get(Club, int(chosen)) if chosen and chosen != NONE else None


def _search_pin(_asking: Asking, incoming: Incoming) -> list[Choice]:
    """A shared location, or "51.05, 13.74" typed."""
    if incoming.kind is Kind.LOCATION and incoming.location is not None:
        latitude, longitude = incoming.location
        return [Choice(f"{latitude:.6f},{longitude:.6f}", "")]
    return [Choice(incoming.text, "")]


def _check_pin(_asking: Asking, value: Any) -> str:
    try:
        latitude, longitude = (float(part) for part in str(value).split(","))
    except ValueError:
        raise Unfit(_("Please share the location of the place, or write it like 51.05, 13.74; or skip this.")) from None
    if not is_position(latitude, longitude):
        raise Unfit(_("Please share the location of the place, or write it like 51.05, 13.74; or skip this."))
    return f"{latitude:.6f},{longitude:.6f}"


def zone_of(turn: Turn, answers: Answers) -> str:
    """The clock of the venue; of an online event the organiser's own."""
    place = places.load_place(turn.session, int(answers["city"])) if answers.get("city") else None
    return place.zone if place is not None and is_at_a_place(answers) else turn.me.zone


def start_of(asking: Asking, clock: str) -> datetime:
    """The instant at which it starts. Raises Unfit for a time that the clock change leaves out, and for the past."""
    return moment_at(asking, asking.answers["day"], clock, zone_of(asking.turn, asking.answers))


def _time_question() -> Question:
    plain = time_question(
        name="time",
        label=lambda: _("Time"),
        prompt=lambda _asking: _("At what time does it begin, by the clock there?"),
    )

    def check(asking: Asking, value: Any) -> str:
        clock = str(plain.check(asking, value))
        if asking.answers.get("day"):
            start_of(asking, clock)
        return clock

    return replace(plain, check=check)


def _check_capacity(plain: Question) -> Question:
    def check(asking: Asking, value: Any) -> str:
        number = str(plain.check(asking, value))
        event = events.load(asking.turn.session, asking.answers[EVENT]) if asking.answers.get(EVENT) else None
        taken = attendances.seats(asking.turn.session, event).taken if event is not None else 0
        if number != NONE and int(number) < taken:
            raise Unfit(_("{n} seats are taken already, so there must be at least as many.").format(n=taken))
        return number

    return replace(plain, check=check)


def _guests(_asking: Asking) -> list[Choice]:
    return [Choice(NONE, _("No guests")), *(Choice(str(n), str(n)) for n in (1, 2, 3, 5))]


def _in_language(tag: str) -> tuple[Question, Question]:
    """Title and description in one more language."""

    def wanted(answers: Answers) -> bool:
        return tag in (answers.get("languages") or [])

    title = Question(
        name=f"title_{tag}",
        label=lambda: _("Title ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _("What is it called in this language: {language}?\n\n{title}").format(
            language=name_language(tag), title=asking.answers.get("title") or ""
        ),
        check=check_line(MAX_TITLE),
        when=wanted,
    )
    about = Question(
        name=f"about_{tag}",
        label=lambda: _("Description ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _("And the description in this language: {language}?\n\n{text}").format(
            language=name_language(tag), text=asking.answers.get("about") or ""
        ),
        check=check_text(MAX_ABOUT),
        optional=True,
        when=wanted,
    )
    return title, about


def _own_question(name: str, n: int) -> Question:
    return Question(
        name=name,
        label=lambda: _("Question {n}").format(n=n),
        prompt=lambda _asking: _(
            "What would you like to ask those who attend, for example about food? You may skip this."
        ),
        check=check_line(MAX_QUESTION),
        optional=True,
    )


ESSENTIALS: tuple[Question, ...] = (
    Question(
        name="kind",
        label=lambda: _("Kind"),
        prompt=lambda _asking: _("What kind of event is it?"),
        check=check_choice(_kinds),
        choices=_kinds,
    ),
    Question(
        name="club",
        label=lambda: _("Club"),
        prompt=lambda _asking: _("Which club holds it?"),
        check=check_choice(_clubs),
        choices=_clubs,
    ),
    Question(
        name="title",
        label=lambda: _("Title"),
        prompt=lambda _asking: _("What is it called? One line, as people will read it in their list."),
        check=check_line(MAX_TITLE),
    ),
    Question(
        name="about",
        label=lambda: _("Description"),
        prompt=lambda _asking: _("What will happen there? A few sentences; you may skip this."),
        check=check_text(MAX_ABOUT),
        optional=True,
    ),
    Question(
        name="format",
        label=lambda: _("Where"),
        prompt=lambda _asking: _("Where does it take place?"),
        check=check_choice(_formats),
        choices=_formats,
    ),
    Question(
        name="city",
        label=lambda: _("City"),
        prompt=lambda _asking: _("In which city? Write its name, or share the location."),
        check=check_city,
        choices=_club_city,
        search=search_cities,
        show=show_city,
        when=is_at_a_place,
    ),
    Question(
        name="venue",
        label=lambda: _("Venue"),
        prompt=lambda _asking: _("At which place exactly? For example a restaurant and its address."),
        check=check_line(200),
        optional=True,
        when=is_at_a_place,
    ),
    Question(
        name="pin",
        label=lambda: _("Map"),
        prompt=lambda _asking: _("Would you like to show it on a map? Share the location of the place; or skip this."),
        check=_check_pin,
        search=_search_pin,
        show=lambda _asking, value: str(value).replace(",", ", "),
        optional=True,
        ask=Ask.LOCATION,
        when=is_at_a_place,
    ),
    Question(
        name="link",
        label=lambda: _("Online access"),
        prompt=lambda _asking: _("Under which address does one take part? Only those who attend receive it."),
        check=check_link,
        when=is_online,
    ),
    day_question(name="day", label=lambda: _("Day"), prompt=lambda _asking: _("On which day?")),
    _time_question(),
    duration_question(name="length", label=lambda: _("Duration"), prompt=lambda _asking: _("How long does it last?")),
    _check_capacity(
        number_question(
            name="capacity",
            label=lambda: _("Seats"),
            prompt=lambda _asking: _("How many people can take part, guests included?"),
            least=1,
            most=100_000,
            none_label=lambda: _("No limit"),
        )
    ),
    Question(
        name="guests",
        label=lambda: _("Guests"),
        prompt=lambda _asking: _("How many guests may each person bring?"),
        check=check_choice(_guests),
        choices=_guests,
    ),
)

MORE: tuple[Question, ...] = (
    day_question(
        name="answer_by",
        label=lambda: _("Answer by"),
        prompt=lambda _asking: _("What is the last day for answers? Skip this if one may answer until it begins."),
        optional=True,
    ),
    *AUDIENCE,
    Question(
        name="languages",
        label=lambda: _("Languages"),
        prompt=lambda _asking: _("In which other languages will you write title and description?"),
        check=check_choice(other_languages),
        choices=other_languages,
        several=True,
        optional=True,
    ),
    *(question for tag in LANGUAGES for question in _in_language(tag)),
    Question(
        name="contact",
        label=lambda: _("Contact person"),
        prompt=lambda _asking: _("Who answers questions about it? A name, and how to reach them if you wish."),
        check=check_line(160),
        optional=True,
    ),
    Question(
        name="reminds",
        label=lambda: _("Reminders"),
        prompt=lambda _asking: _("Shall those who attend be reminded?"),
        check=check_choice(yes_or_no),
        choices=yes_or_no,
    ),
    *(_own_question(name, n) for n, name in enumerate(QUESTIONS, 1)),
)
