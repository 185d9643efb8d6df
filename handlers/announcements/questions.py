"""The questions of an announcement: to whom and what are asked; the rest has sensible answers already and stands on
the last card."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from bot.conversation import marks
from bot.conversation.checks import check_choice, check_link, check_text
from bot.conversation.dates import NONE, day_question, moment_at, time_question
from bot.conversation.files import check_file
from bot.conversation.i18n import LANGUAGES, _, language, name_language, named
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.reply import Ask, shorten
from bot.domain.attendance import State
from bot.domain.local_time import at_or_after
from db import clubs, members, segments, surveys
from handlers.announcements.wording import PLACEHOLDERS, placeholders
from handlers.choices import asked, list_clubs, other_languages
from handlers.events.card import is_open, label_of
from handlers.events.which import all_organised

ID = "_id"
EVENT = "_event"
LONGEST = 8000
SHOWN = 60
EVERYBODY = "all"

# Those of an event: whom it is for, and who answered how.
MEANT, SILENT = "ev", "es"
ANSWERED = {"ey": State.YES, "em": State.MAYBE, "ew": State.WAITING}


def _receivers(asking: Asking) -> list[Choice]:
    """Of a meetup's announcement those around it; else the clubs one leads, and for coordinators everybody they
    answer for, the saved segments and every club, each as far as their scope goes."""
    if asking.answers.get(EVENT):
        return _around_event()
    turn = asking.turn
    led = members.led_clubs(turn.session, turn.me.id)
    own = [_club_choice(club.id, named(club.names)) for club in clubs.all_open(turn.session) if club.id in led]
    if not members.is_coordinator(turn.session, turn.me.id):
        return own
    saved = [Choice(f"s{row.id}", row.name) for row in segments.all(turn.session)]
    rest = [
        _club_choice(int(choice.value), choice.label)
        for choice in list_clubs(turn.session)
        if int(choice.value) not in led
    ]
    everybody = _("Everybody") if turn.scope.central else _("Everybody you answer for")
    return [Choice(EVERYBODY, everybody), *own, *saved, *rest]


def _club_choice(club: int, name: str) -> Choice:
    return Choice(f"c{club}", _("Members: {club}").format(club=name))


def _around_event() -> list[Choice]:
    return [
        Choice(MEANT, _("Everybody it is for")),
        Choice("ey", _("Those who attend")),
        Choice("em", _("Those who said maybe")),
        Choice("ew", _("Those on the waiting list")),
        Choice(SILENT, _("Those who have not answered")),
    ]


def _check_words(asking: Asking, value: Any) -> str:
    """The text as it was written, with its marks. Raises Unfit with the place of the first fault."""
    text = str(check_text(LONGEST)(asking, value))
    try:
        marks.check(text, placeholders())
    except marks.Fault as fault:
        raise Unfit(fault.sentence) from None
    return text


def _as_formatted(asking: Asking, words: str) -> str:
    """Telegram's own formatting counts like typed marks."""
    return asking.turn.incoming.marked or words


def _begun(_asking: Asking, text: Any) -> str:
    """The first words; all of it stands in the preview."""
    line = " ".join(marks.plain(str(text), {}, PLACEHOLDERS).split())
    return shorten(line, SHOWN)


def _in_language(tag: str) -> Question:
    return Question(
        name=f"text_{tag}",
        label=lambda: _("Text ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _("And the text in this language: {language}?\n\n{text}").format(
            language=name_language(tag), text=asking.answers.get("text") or ""
        ),
        check=_check_words,
        reads=_as_formatted,
        show=_begun,
        when=lambda answers: tag in (answers.get("languages") or []),
    )


def _buttons(asking: Asking) -> list[Choice]:
    return [
        Choice(NONE, _("No button")),
        Choice("event", _("An event")),
        Choice("club", _("A club")),
        Choice("survey", _("The survey after an event")),
        Choice("web", _("A page on the web")),
    ]


