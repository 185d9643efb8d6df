"""Coordinators see whom we can reach and how, and bring people back whom no door leads to: a letter with a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, day, language, listed, named, ngettext, number
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.secrets import new_code
from bot.conversation.turn import Turn
from bot.domain.audience import EVERYONE, Audience, By, Condition
from db import clubs, codes, doors, members, places, reachability
from db.models.clubs import Club
from db.models.conversation import Door
from db.models.lists import Programme
from db.models.members import Code, Member, Status
from db.places import LARGEST_ID
from db.reachability import Reach

PAGE = 6
FURTHEST_PAGE = 100_000
LETTER_LASTS = timedelta(days=90)
# The kind of code that joins a further door to a member: spent once, and too long to be guessed.
LETTER = "link"


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


@dataclass(frozen=True, slots=True)
class WriteLetter(Callback, prefix="rw"):
    """A code for a letter to this member; `after` is the newest code the card knew of, so that two taps make one."""

    member: int
    after: int


def reach(turn: Turn) -> Reply:
    """/reach: the figures of all; with a name behind it, how this person can be reached."""
    return _look_up(turn, turn.incoming.args) if turn.incoming.args else _overview(turn)


def _overview(turn: Turn) -> Reply:
    found = reachability.overall(turn.session)
    lines = [
        _("<b>Whom we can reach</b>"),
        _reached_of(found),
        _("By Telegram: {n}").format(n=number(found.telegram)),
        _("By the web only: {n}. They find an announcement when they open the page; until then it waits.").format(
            n=number(found.web_only)
        ),
        _("Not at all: {n}").format(n=number(found.not_at_all)),
        _("Objected (/stop): {n}. They must not be written to.").format(n=number(found.objected)),
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


def _reached_of(found: Reach) -> Markup:
    sentence = ngettext("{n} of {m} member can be reached.", "{n} of {m} members can be reached.", found.members)
    return sentence.format(n=number(found.reached), m=number(found.members))


def _look_up(turn: Turn, typed: str) -> Reply:
    found = members.find_verified(turn.session, typed, PAGE)
    buttons = [Button(_label_of(turn.session, person), OpenReach(person.id)) for person in found]
    text = _("Which one do you mean?") if found else _("We know no verified member of this name.")
    return Reply(text, (*column(*buttons), (Button(_("Overview"), Go("reach")), Button(_("Menu"), Go("menu")))))


def _label_of(session: Session, person: Member) -> str:
    """Name and city: namesakes are told apart by a human."""
    place = places.load_place(session, person.place_id) if person.place_id else None
    where = f" · {places.describe_place(place, language())}" if place else ""
    return f"{_name_of(person)}{where}"


def _name_of(person: Member) -> str:
    return f"{person.full_name} · {person.other_name}" if person.other_name else person.full_name or "–"


# --- clubs and programmes ------------------------------------------------------------------------------------


def list_groups(turn: Turn, tap: ListGroups) -> Reply:
    """Six a page, each with its figures; a button where somebody cannot be reached."""
    if tap.among is Among.EVERYBODY:
        return _overview(turn)
    page = _page(tap.page)
    groups, figures = _groups(turn.session, tap.among, page)
    shown = groups[:PAGE]
    heads = {
        Among.CLUB: _("<b>Whom we can reach, by club</b>"),
        Among.PROGRAMME: _("<b>Whom we can reach, by programme</b>"),
    }
    texts = [heads[tap.among], *(_figures_of(group, figures.get(group.id, Reach())) for group in shown)]
    buttons = [
        Button(f"{named(group.names)} ({number(figures[group.id].not_at_all)})", ListUnreached(tap.among, group.id))
        for group in shown
        if group.id in figures and figures[group.id].not_at_all
    ]
    leaves = _leaves(ListGroups(tap.among, page - 1), ListGroups(tap.among, page + 1), page, len(groups) > PAGE)
    return Reply(Markup("\n\n").join(texts), (*column(*buttons), *leaves, _last_row()))


def _groups(session: Session, among: Among, page: int) -> tuple[Sequence[Club] | Sequence[Programme], dict[int, Reach]]:
    """One page of them, with one more where there are further ones; the figures of those on the page."""
    if among is Among.CLUB:
        found = clubs.all_open(session)[page * PAGE : (page + 1) * PAGE + 1]
        return found, reachability.of_clubs(session, [club.id for club in found[:PAGE]])
    listed = reachability.programmes(session, limit=PAGE + 1, offset=page * PAGE)
    return listed, reachability.of_programmes(session, [programme.id for programme in listed[:PAGE]])


def _figures_of(group: Club | Programme, found: Reach) -> Markup:
    name = Markup("<b>{}</b>").format(named(group.names))
    if not found.members:
        return Markup("{}\n{}").format(name, _("Nobody yet."))
    parts = _("Telegram {telegram} · web only {web} · not at all {none} · objected {objected}").format(
        telegram=number(found.telegram),
        web=number(found.web_only),
        none=number(found.not_at_all),
        objected=number(found.objected),
    )
    return Markup("{}\n{}\n{}").format(name, _reached_of(found), parts)


def _page(page: int) -> int:
    return min(max(page, 0), FURTHEST_PAGE)


def _leaves(earlier: Callback, later: Callback, page: int, more: bool) -> Rows:
    leaves = [*([Button("‹", earlier)] if page else []), *([Button("›", later)] if more else [])]
    return (tuple(leaves),) if leaves else ()


def _last_row() -> tuple[Button, ...]:
    return (Button(_("Overview"), Go("reach")), Button(_("Menu"), Go("menu")))


# --- who cannot be reached -----------------------------------------------------------------------------------


def list_unreached(turn: Turn, tap: ListUnreached) -> Reply:
    group = _group(turn.session, tap)
    if tap.among is not Among.EVERYBODY and group is None:
        return list_groups(turn, ListGroups(tap.among))
    page = _page(tap.page)
    found = reachability.unreached(turn.session, _audience_of(group), limit=PAGE + 1, offset=page * PAGE)
    buttons = [
        Button(_label_of(turn.session, person), OpenReach(person.id, tap.among, tap.of, page))
        for person in found[:PAGE]
    ]
    title = _("<b>Not reachable: {group}</b>").format(group=named(group.names)) if group else _("<b>Not reachable</b>")
    note = _("No door leads to these people:") if found else _("There is nobody here whom we cannot reach.")
    leaves = _leaves(
        ListUnreached(tap.among, tap.of, page - 1), ListUnreached(tap.among, tap.of, page + 1), page, len(found) > PAGE
    )
    last = (Button(_("Back"), ListGroups(tap.among)), Button(_("Menu"), Go("menu")))
    return Reply(Markup("{}\n{}").format(title, note), (*column(*buttons), *leaves, last))


def _group(session: Session, tap: ListUnreached) -> Club | Programme | None:
    """The club or programme a list is about, if there is one."""
    if not 0 < tap.of <= LARGEST_ID or tap.among is Among.EVERYBODY:
        return None
    return session.get(Club, tap.of) if tap.among is Among.CLUB else session.get(Programme, tap.of)


def _audience_of(group: Club | Programme | None) -> Audience:
    if group is None:
        return EVERYONE
    return Audience((Condition(By.CLUB if isinstance(group, Club) else By.PROGRAMME, (group.id,)),))


def open_reach(turn: Turn, tap: OpenReach) -> Reply:
    person = _find(turn.session, tap.member)
    if person is None:
        return _gone()
    turn.record("reachability_viewed", person.number)
    return _card(turn, person, ListUnreached(tap.among, tap.of, _page(tap.page)))


def _find(session: Session, member: int, *, lock: bool = False) -> Member | None:
    """A verified member; None for anybody else, and for those erased meanwhile."""
    if not 0 < member <= LARGEST_ID:
        return None
    person = session.get(Member, member, with_for_update={"key_share": True} if lock else None)
    return person if person is not None and person.status == Status.VERIFIED else None


def _gone() -> Reply:
    return Reply(
        _("This person is no longer among the verified members; the record may have been erased."), (_last_row(),)
    )


def _card(turn: Turn, person: Member, back: ListUnreached) -> Reply:
    ways = doors.doors_of(turn.session, person.id)
    settled = _why_no_letter(person, ways)
    letter = codes.newest(turn.session, person.id, LETTER)
    lines = [
        Markup("<b>{}</b>").format(_name_of(person)),
        *_belongings(turn.session, person),
        *_ways(person, ways),
        *_unread(turn.session, person),
        Markup(""),
        settled or _about_letter(turn, letter),
    ]
    button = Button(_("Letter with a code"), WriteLetter(person.id, letter.id if letter else 0))
    rows = (
        *(() if settled else ((button,),)),
        (Button(_("Back"), back), Button(_("Overview"), Go("reach"))),
    )
    return Reply(Markup("\n").join(lines), rows)


def _belongings(session: Session, person: Member) -> list[Markup]:
    """Where somebody studied, and their clubs: by these they are remembered."""
    lines = []
    for affiliation, institution, programme in members.affiliations_of(session, person.id):
        years = "–".join(str(year) for year in (affiliation.from_year, affiliation.to_year) if year)
        parts = [
            named(institution.names),
            *([named(programme.names)] if programme else []),
            *([years] if years else []),
        ]
        lines.append(Markup("{}").format(" · ".join(parts)))
    own = [named(club.names) for club, _membership in clubs.of_member(session, person.id)]
    return [*lines, _("Clubs: {names}").format(names=listed(own)) if own else _("In no club")]


def _ways(person: Member, ways: list[Door]) -> list[Markup]:
    if not ways:
        return [_("No door any more. Last seen: {day}").format(day=day(person.seen_at))]
    return [_way(door) for door in ways]


def _way(door: Door) -> Markup:
    if door.unreachable_since is not None:
        texts = {
            "telegram": _("Telegram: blocked or deleted since {since}, last used {day}"),
            "web": _("Browser: closed since {since}, last used {day}"),
        }
        return texts[door.channel].format(since=day(door.unreachable_since), day=day(door.used_at))
    texts = {"telegram": _("Telegram: works, last used {day}"), "web": _("Browser: signed in, last used {day}")}
    return texts[door.channel].format(day=day(door.used_at))


def _unread(session: Session, person: Member) -> list[Markup]:
    n, since = reachability.unread(session, person.id)
    if since is None:
        return []
    sentence = ngettext(
        "{n} announcement waits unread in the web chat, since {day}.",
        "{n} announcements wait unread in the web chat, the oldest since {day}.",
        n,
    )
    return [sentence.format(n=number(n), day=day(since))]


# --- a letter ------------------------------------------------------------------------------------------------


def _why_no_letter(person: Member, ways: list[Door]) -> Markup | None:
    """One sentence where no letter is to be written; None where one would help."""
    if person.erase_at is not None:
        return _("This person leaves: everything is erased on {day}. Please do not write any more.").format(
            day=day(person.erase_at)
        )
    if person.objected_at is not None:
        return _("This person has objected (/stop) and must not be written to, not by letter either.")
    works = {door.channel for door in ways if door.unreachable_since is None}
    if "telegram" in works:
        return _("This person can be reached by Telegram. No letter is needed.")
    if works:
        return _("This person can be reached by the web: an announcement is found when the page is opened.")
    return None


def _about_letter(turn: Turn, letter: Code | None) -> Markup:
    """What can be done, and what was done already."""
    if letter is None or letter.issued_by is None:
        return _(
            "This person cannot be reached. What you can do: write a letter. Its code leads back to the same record, "
            "in a browser or on Telegram."
        )
    issued = day(letter.issued_at)
    if codes.is_alive(letter, turn.now) and letter.expires_at is not None:
        return _(
            "This person cannot be reached. A code for a letter was issued on {issued} and is valid until {until}. A "
            "new code ends it."
        ).format(issued=issued, until=day(letter.expires_at))
    return _(
        "This person cannot be reached. The code issued for a letter on {issued} was used or has expired; you can "
        "issue a new one."
    ).format(issued=issued)


def write_letter(turn: Turn, tap: WriteLetter) -> Reply:
    """A code for exactly this member, unless they came back, left or objected meanwhile: then their card says so. Of
    two taps on the same button, or of two coordinators at once, the first gets a code."""
    person = _find(turn.session, tap.member, lock=True)
    if person is None:
        return _gone()
    newest = codes.newest(turn.session, person.id, LETTER)
    is_old = tap.after != (newest.id if newest else 0)
    if is_old or _why_no_letter(person, doors.doors_of(turn.session, person.id)) is not None:
        return _card(turn, person, ListUnreached(Among.EVERYBODY))
    return _letter(turn, person)


def _letter(turn: Turn, person: Member) -> Reply:
    mark, secret = new_code(turn.house, "link")
    digest = turn.house.digest("code", secret)
    codes.retire(turn.session, person.id, LETTER, turn.now)
    codes.issue(
        turn.session, LETTER, digest, turn.now, member=person.id, issued_by=turn.me.number, lasting=LETTER_LASTS
    )
    turn.record("letter_code_issued", person.number)
    url = turn.house.web_link(f"link_{mark}")
    text = _(
        "For your letter to {name}: {url}\n\nPlease print this address and the picture into the letter. They lead back "
        "to the same record, in a browser or on Telegram. They work once, until {until}.\n\nWhoever holds the letter "
        "comes in as this person, so please make sure that nobody else gets it. We store only a hash of the code."
    ).format(name=person.full_name, url=url, until=day(turn.now + LETTER_LASTS))
    rows = ((Button(_("Not reachable"), ListUnreached(Among.EVERYBODY)), Button(_("Menu"), Go("menu"))),)
    return Reply(text, rows, new=True, picture=Recipe("qr", "letter.png", {"url": url}))


def register(router: Router) -> None:
    router.command("reach", reach, gate=Gate.COORDINATOR, about=N_("Whom we can reach"))
    router.tap(ListGroups, list_groups, gate=Gate.COORDINATOR)
    router.tap(ListUnreached, list_unreached, gate=Gate.COORDINATOR)
    router.tap(OpenReach, open_reach, gate=Gate.COORDINATOR)
    router.tap(WriteLetter, write_letter, gate=Gate.COORDINATOR)
