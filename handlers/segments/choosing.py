"""Coordinators choose who belongs to a segment: a group, what to look at, and which of its values; every tap counts
at once."""

from datetime import date
from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import _, pgettext, zone
from bot.conversation.questions import Choice
from bot.conversation.reply import Button, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.audience import ANSWERS, Audience, By, Condition, Group, Value, answer_value, read_answers, read_value
from db import events, segments
from db.models.announcements import Segment
from db.models.events import EventState
from handlers.choices import (
    list_clubs,
    list_countries,
    list_faculties,
    list_institutions,
    list_languages,
    list_programmes,
    list_regions,
    list_relations,
    list_topics,
)
from handlers.events.card import label_of
from handlers.segments.buttons import (
    ChooseAnswers,
    ChooseKind,
    ChooseValues,
    OpenSegment,
    SetAnswers,
    SetValue,
    TypeValue,
)
from handlers.segments.cards import LONGEST_LABEL, PAGE, audience_or_refuse, change_or_refuse, tell_count
from handlers.segments.naming import (
    answer_names,
    headings,
    kind_names,
    mentoring_names,
    name_condition,
    name_event,
    name_value,
    role_names,
)

LEAP_DAY = (2, 29)


def choose_kind(turn: Turn, tap: ChooseKind) -> Reply:
    row = change_or_refuse(turn, tap.segment)
    audience = audience_or_refuse(row)
    text = Markup("<b>{}</b>\n{} …").format(row.name, headings()[tap.group])
    kinds = [
        Button(_ticked(name, bool(audience.values(tap.group, by))), _way_to(row, audience, tap.group, by))
        for by, name in kind_names().items()
    ]
    return Reply(text, (*pairs(*kinds), (Button(_("Back"), OpenSegment(row.id)),)))


def _way_to(row: Segment, audience: Audience, group: Group, by: By) -> ChooseValues | TypeValue:
    """What can only be written is asked for at once."""
    is_written = by is By.COHORT or (by is By.CITY and not audience.values(group, by))
    return TypeValue(row.id, group, by) if is_written else ChooseValues(row.id, group, by)


def _ticked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label


def choose_values(turn: Turn, tap: ChooseValues) -> Reply:
    row = change_or_refuse(turn, tap.segment)
    return show_values(turn, row, tap)


