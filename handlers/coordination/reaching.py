"""Coordinators see whom we can reach, by club and programme, and whom not.

How people are reached is a statistic, in which small numbers are kept back; who is not reachable is a list of people
one may write to, so that number is exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, language, named, number
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.anonymity import MIN
from bot.domain.audience import EVERYONE, Audience, By, Condition
from bot.domain.small_cells import keep_back
from db import clubs, members, places, reachability, scopes
from db.models.clubs import Club
from db.models.lists import Programme
from db.models.members import Member
from db.places import LARGEST_ID
from db.reachability import Reach
from handlers.statistics.figures import say

PAGE = 6
FURTHEST_PAGE = 100_000
TELEGRAM, BROWSER, OBJECTED = "telegram", "browser", "objected"


class Among(StrEnum):
    EVERYBODY = "a"
    CLUB = "c"
    PROGRAMME = "p"


@dataclass(frozen=True, slots=True)
class ListGroups(Callback, prefix="rg"):
    """The figures of each club, or of each programme."""

    among: Among
    page: int = 0


@dataclass(frozen=True, slots=True)
class ListUnreached(Callback, prefix="rl"):
    """Who cannot be reached: of all, of one club or of one programme (`of`)."""

    among: Among
    of: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenReach(Callback, prefix="ro"):
    """How one member can be reached; the rest is the list to go back to."""

    member: int
    among: Among = Among.EVERYBODY
    of: int = 0
    page: int = 0


def reach(turn: Turn) -> Reply:
    """/reach: the figures of all; with a name behind it, how this person can be reached."""
    return _look_up(turn, turn.incoming.args) if turn.incoming.args else _overview(turn)


def _overview(turn: Turn) -> Reply:
    found = reachability.overall(turn.session, turn.scope)
    shown = shown_of(found)
    lines = [
        _("<b>Whom we can reach</b>"),
        _("At once, by Telegram: {n}").format(n=say(shown[TELEGRAM])),
        _("Only in the browser: {n}. They see an announcement at their next visit; nothing rings there.").format(
            n=say(shown[BROWSER])
        ),
        _("Not at all: {n}").format(n=number(found.not_at_all)),
        _("Objected (/stop): {n}. They must not be written to.").format(n=say(shown[OBJECTED])),
        Markup(""),
        _in_fives(),
        Markup(""),
        _("How one person can be reached: write /reach and the name."),
    ]
    unreached = Button(_("Not reachable ({n})").format(n=number(found.not_at_all)), ListUnreached(Among.EVERYBODY))
    rows: Rows = (
        (Button(_("Clubs"), ListGroups(Among.CLUB)), Button(_("Programmes"), ListGroups(Among.PROGRAMME))),
        *([(unreached,)] if found.not_at_all else []),
        (Button(_("Menu"), Go("menu")),),
    )
    return Reply(Markup("\n").join(lines), rows)


def _in_fives() -> Markup:
    return _(
        "These are statistics: in steps of five, and small numbers are not shown. Only who is not reachable at all is "
        "counted one by one, since you may write to each of them."
    )


def shown_of(found: Reach) -> dict[str, int | None]:
    """How people are reached, as a statistic: nobody in a small group is found out."""
    told = {TELEGRAM: found.telegram, BROWSER: found.web_only, OBJECTED: found.objected}
    return keep_back(told) if sum(told.values()) >= MIN else dict.fromkeys(told)


def reached_of(found: Reach) -> Markup:
    """Whom an announcement reaches now, and who sees it later: in one sentence, as a statistic."""
    shown = shown_of(found)
    sentence = _("Reached at once, by Telegram: {telegram} · only in the browser, at their next visit: {web}")
    return sentence.format(telegram=say(shown[TELEGRAM]), web=say(shown[BROWSER]))


def _look_up(turn: Turn, typed: str) -> Reply:
    found = members.find_verified(turn.session, typed, PAGE, scopes.within(turn.scope))
    buttons = [Button(_label_of(turn.session, person), OpenReach(person.id)) for person in found]
    text = _("Which one do you mean?") if found else _("We know no verified member of this name.")
    return Reply(text, (*column(*buttons), (Button(_("Overview"), Go("reach")), Button(_("Menu"), Go("menu")))))


def _label_of(session: Session, person: Member) -> str:
    """Name and city: namesakes are told apart by a human."""
    place = places.load_place(session, person.place_id) if person.place_id else None
    where = f" · {places.describe_place(place, language())}" if place else ""
    return f"{name_of(person)}{where}"


def name_of(person: Member) -> str:
    return f"{person.full_name} · {person.other_name}" if person.other_name else person.full_name or "–"


# --- clubs and programmes ------------------------------------------------------------------------------------


def list_groups(turn: Turn, tap: ListGroups) -> Reply:
    """Six a page, each with its figures; a button where somebody cannot be reached."""
    if tap.among is Among.EVERYBODY:
        return _overview(turn)
    page = page_of(tap.page)
    groups, figures = _groups(turn, tap.among, page)
    shown = groups[:PAGE]
    heads = {
        Among.CLUB: _("<b>Whom we can reach, by club</b>"),
        Among.PROGRAMME: _("<b>Whom we can reach, by programme</b>"),
    }
    texts = [heads[tap.among], _in_fives(), *(_figures_of(group, figures.get(group.id, Reach())) for group in shown)]
    buttons = [
        Button(f"{named(group.names)} ({number(figures[group.id].not_at_all)})", ListUnreached(tap.among, group.id))
        for group in shown
        if group.id in figures and figures[group.id].not_at_all
    ]
    pages = leaves(partial(ListGroups, tap.among), page, more=len(groups) > PAGE)
    return Reply(Markup("\n\n").join(texts), (*column(*buttons), *pages, last_row()))


def _groups(turn: Turn, among: Among, page: int) -> tuple[Sequence[Club] | Sequence[Programme], dict[int, Reach]]:
    """One page of them, with one more where there are further ones; the figures of those on the page."""
    session, scope = turn.session, turn.scope
    if among is Among.CLUB:
        found = clubs.all_open(session)[page * PAGE : (page + 1) * PAGE + 1]
        return found, reachability.of_clubs(session, [club.id for club in found[:PAGE]], scope)
    listed = reachability.programmes(session, scope, limit=PAGE + 1, offset=page * PAGE)
    return listed, reachability.of_programmes(session, [programme.id for programme in listed[:PAGE]], scope)


def _figures_of(group: Club | Programme, found: Reach) -> Markup:
    name = Markup("<b>{}</b>").format(named(group.names))
    if not found.members:
        return Markup("{}\n{}").format(name, _("Nobody yet."))
    shown = shown_of(found)
    parts = _("Telegram {telegram} · only in the browser {web} · not at all {none} · objected {objected}").format(
        telegram=say(shown[TELEGRAM]),
        web=say(shown[BROWSER]),
        none=number(found.not_at_all),
        objected=say(shown[OBJECTED]),
    )
    return Markup("{}\n{}").format(name, parts)


def page_of(page: int) -> int:
    return min(max(page, 0), FURTHEST_PAGE)


def last_row() -> tuple[Button, ...]:
    return (Button(_("Overview"), Go("reach")), Button(_("Menu"), Go("menu")))


# --- who cannot be reached -----------------------------------------------------------------------------------


def list_unreached(turn: Turn, tap: ListUnreached) -> Reply:
    group = _group(turn.session, tap)
    if tap.among is not Among.EVERYBODY and group is None:
        return list_groups(turn, ListGroups(tap.among))
    page = page_of(tap.page)
    found = reachability.unreached(
        turn.session, turn.scope.narrow(_audience_of(group)), limit=PAGE + 1, offset=page * PAGE
    )
    buttons = [
        Button(_label_of(turn.session, person), OpenReach(person.id, tap.among, tap.of, page))
        for person in found[:PAGE]
    ]
    title = _("<b>Not reachable: {group}</b>").format(group=named(group.names)) if group else _("<b>Not reachable</b>")
    note = _("No door leads to these people:") if found else _("There is nobody here whom we cannot reach.")
    pages = leaves(partial(ListUnreached, tap.among, tap.of), page, more=len(found) > PAGE)
    last = (Button(_("Back"), ListGroups(tap.among)), Button(_("Menu"), Go("menu")))
    return Reply(Markup("{}\n{}").format(title, note), (*column(*buttons), *pages, last))


def _group(session: Session, tap: ListUnreached) -> Club | Programme | None:
    """The club or programme a list is about, if there is one."""
    if not 0 < tap.of <= LARGEST_ID or tap.among is Among.EVERYBODY:
        return None
    return session.get(Club, tap.of) if tap.among is Among.CLUB else session.get(Programme, tap.of)


def _audience_of(group: Club | Programme | None) -> Audience:
    if group is None:
        return EVERYONE
    return Audience((Condition(By.CLUB if isinstance(group, Club) else By.PROGRAMME, (group.id,)),))


def register(router: Router) -> None:
    router.command("reach", reach, gate=Gate.COORDINATOR, about=N_("Whom we can reach"))
    router.tap(ListGroups, list_groups, gate=Gate.COORDINATOR)
    router.tap(ListUnreached, list_unreached, gate=Gate.COORDINATOR)
