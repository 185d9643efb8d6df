"""Ambassadors and coordinators look at an event as each language will see it, publish it, and say whom to tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.holidays import holiday_name
from bot.conversation.i18n import LANGUAGES, _, language, name_language, ngettext, number, speaking
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Refused, Turn
from bot.domain.local_time import is_night, plausible
from db import audience, places
from db.models.events import Event, EventState
from handlers.events.card import Organise, event_lines, reader_of, title_of
from handlers.events.changing import plan_course
from handlers.events.inviting import plan_invitations, those_told
from handlers.events.organising import AskWhomToTell, Preview, may_organise_or_refuse


class Tell(StrEnum):
    """When those an event is for are told."""

    NOW = "n"
    MORNING = "m"
    NOBODY = "x"


@dataclass(frozen=True, slots=True)
class Publish(Callback, prefix="eu"):
    event: int
    tell: Tell


def preview(turn: Turn, tap: Preview) -> Reply:
    """Exactly what a reader of that language will read, in the organiser's own time."""
    event = may_organise_or_refuse(turn, tap.event)
    tag = tap.language if tap.language in LANGUAGES else "en"
    with speaking(tag, turn.me.zone):
        lines = Markup("\n").join(event_lines(reader_of(turn), event, None))
    head = _("As readers of this language see it: {language}").format(language=name_language(tag))
    others = [Button(LANGUAGES[other], Preview(event.id, other)) for other in LANGUAGES if other != tag]
    return Reply(Markup("{}\n\n{}").format(head, lines), (tuple(others), (Button(_("Back"), Organise(event.id)),)))


def ask_whom_to_tell(turn: Turn, tap: AskWhomToTell) -> Reply:
    """Before anything leaves: how many it would reach, and what might be unwise about the time."""
    event = _draft(turn, tap.event)
    people = audience.count(turn.session, *those_told(event))
    head = ngettext(
        "<b>Publish {event}?</b> It is for {n} person who may be told.",
        "<b>Publish {event}?</b> It is for {n} people who may be told.",
        people,
    ).format(event=title_of(event), n=number(people))
    lines = [head, *warnings(turn.session, event)]
    tell = [
        Button(ngettext("Tell {n} person now", "Tell {n} people now", people).format(n=number(people)),
               Publish(event.id, Tell.NOW)),
        Button(_("Tell them in their morning"), Publish(event.id, Tell.MORNING)),
    ]  # fmt: skip
    rows = column(*(tell if people else ()), Button(_("Publish, tell nobody"), Publish(event.id, Tell.NOBODY)))
    return Reply(Markup("\n\n").join(lines), (*rows, (Button(_("Back"), Organise(event.id)),)))


def _draft(turn: Turn, event_id: int) -> Event:
    event = may_organise_or_refuse(turn, event_id, lock=True)
    if event.state != EventState.DRAFT:
        raise Refused(
            Reply(_("This event is published already."), column(Button(_("Open the event"), Organise(event.id))))
        )
    if not plausible(event.starts_at, turn.now):
        raise Refused(
            Reply(
                _("The start lies in the past by now. Please change the day first."),
                column(Button(_("Back"), Organise(event.id))),
            )
        )
    return event


def publish(turn: Turn, tap: Publish) -> Reply:
    event = _draft(turn, tap.event)
    event.state, event.published_at = EventState.PUBLISHED, turn.now
    turn.session.flush()
    plan_course(turn.session, event, turn.now)
    if tap.tell is not Tell.NOBODY:
        plan_invitations(turn.session, event, turn.now, morning=tap.tell is Tell.MORNING)
    turn.record("event_published", event=event.id, tell=tap.tell.value)
    texts = {
        Tell.NOW: _("<b>{event}</b> is published; the invitations are on their way."),
        Tell.MORNING: _(
            "<b>{event}</b> is published; everybody is told the next time it is nine in the morning where they live."
        ),
        Tell.NOBODY: _("<b>{event}</b> is published. Nobody was told; it stands in the list of events."),
    }
    rows = column(Button(_("Organise"), Organise(event.id)), Button(_("Menu"), Go("menu")))
    return Reply(texts[tap.tell].format(event=title_of(event)), rows)


def warnings(session: Session, event: Event) -> list[Markup]:
    """What might be unwise about the time: holidays and nights where the audience lives."""
    reached = audience.next_of(session, 0, 1000, *those_told(event))
    nights = sum(is_night(event.starts_at, one.zone) for one in reached)
    found = [*_holiday_warnings(session, event)]
    if event.online_url and nights:
        found.append(
            ngettext(
                "For {n} person of the audience this is at night.",
                "For {n} people of the audience this is at night.",
                nights,
            ).format(n=number(nights))
        )
    return found


def _holiday_warnings(session: Session, event: Event) -> Iterator[Markup]:
    """Holidays at the venue; for an online event in Germany and China, where most alumni are."""
    place = places.load_place(session, event.place_id) if event.place_id else None
    venue = [(place.country, place.region, place.zone)] if place is not None else []
    abroad = [("DE", None, "Europe/Berlin"), ("CN", None, "Asia/Shanghai")] if event.online_url else []
    seen = set()
    for country, region, zone in (*venue, *abroad):
        day = event.starts_at.astimezone(ZoneInfo(zone)).date()
        name = holiday_name(country, region, day)
        if name is not None and country not in seen:
            seen.add(country)
            yield _("{day} is a holiday in {country}: {name}.").format(
                day=long_day(day), country=places.name_country(country, language()), name=name
            )


def register(router: Router) -> None:
    router.tap(Preview, preview, gate=Gate.AMBASSADOR)
    router.tap(AskWhomToTell, ask_whom_to_tell, gate=Gate.AMBASSADOR)
    router.tap(Publish, publish, gate=Gate.AMBASSADOR)