def show_values(turn: Turn, row: Segment, at: ChooseValues, note: Markup | None = None) -> Reply:
    """A page of what can be chosen, what is chosen, and how many belong to the segment now."""
    audience = audience_or_refuse(row)
    if at.by is By.ANSWERED:
        return Reply(_head(turn, row, audience, at, note), _event_rows(turn, row, audience, at))
    choices, held = _choices(turn, audience, at), {str(value) for value in audience.values(at.group, at.by)}
    page = min(max(at.page, 0), max(len(choices) - 1, 0) // PAGE)
    shown = column(
        *(
            Button(
                _ticked(shorten(str(each.label), LONGEST_LABEL), each.value in held),
                SetValue(row.id, at.group, at.by, each.value, each.value not in held),
            )
            for each in choices[page * PAGE : (page + 1) * PAGE]
        )
    )
    pages = leaves(partial(ChooseValues, row.id, at.group, at.by), page, more=(page + 1) * PAGE < len(choices))
    return Reply(_head(turn, row, audience, at, note), (*shown, *pages, *_written(row, at), _last(row, at.group)))


def _head(turn: Turn, row: Segment, audience: Audience, at: ChooseValues, note: Markup | None) -> Markup:
    held = audience.values(at.group, at.by)
    words = name_condition(turn.session, Condition(at.by, held)) if held else kind_names()[at.by]
    where = Markup("<b>{}</b>\n{} {}").format(row.name, headings()[at.group], words)
    count = tell_count(segments.count(turn.session, audience, turn.scope))
    return Markup("\n\n").join([*([note] if note else []), where, count])


def _written(row: Segment, at: ChooseValues) -> Rows:
    """The way to what is not among the choices."""
    labels = {By.CITY: _("Another city"), By.SILENT: _("Another day")}
    return ((Button(labels[at.by], TypeValue(row.id, at.group, at.by)),),) if at.by in labels else ()


def _last(row: Segment, group: Group) -> tuple[Button, ...]:
    return (
        Button(pgettext("button", "Done"), OpenSegment(row.id)),
        Button(_("More conditions"), ChooseKind(row.id, group)),
    )


def _choices(turn: Turn, audience: Audience, at: ChooseValues) -> list[Choice]:
    """What is offered, and what was chosen though it is not offered any more."""
    offered = _offered(turn, at.by)
    known = {choice.value for choice in offered}
    kept = [] if at.by in (By.COHORT, By.ANSWERED) else audience.values(at.group, at.by)
    return [
        *offered,
        *(Choice(str(each), name_value(turn.session, at.by, each)) for each in kept if str(each) not in known),
    ]


def _offered(turn: Turn, by: By) -> list[Choice]:
    if by is By.SILENT:
        today = turn.now.astimezone(zone()).date()
        return [
            Choice(_years_before(today, 1).isoformat(), _("A year")),
            Choice(_years_before(today, 2).isoformat(), _("Two years")),
        ]
    if by in (By.ROLE, By.MENTORING):
        names = role_names() if by is By.ROLE else mentoring_names()
        return [Choice(value, name) for value, name in names.items()]
    return _LISTS[by](turn.session) if by in _LISTS else []


_LISTS = {
    By.CLUB: list_clubs,
    By.COUNTRY: list_countries,
    By.REGION: list_regions,
    By.PROGRAMME: list_programmes,
    By.FACULTY: list_faculties,
    By.INSTITUTION: list_institutions,
    By.RELATION: list_relations,
    By.TOPIC: list_topics,
    By.LANGUAGE: list_languages,
}


def _years_before(day: date, years: int) -> date:
    in_february = day.replace(day=28) if (day.month, day.day) == LEAP_DAY else day
    return in_february.replace(year=day.year - years)


def set_value(turn: Turn, tap: SetValue) -> Reply:
    """Only what is offered can be chosen, whatever the button says."""
    row = change_or_refuse(turn, tap.segment, lock=True)
    audience = audience_or_refuse(row)
    at = ChooseValues(row.id, tap.group, tap.by)
    offered = [choice.value for choice in _choices(turn, audience, at)]
    if tap.value not in offered:
        return show_values(turn, row, at, _("Please choose one of the buttons."))
    value = read_value(tap.by, tap.value)
    change(turn, row, audience, at, with_value(audience, at, value, on=tap.on))
    page = offered.index(tap.value) // PAGE
    return show_values(turn, row, ChooseValues(row.id, tap.group, tap.by, page))


def with_value(audience: Audience, at: ChooseValues, value: Value, *, on: bool) -> tuple[Value, ...]:
    """What is chosen when this value is (or is not) among it; there is only one day since when."""
    others = [each for each in audience.values(at.group, at.by) if each != value and at.by is not By.SILENT]
    return (*others, value) if on else tuple(others)


def change(turn: Turn, row: Segment, audience: Audience, at: ChooseValues, values: tuple[Value, ...]) -> None:
    segments.change(row, audience.asking(at.group, at.by, values), turn.now)


def _event_rows(turn: Turn, row: Segment, audience: Audience, at: ChooseValues) -> Rows:
    """The newest first; the query has one more than is shown, to know whether there is another page."""
    page = max(at.page, 0)
    found = segments.newest_events(turn.session, limit=PAGE + 1, offset=page * PAGE)
    held = read_answers(audience.values(at.group, at.by))
    shown = column(
        *(
            Button(_ticked(label_of(event), event.id in held), ChooseAnswers(row.id, at.group, event.id))
            for event in found[:PAGE]
        )
    )
    return (
        *shown,
        *leaves(partial(ChooseValues, row.id, at.group, at.by), page, more=len(found) > PAGE),
        _last(row, at.group),
    )


def choose_answers(turn: Turn, tap: ChooseAnswers) -> Reply:
    row = change_or_refuse(turn, tap.segment)
    return _show_answers(turn, row, tap)


def _show_answers(turn: Turn, row: Segment, at: ChooseAnswers) -> Reply:
    audience, back = audience_or_refuse(row), ChooseValues(row.id, at.group, By.ANSWERED)
    if not _is_to_be_answered(turn, at.event):
        return show_values(turn, row, back, _("This event no longer exists."))
    held = read_answers(audience.values(at.group, By.ANSWERED)).get(at.event, [])
    answers = [
        Button(_ticked(name, answer in held), SetAnswers(row.id, at.group, at.event, answer, answer not in held))
        for answer, name in answer_names().items()
    ]
    text = Markup("{}\n\n<b>{}</b>").format(_head(turn, row, audience, back, None), name_event(turn.session, at.event))
    last = (Button(_("Other events"), back), Button(pgettext("button", "Done"), OpenSegment(row.id)))
    return Reply(text, (*pairs(*answers), _any_or_none(row, at, held), last))


def _any_or_none(row: Segment, at: ChooseAnswers, held: list[str]) -> tuple[Button, ...]:
    """Who has not answered is somebody for whom none of the answers holds; so that is where it goes."""
    every = set(held) == set(ANSWERS)
    answered = Button(_ticked(_("Any answer"), every), SetAnswers(row.id, at.group, at.event, None, not every))
    if at.group is not Group.ALL:
        return (answered,)
    return (answered, Button(_("Not answered"), SetAnswers(row.id, Group.NONE, at.event, None, True)))


def _is_to_be_answered(turn: Turn, event: int) -> bool:
    found = events.load(turn.session, event)
    return found is not None and found.state != EventState.DRAFT


def set_answers(turn: Turn, tap: SetAnswers) -> Reply:
    row = change_or_refuse(turn, tap.segment, lock=True)
    audience = audience_or_refuse(row)
    at = ChooseAnswers(row.id, tap.group, tap.event)
    if tap.answer not in (None, *ANSWERS) or not _is_to_be_answered(turn, tap.event):
        return _show_answers(turn, row, at)
    meant = {answer_value(tap.event, answer) for answer in ([tap.answer] if tap.answer else ANSWERS)}
    others = [value for value in audience.values(tap.group, By.ANSWERED) if value not in meant]
    values = (*others, *sorted(meant)) if tap.on else tuple(others)
    change(turn, row, audience, ChooseValues(row.id, tap.group, By.ANSWERED), values)
    return _show_answers(turn, row, at)


def register(router: Router) -> None:
    router.tap(ChooseKind, choose_kind, gate=Gate.COORDINATOR)
    router.tap(ChooseValues, choose_values, gate=Gate.COORDINATOR)
    router.tap(SetValue, set_value, gate=Gate.COORDINATOR)
    router.tap(ChooseAnswers, choose_answers, gate=Gate.COORDINATOR)
    router.tap(SetAnswers, set_answers, gate=Gate.COORDINATOR)
