"""Coordinators see how one person can be reached, and bring back whom no door leads to: a letter with a code."""

from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import _, day, listed, named, ngettext, number
from bot.conversation.reply import Button, Go, Recipe, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.secrets import new_code
from bot.conversation.turn import Turn
from db import clubs, codes, doors, reachability, scopes
from db.models.conversation import Door
from db.models.members import Code, Member, Status
from db.places import LARGEST_ID
from handlers.cohorts import describe_studies
from handlers.coordination.reaching import Among, ListUnreached, OpenReach, last_row, name_of, page_of

LETTER_LASTS = timedelta(days=90)
# The kind of code that joins a further door to a member: spent once, and too long to be guessed.
LETTER = "link"


@dataclass(frozen=True, slots=True)
class WriteLetter(Callback, prefix="rw"):
    """A code for a letter to this member; `after` is the newest code the card knew of, so that two taps make one."""

    member: int
    after: int


def open_reach(turn: Turn, tap: OpenReach) -> Reply:
    person = _find(turn, tap.member)
    if person is None:
        return _gone()
    turn.record("reachability_viewed", person.number)
    return _card(turn, person, ListUnreached(tap.among, tap.of, page_of(tap.page)))


def _find(turn: Turn, member: int, *, lock: bool = False) -> Member | None:
    """A verified member one answers for; None for anybody else, and for those erased meanwhile."""
    if not 0 < member <= LARGEST_ID or not scopes.covers(turn.session, turn.scope, member):
        return None
    person = turn.session.get(Member, member, with_for_update={"key_share": True} if lock else None)
    return person if person is not None and person.status == Status.VERIFIED else None


def _gone() -> Reply:
    return Reply(
        _("This person is no longer among the verified members; the record may have been erased."), (last_row(),)
    )


def _card(turn: Turn, person: Member, back: ListUnreached) -> Reply:
    ways = doors.doors_of(turn.session, person.id)
    settled = _why_no_letter(person, ways)
    letter = codes.newest(turn.session, person.id, LETTER)
    lines = [
        Markup("<b>{}</b>").format(name_of(person)),
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
    lines = describe_studies(session, person.id)
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
        return _(
            "This person has objected (/stop) and must not be written to, not by letter either, except about a data "
            "breach."
        )
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
    person = _find(turn, tap.member, lock=True)
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
    router.tap(OpenReach, open_reach, gate=Gate.COORDINATOR)
    router.tap(WriteLetter, write_letter, gate=Gate.COORDINATOR)
