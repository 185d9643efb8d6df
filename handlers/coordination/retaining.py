"""Coordinators see what is kept how long, and whether anything is still there that should have gone."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, day, ngettext, number, when
from bot.conversation.reply import Button, Go, Reply, leaves
from bot.conversation.retention_texts import kind_names, kind_reasons, span_of
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.retention import Keep
from db import retention
from db.retention import Standing
from handlers.records.taking import TakeRecords

PAGE = 6


@dataclass(frozen=True, slots=True)
class ShowRetention(Callback, prefix="xr"):
    """A page of what is kept how long."""

    page: int


def begin(turn: Turn) -> Reply:
    """/retention"""
    return show(turn, ShowRetention(0))


def show(turn: Turn, tap: ShowRetention) -> Reply:
    """What is overdue comes first."""
    keep = turn.house.keep
    found = sorted(retention.standings(turn.session, turn.now, keep), key=lambda one: -one.overdue)
    page = min(max(tap.page, 0), (len(found) - 1) // PAGE)
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [_("<b>What we keep, and how long</b>"), _verdict(found), *(_line(one, keep) for one in shown)]
    pages = leaves(ShowRetention, page, more=len(found) > (page + 1) * PAGE)
    ways = (Button(_("Records of processing"), TakeRecords()), Button(_("Menu"), Go("menu")))
    return Reply(Markup("\n\n").join(lines), (*pages, ways))


def _verdict(found: list[Standing]) -> Markup:
    """One sentence first: is everything gone that should be?"""
    late = sum(one.overdue for one in found)
    if late:
        return ngettext(
            "<b>{n} record is overdue</b>: it should have gone more than a day ago. Please tell whoever runs this "
            "program.",
            "<b>{n} records are overdue</b>: they should have gone more than a day ago. Please tell whoever runs this "
            "program.",
            late,
        ).format(n=number(late))
    runs = [one.ran_at for one in found]
    if None in runs:
        return _("Nothing is overdue. The nightly run has not been through everything yet.")
    return _("Nothing is overdue. Every night at about 2 o'clock in Berlin we forget what has been kept long enough.")


def _line(one: Standing, keep: Keep) -> Markup:
    """Name, span and reason; how many there are, since when, how many are late, and the last run."""
    head = _("<b>{name}</b>: {span}. {reason}").format(
        name=kind_names()[one.kind], span=span_of(one.kind, keep), reason=kind_reasons()[one.kind]
    )
    return Markup("{}\n{}").format(head, Markup(" · ").join(_figures(one)))


def _figures(one: Standing) -> list[Markup]:
    rows = ngettext("{n} record", "{n} records", one.rows).format(n=number(one.rows))
    parts = [rows]
    if one.oldest is not None:
        parts.append(_("oldest: {day}").format(day=day(one.oldest)))
    if one.overdue:
        parts.append(_("<b>overdue: {n}</b>").format(n=number(one.overdue)))
    if one.ran_at is not None:
        parts.append(_("last run: {time}, {n} went").format(time=when(one.ran_at), n=number(one.gone)))
    return parts


def register(router: Router) -> None:
    router.command("retention", begin, gate=Gate.CENTRAL, about=N_("What we keep, and how long"))
    router.tap(ShowRetention, show, gate=Gate.CENTRAL)
