"""Coordinators see their segments, and of each who belongs to it and how many these are."""

from markupsafe import Markup

from bot.conversation.i18n import N_, _, ngettext, number
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.audience import Audience, Condition, Group
from db import scopes, segments
from db.models.announcements import Segment
from handlers.segments.buttons import (
    ChooseKind,
    DeleteSegment,
    DropCondition,
    ListSegments,
    NameSegment,
    OpenSegment,
    WriteToSegment,
)
from handlers.segments.naming import describe, group_names, name_condition

PAGE = 6
LONGEST_LABEL = 40


def list_all(turn: Turn) -> Reply:
    """/segments"""
    return list_segments(turn, ListSegments())


def list_segments(turn: Turn, tap: ListSegments, note: Markup | None = None) -> Reply:
    found = segments.all(turn.session)
    page = min(max(tap.page, 0), max(len(found) - 1, 0) // PAGE)
    shown = [Button(_label(turn, row), OpenSegment(row.id)) for row in found[page * PAGE : (page + 1) * PAGE]]
    head = _("<b>Segments</b>\nGroups of people to write to, each with the number of those who belong to it.")
    empty = _("None is saved yet. Give the first one a name, and choose who belongs to it.")
    text = Markup("\n\n").join([*([note] if note else []), head, *([] if found else [empty])])
    last = (Button(_("New segment"), NameSegment()), Button(_("Menu"), Go("menu")))
    return Reply(text, (*column(*shown), *leaves(ListSegments, page, more=(page + 1) * PAGE < len(found)), last))


def _label(turn: Turn, row: Segment) -> str:
    name = shorten(row.name, LONGEST_LABEL)
    try:
        return f"{name} · {number(segments.count(turn.session, segments.audience_of(row), turn.scope))}"
    except ValueError:
        return name


def find_or_refuse(turn: Turn, segment: int, *, lock: bool = False) -> Segment:
    """The segment; a friendly no where somebody has deleted it."""
    row = segments.lock(turn.session, segment) if lock else segments.find(turn.session, segment)
    if row is None:
        raise Refused(Reply(_("This segment no longer exists."), _ways_on()))
    return row


def may_change(turn: Turn, row: Segment) -> bool:
    """Central coordinators every segment, the others those they made; all may write to it, each to their own people."""
    return turn.scope.central or row.made_by in scopes.stands_in(turn.session, turn.me.id)


def change_or_refuse(turn: Turn, segment: int, *, lock: bool = False) -> Segment:
    """The segment, for those who may change it."""
    row = find_or_refuse(turn, segment, lock=lock)
    if not may_change(turn, row):
        text = _("A colleague made this segment. You can write to it; to change it, please make one of your own.")
        raise Refused(Reply(text, ((Button(_("Back"), OpenSegment(row.id)),), *_ways_on())))
    return row


def _ways_on() -> Rows:
    return ((Button(_("Segments"), ListSegments()), Button(_("Menu"), Go("menu"))),)


def audience_or_refuse(row: Segment) -> Audience:
    """Whom it is for; a friendly no where that was written by a later version: better nobody than everybody."""
    try:
        return segments.audience_of(row)
    except ValueError:
        text = _("<b>{name}</b>\nA later version of this program made this segment, and this one cannot read it.")
        delete = (Button(_("Delete"), DeleteSegment(row.id)),)
        raise Refused(Reply(text.format(name=row.name), (delete, *_ways_on()))) from None


def open_segment(turn: Turn, tap: OpenSegment) -> Reply:
    return show_card(turn, find_or_refuse(turn, tap.segment))


def show_card(turn: Turn, row: Segment, note: Markup | None = None) -> Reply:
    """Who belongs to it, how many these are, and what can be done; a tap on a condition takes it away."""
    audience = audience_or_refuse(row)
    people = segments.count(turn.session, audience, turn.scope)
    name = Markup("<b>{}</b>").format(row.name)
    lines = Markup("\n").join([name, *describe(turn.session, audience)])
    text = Markup("\n\n").join([*([note] if note else []), lines, tell_count(people)])
    write = ((Button(_("Write to them"), WriteToSegment(row.id)),),) if people else ()
    if not may_change(turn, row):
        return Reply(text, (*write, *_ways_on()))
    manage = (Button(_("Rename"), NameSegment(row.id)), Button(_("Delete"), DeleteSegment(row.id)))
    return Reply(text, (*_removals(turn, row, audience), *_additions(row), *write, manage, *_ways_on()))


def tell_count(people: int) -> Markup:
    if not people:
        return _("At present nobody belongs to it.")
    return ngettext("{n} person belongs to it.", "{n} people belong to it.", people).format(n=number(people))


def _removals(turn: Turn, row: Segment, audience: Audience) -> Rows:
    return column(
        *(
            Button(_removal(turn, group, condition), DropCondition(row.id, group, condition.by))
            for group in Group
            for condition in audience.group(group)
        )
    )


def _removal(turn: Turn, group: Group, condition: Condition) -> str:
    words = name_condition(turn.session, condition).unescape()
    return shorten(f"✕ {group_names()[group]} · {words}", LONGEST_LABEL)


def _additions(row: Segment) -> Rows:
    return pairs(*(Button(f"+ {name}", ChooseKind(row.id, group)) for group, name in group_names().items()))


def drop_condition(turn: Turn, tap: DropCondition) -> Reply:
    """What is taken away is told once more, so that it can be put back."""
    row = change_or_refuse(turn, tap.segment, lock=True)
    audience = audience_or_refuse(row)
    values = audience.values(tap.group, tap.by)
    if not values:
        return show_card(turn, row)
    segments.change(row, audience.asking(tap.group, tap.by, ()), turn.now)
    words = name_condition(turn.session, Condition(tap.by, values))
    return show_card(turn, row, _("Taken away: {condition}").format(condition=words))


def delete(turn: Turn, tap: DeleteSegment) -> Reply:
    """Asks once."""
    row = change_or_refuse(turn, tap.segment, lock=tap.sure)
    if tap.sure:
        note = _("“{name}” is deleted.").format(name=row.name)
        turn.record("segment_deleted", segment=row.id)
        segments.delete(turn.session, row)
        return list_segments(turn, ListSegments(), note)
    text = _("<b>Delete “{name}”?</b> Announcements already written to it stay as they are.").format(name=row.name)
    sure = Button(_("Delete"), DeleteSegment(row.id, True))
    return Reply(text, ((sure, Button(_("Back"), OpenSegment(row.id))),))


def register(router: Router) -> None:
    router.command("segments", list_all, gate=Gate.COORDINATOR, about=N_("Groups of people to write to"))
    router.tap(ListSegments, list_segments, gate=Gate.COORDINATOR)
    router.tap(OpenSegment, open_segment, gate=Gate.COORDINATOR)
    router.tap(DropCondition, drop_condition, gate=Gate.COORDINATOR)
    router.tap(DeleteSegment, delete, gate=Gate.COORDINATOR)
