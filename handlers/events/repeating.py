"""An event is repeated: every week, or every n-th weekday of the month, without the days one takes out; or it is
cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.conversation.checks import check_choice, check_line
from bot.conversation.dates import number_question
from bot.conversation.holidays import holiday_name
from bot.conversation.i18n import _, ngettext
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.local_time import monthly, weekly
from db import events, places
from db.models.events import Event, EventState
from handlers.choices import yes_or_no
from handlers.events.card import Organise, title_of
from handlers.events.changing import cancel_event, plan_course
from handlers.events.inviting import plan_chase
from handlers.events.organising import CancelEvent, RepeatEvent, may_organise_or_refuse, organise
from handlers.events.which import NAME, ORGANISED, begin_about, organised

MOST_TIMES = 12
# Each occurrence is announced so long before, in everybody's morning.
ANNOUNCED_BEFORE = timedelta(days=14)
# What an occurrence does not take over from the event it repeats.
OWN = ("id", "slug", "state", "starts_at", "ends_at", "answer_by", "sequence", "walk_ins", "created_at", "changed_at")
OWN_LATER = ("published_at", "cancelled_at", "cancel_note", "series")


def begin_repeating(turn: Turn, tap: RepeatEvent) -> Outcome:
    event = may_organise_or_refuse(turn, tap.event)
    return begin_about(turn, REPEATING, event, tell="yes")


def _rules(asking: Asking) -> list[Choice]:
    return [Choice("weekly", _("Every week")), Choice("monthly", _("Every month, on the same weekday of the month"))]


def _starts(asking: Asking) -> list[datetime]:
    """The instants at which it would begin again."""
    event, times = organised(asking), int(asking.answers["times"])
    rule = weekly if asking.answers["rule"] == "weekly" else monthly
    return rule(event.starts_at, event.zone, times)


def _days(asking: Asking) -> list[Choice]:
    """Each day, with the holiday that falls on it."""
    event = organised(asking)
    place = places.load_place(asking.turn.session, event.place_id) if event.place_id else None
    choices = []
    for start in _starts(asking):
        day = start.astimezone(ZoneInfo(event.zone)).date()
        feast = holiday_name(place.country, place.region, day) if place is not None else None
        label = f"{long_day(day)} · {feast}" if feast else long_day(day)
        choices.append(Choice(day.isoformat(), label))
    return choices


def _choose_all(asking: Asking, value: Any) -> None:
    """All days are chosen to begin with; one takes out what does not suit."""
    answers = {**asking.answers, "times": value}
    asking.answers["days"] = [choice.value for choice in _days(Asking(asking.turn, answers))]


def repeat(turn: Turn, answers: Answers) -> Reply:
    """Occurrences are events of their own, published at once; each is announced two weeks before it."""
    event = may_organise_or_refuse(turn, int(answers[NAME]), lock=True)
    event.series = event.series or events.new_slug()
    made = [
        _occurrence(turn, event, start, tell=answers["tell"] == "yes")
        for start in _starts(Asking(turn, answers))
        if start.astimezone(ZoneInfo(event.zone)).date().isoformat() in answers["days"] and start > turn.now
    ]
    turn.record("event_repeated", event=event.id, times=len(made))
    note = ngettext("{n} further date is set.", "{n} further dates are set.", len(made)).format(n=len(made))
    return organise(turn, Organise(event.id), note)


def _occurrence(turn: Turn, event: Event, start: datetime, *, tell: bool) -> Event:
    left_out = (*OWN, *OWN_LATER)
    taken_over = {
        column.key: getattr(event, column.key) for column in event.__table__.columns if column.key not in left_out
    }
    shift = start - event.starts_at
    copy = Event(
        **taken_over,
        slug=events.new_slug(),
        state=EventState.PUBLISHED,
        starts_at=start,
        ends_at=start + (event.ends_at - event.starts_at),
        answer_by=event.answer_by + shift if event.answer_by else None,
        series=event.series,
        created_at=turn.now,
        changed_at=turn.now,
        published_at=turn.now,
    )
    turn.session.add(copy)
    turn.session.flush()
    plan_course(turn.session, copy, turn.now)
    if tell:
        due = max(start - ANNOUNCED_BEFORE, turn.now)
        events.plan_errand(turn.session, copy.id, "invite", "", due, {"morning": True})
        plan_chase(turn.session, copy, due)
    return copy


REPEATING = Form(
    name="repeat",
    title=lambda: _("Repeat"),
    questions=(
        ORGANISED,
        Question(
            name="rule",
            label=lambda: _("How often"),
            prompt=lambda asking: _("How often shall {event} take place?").format(event=title_of(organised(asking))),
            check=check_choice(_rules),
            choices=_rules,
        ),
        replace(
            number_question(
                name="times",
                label=lambda: _("How many more times"),
                prompt=lambda _asking: _("How many more times?"),
                least=1,
                most=MOST_TIMES,
                offered=(2, 3, 6, 12),
            ),
            keeps=_choose_all,
            when=lambda answers: "rule" in answers,
            builds_on="rule",
        ),
        Question(
            name="days",
            label=lambda: _("Days"),
            prompt=lambda _asking: _("On these days. Tap a day to take it out."),
            check=check_choice(_days),
            choices=_days,
            when=lambda answers: {"rule", "times"} <= answers.keys(),
            several=True,
            per_page=MOST_TIMES,
        ),
        Question(
            name="tell",
            label=lambda: _("Announce"),
            prompt=lambda _asking: _("Shall each be announced two weeks before, in everybody's morning?"),
            check=check_choice(yes_or_no),
            choices=yes_or_no,
        ),
    ),
    finish=repeat,
    summary=lambda asking: _("<b>Repeat {event}?</b>").format(event=title_of(organised(asking))),
    confirm=lambda: _("Set these dates"),
)


def begin_cancelling(turn: Turn, tap: CancelEvent) -> Outcome:
    event = may_organise_or_refuse(turn, tap.event)
    if event.state != EventState.PUBLISHED or event.ends_at <= turn.now:
        raise Refused(organise(turn, Organise(event.id), _("This event can no longer be cancelled.")))
    return begin_about(turn, CANCELLING, event)


def cancel(turn: Turn, answers: Answers) -> Reply:
    event = may_organise_or_refuse(turn, int(answers[NAME]), lock=True)
    if event.state != EventState.PUBLISHED:
        raise Refused(organise(turn, Organise(event.id), _("This event can no longer be cancelled.")))
    cancel_event(turn.session, event, turn.now, answers.get("note"))
    turn.record("event_cancelled", event=event.id)
    return organise(turn, Organise(event.id), _("Cancelled. Everybody who answered is told, also the waiting list."))


def _ask_to_cancel(asking: Asking) -> Markup:
    return _("<b>Cancel {event}?</b> Everybody who answered is told at once; this cannot be undone.").format(
        event=title_of(organised(asking))
    )


CANCELLING = Form(
    name="cancelevent",
    title=lambda: _("Cancel an event"),
    questions=(
        ORGANISED,
        Question(
            name="note",
            label=lambda: _("Reason"),
            prompt=lambda _asking: _("Would you like to say why? One or two sentences; you may skip this."),
            check=check_line(500),
            optional=True,
        ),
    ),
    finish=cancel,
    summary=_ask_to_cancel,
    confirm=lambda: _("Cancel the event"),
)


def register(router: Router) -> None:
    router.tap(RepeatEvent, begin_repeating, gate=Gate.AMBASSADOR)
    router.tap(CancelEvent, begin_cancelling, gate=Gate.AMBASSADOR)
    router.form(REPEATING, gate=Gate.AMBASSADOR)
    router.form(CANCELLING, gate=Gate.AMBASSADOR)