def _has_button(kind: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("button") == kind


def _coming(asking: Asking) -> list[Choice]:
    return [
        Choice(str(each.id), label_of(each)) for each in all_organised(asking.turn) if is_open(each, asking.turn.now)
    ]


def _surveyed(asking: Asking) -> list[Choice]:
    turn = asking.turn
    found = [(each, surveys.of_event(turn.session, each.id)) for each in all_organised(turn)]
    return [
        Choice(str(survey.id), label_of(each))
        for each, survey in found
        if survey is not None and surveys.is_open(survey, turn.now)
    ]


def _target(kind: str, prompt: Callable[[], Any], choices: Callable[[Asking], Sequence[Choice]]) -> Question:
    return Question(
        name=f"to_{kind}",
        label=lambda: _("Button leads to"),
        prompt=lambda _asking: prompt(),
        check=check_choice(choices),
        choices=choices,
        when=_has_button(kind),
    )


def _moments(_asking: Asking) -> list[Choice]:
    return [
        Choice("now", _("At once")),
        Choice("morning", _("Next at nine, by each reader's clock")),
        Choice("time", _("At a certain time")),
        Choice("day", _("On a day, at nine by each reader's clock")),
    ]


def _is_timed(answers: Answers) -> bool:
    return answers.get("when") in ("time", "day")


def moment_of(asking: Asking) -> datetime | None:
    """The instant chosen, in UTC, by the author's clock; None for at once. Raises Unfit for a time that the clock
    change leaves out, and for the past. A day that has begun already goes on from now."""
    answers, zone = asking.answers, asking.turn.me.zone
    if not _is_timed(answers):
        return None
    if answers["when"] == "time":
        return moment_at(asking, answers["day"], answers["time"], zone)
    return at_or_after(date.fromisoformat(answers["day"]), time(), zone)


def _is_ahead(asking: Asking, clock: str) -> bool:
    """Whether this time of the chosen day is still to come."""
    if not asking.answers.get("day"):
        return True
    try:
        moment_of(Asking(asking.turn, {**asking.answers, "time": clock}))
    except Unfit:
        return False
    return True


def _time_question() -> Question:
    plain = time_question(
        name="time",
        label=lambda: _("Time"),
        prompt=lambda _asking: _("At what time shall it go out, by your own clock?"),
        offers=_is_ahead,
        when=lambda answers: answers.get("when") == "time",
    )

    def check(asking: Asking, value: Any) -> str:
        clock = str(plain.check(asking, value))
        if asking.answers.get("day"):
            moment_of(Asking(asking.turn, {**asking.answers, "time": clock}))
        return clock

    return replace(plain, check=check)


QUESTIONS: tuple[Question, ...] = (
    Question(
        name="to",
        label=lambda: _("To whom"),
        prompt=lambda _asking: _("To whom would you like to write?"),
        check=check_choice(_receivers),
        choices=_receivers,
    ),
    Question(
        name="text",
        label=lambda: _("Text ({language})").format(language=name_language(language())),
        prompt=lambda _asking: _(
            "What would you like to tell them? Write it as in any messenger: *bold*, _italic_, "
            "[words](https://…) for a link. {name} becomes each reader's name."
        ).format(name=f"{{{next(iter(placeholders()))}}}"),
        check=_check_words,
        reads=_as_formatted,
        show=_begun,
    ),
    Question(
        name="languages",
        label=lambda: _("Languages"),
        prompt=lambda _asking: _("In which other languages will you write it?"),
        check=check_choice(other_languages),
        choices=other_languages,
        several=True,
        optional=True,
    ),
    *(_in_language(tag) for tag in LANGUAGES),
    Question(
        name="file",
        label=lambda: _("Picture or file"),
        prompt=lambda _asking: _("Which picture or file goes with it? Please send it here."),
        check=check_file,
        ask=Ask.FILE,
        optional=True,
    ),
    Question(
        name="button",
        label=lambda: _("Button"),
        prompt=lambda _asking: _("Which button shall there be below it, if any?"),
        check=check_choice(_buttons),
        choices=_buttons,
        when=lambda answers: not answers.get(EVENT),
    ),
    _target("event", lambda: _("Which event?"), _coming),
    _target("club", lambda: _("Which club?"), asked(list_clubs)),
    _target("survey", lambda: _("The survey after which event?"), _surveyed),
    Question(
        name="to_web",
        label=lambda: _("Button leads to"),
        prompt=lambda _asking: _("Which page shall it open? Please write its full address."),
        check=check_link,
        when=_has_button("web"),
    ),
    Question(
        name="when",
        label=lambda: _("When"),
        prompt=lambda _asking: _("When shall it go out?"),
        check=check_choice(_moments),
        choices=_moments,
    ),
    day_question(
        name="day",
        label=lambda: _("Day"),
        prompt=lambda _asking: _("On which day shall it go out?"),
        when=_is_timed,
    ),
    _time_question(),
)
