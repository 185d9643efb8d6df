"""People decide how they hear from us: language, time zone, quiet hours, kinds of messages."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.cities import check_city, search_cities
from bot.conversation.i18n import LANGUAGES, N_, _, clock_time, language, pgettext, speaking, when
from bot.conversation.notices import Switch
from bot.conversation.questions import Answers, Form, Question
from bot.conversation.reply import Ask, Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import places
from handlers.events.reminding import ShowLeads
from handlers.objection_wording import own_objection

QUIET = ((21, 8), (22, 7), (20, 9), (0, 0))


@dataclass(frozen=True, slots=True)
class Toggle(Callback, prefix="st"):
    """Switch a kind of messages on or off; says which, so that a double tap does nothing."""

    switch: Switch
    on: bool


@dataclass(frozen=True, slots=True)
class SetQuiet(Callback, prefix="sq"):
    """Quiet hours, full hours of the member's clock; equal ones mean none."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShowQuiet(Callback, prefix="sh"):
    """The choice of quiet hours."""


def switch_names() -> dict[Switch, Markup]:
    return {
        Switch.CLUBS: _("News of my clubs"),
        Switch.EVENTS: _("Events"),
        Switch.SURVEYS: _("Surveys"),
        Switch.NEWS: _("News of the university"),
        Switch.MENTORING: _("Mentoring"),
    }


def show_settings(turn: Turn) -> Reply:
    """/settings"""
    member = turn.member
    text = _(
        "<b>Settings</b>\n"
        "Language: {language}\n"
        "Time zone: {zone}\n"
        "Quiet hours: {quiet}\n\n"
        "Below you choose which messages you receive. Answers to something you asked, the cancellation of an "
        "event you attend, and what the law requires us to tell you about your data always arrive; only a cancellation "
        "comes during quiet hours, too."
    ).format(
        language=LANGUAGES[language()],
        zone=when(turn.now),
        quiet=quiet_text(member.quiet_from, member.quiet_to),
    )
    for line in own_objection(turn.session, member):
        text = Markup("{}\n\n{}").format(text, line)
    switches = [_switch_button(switch, name, member.switched_off) for switch, name in switch_names().items()]
    rows = (
        *column(*switches),
        (Button(_("Language"), Go("language")), Button(_("Time zone"), Go("zone"))),
        (Button(_("Quiet hours"), ShowQuiet()), Button(_("Reminders"), ShowLeads())),
        (Button(_("Menu"), Go("menu")),),
    )
    return Reply(text, rows)


def _switch_button(switch: Switch, name: Markup, switched_off: list[str]) -> Button:
    off = switch.value in switched_off
    state = pgettext("messages are", "off") if off else pgettext("messages are", "on")
    return Button(_("{kind}: {state}").format(kind=name, state=state), Toggle(switch, off))


def quiet_text(start: int, end: int) -> str:
    if start == end:
        return pgettext("quiet hours", "none")
    return _("{start} to {end}").format(start=clock_time(start), end=clock_time(end))


def toggle(turn: Turn, tap: Toggle) -> Reply:
    kept = [switch for switch in turn.member.switched_off if switch != tap.switch.value]
    turn.member.switched_off = kept if tap.on else [*kept, tap.switch.value]
    return show_settings(turn)


def show_quiet(turn: Turn, _tap: ShowQuiet) -> Reply:
    buttons = [Button(quiet_text(start, end), SetQuiet(start, end)) for start, end in QUIET]
    text = _("When shall we not disturb you? Messages then wait until the morning.")
    return Reply(text, (*column(*buttons), (Button(_("Settings"), Go("settings")),)))


def set_quiet(turn: Turn, tap: SetQuiet) -> Reply:
    if 0 <= tap.start < 24 and 0 <= tap.end < 24:
        turn.member.quiet_from, turn.member.quiet_to = tap.start, tap.end
    return show_settings(turn)


def save_zone(turn: Turn, answers: Answers) -> Outcome:
    place = places.load_place(turn.session, int(answers["city"]))
    assert place is not None
    turn.member.zone, turn.member.zone_chosen = place.zone, True
    with speaking(language(), place.zone):
        return show_settings(turn)


ZONE = Form(
    name="zone",
    title=lambda: _("Time zone"),
    questions=(
        Question(
            name="city",
            label=lambda: _("City"),
            prompt=lambda _asking: _("By which city's clock do you live? Write its name, or share your location."),
            check=check_city,
            search=search_cities,
            ask=Ask.LOCATION,
        ),
    ),
    finish=save_zone,
)


def register(router: Router) -> None:
    router.command(
        "settings", show_settings, gate=Gate.REGISTERED, about=N_("Language, time zone, quiet hours, messages")
    )
    router.command("zone", lambda turn: forms.begin(turn, ZONE), gate=Gate.REGISTERED)
    router.tap(Toggle, toggle, gate=Gate.REGISTERED)
    router.tap(ShowQuiet, show_quiet, gate=Gate.REGISTERED)
    router.tap(SetQuiet, set_quiet, gate=Gate.REGISTERED)
    router.form(ZONE, gate=Gate.REGISTERED)
