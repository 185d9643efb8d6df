"""The questions of an event: the essential ones are asked one after the other; the rest has sensible answers already
and stands on the last card."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from bot.conversation.checks import check_choice, check_line, check_text
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.dates import day_question, duration_question, number_question, time_question
from bot.conversation.forms import Answers, Asking, Choice, Question, Text, Unfit
from bot.conversation.i18n import LANGUAGES, _, language, name_language, named
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.reply import Ask
from bot.conversation.turn import Turn
from bot.domain.audience import By
from bot.domain.geography import is_position
from bot.domain.local_time import NoSuchTime, at
from db import attendances, clubs, events, members, places
from db.models.clubs import Club
from handlers.choices import (
    Listing,
    asked,
    check_cohort,
    list_clubs,
    list_programmes,
    list_regions,
    list_relations,
    list_topics,
)
from handlers.events.card import kind_names

NONE = "0"
MAX_TITLE = 100
MAX_ABOUT = 1500
MAX_QUESTION = 200
QUESTIONS = ("q1", "q2", "q3")
EVENT = "_event"
SPOKEN = "_spoken"


def _kinds(asking: Asking) -> list[Choice]:
    return [Choice(kind.value, name) for kind, name in kind_names().items()]


def _clubs(asking: Asking) -> list[Choice]:
    """Those one leads; coordinators all, and none."""
    turn = asking.turn
    if members.is_coordinator(turn.session, turn.me.id):
        return [Choice(NONE, _("No club: the whole network")), *list_clubs(turn.session)]
    led = members.led_clubs(turn.session, turn.me.id)
    return [Choice(str(club.id), named(club.names)) for club in clubs.all_open(turn.session) if club.id in led]


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


def _check_link(_asking: Asking, typed: Any) -> str:
    link = str(typed).strip()
    if not link.startswith(("https://", "http://")) or any(sign.isspace() for sign in link) or len(link) > 300:
        raise Unfit(_("Please write a full address that begins with https://"))
    return link


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
    day = date.fromisoformat(asking.answers["day"])
    try:
        start = at(day, time.fromisoformat(clock), zone_of(asking.turn, asking.answers))
    except NoSuchTime:
        raise Unfit(
            _("The clocks change that night, and this time does not exist. Please choose another one.")
        ) from None
    if start <= asking.turn.now:
        raise Unfit(_("This time has passed already. Please choose a later one."))
    return start


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


def _audiences(asking: Asking) -> list[Choice]:
    """Ambassadors speak to their club; coordinators to anybody."""
    turn, with_club = asking.turn, asking.answers.get("club") not in (None, NONE)
    own = [Choice("club", _("Members of the club"))] if with_club else []
    wide = [
        Choice("all", _("Everybody")),
        Choice("clubs", _("Members of several clubs")),
        Choice("segment", _("A part of the network")),
    ]
    by_invitation = [Choice("invited", _("By invitation only"))]
    return [*own, *(wide if members.is_coordinator(turn.session, turn.me.id) else []), *by_invitation]


def _check_audience(asking: Asking, value: Any) -> str:
    """Without a club "its members" means everybody, for those who may say that."""
    allowed = [choice.value for choice in _audiences(asking)]
    if value == "club" and "club" not in allowed:
        return "all" if "all" in allowed else "invited"
    return str(check_choice(_audiences)(asking, value))


SEGMENTS: dict[str, By] = {
    "programmes": By.PROGRAMME,
    "regions": By.REGION,
    "topics": By.TOPIC,
    "relations": By.RELATION,
}


def _is_segment(answers: Answers) -> bool:
    return answers.get("audience") == "segment"


def _segment_question(name: str, label: Text, listing: Listing) -> Question:
    choices = asked(listing)
    return Question(
        name=name,
        label=label,
        prompt=lambda _asking: _("Only people with one of these? Choose none if this does not matter."),
        check=check_choice(choices),
        choices=choices,
        several=True,
        optional=True,
        when=_is_segment,
    )


def _other_languages(asking: Asking) -> list[Choice]:
    return [Choice(tag, name_language(tag)) for tag in LANGUAGES if tag != asking.answers.get(SPOKEN)]


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


def _yes_or_no(_asking: Asking) -> list[Choice]:
    return [Choice("yes", _("Yes")), Choice("no", _("No"))]


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
        check=_check_link,
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
    Question(
        name="audience",
        label=lambda: _("For whom"),
        prompt=lambda _asking: _("Whom is it for?"),
        check=_check_audience,
        choices=_audiences,
    ),
    Question(
        name="clubs",
        label=lambda: _("Clubs"),
        prompt=lambda _asking: _("Which clubs?"),
        check=check_choice(asked(list_clubs)),
        choices=asked(list_clubs),
        several=True,
        when=lambda answers: answers.get("audience") == "clubs",
    ),
    _segment_question("programmes", lambda: _("Programmes"), list_programmes),
    _segment_question("regions", lambda: _("Provinces"), list_regions),
    _segment_question("topics", lambda: _("Topics"), list_topics),
    _segment_question("relations", lambda: _("Relations"), list_relations),
    Question(
        name="cohort",
        label=lambda: _("Cohorts"),
        prompt=lambda _asking: _("Only people of certain years? For example 2008–2012."),
        check=check_cohort,
        optional=True,
        when=_is_segment,
    ),
    Question(
        name="languages",
        label=lambda: _("Languages"),
        prompt=lambda _asking: _("In which other languages will you write title and description?"),
        check=check_choice(_other_languages),
        choices=_other_languages,
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
        check=check_choice(_yes_or_no),
        choices=_yes_or_no,
    ),
    *(_own_question(name, n) for n, name in enumerate(QUESTIONS, 1)),
)
