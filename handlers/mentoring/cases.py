"""Coordinators hear where somebody needs help, or where both are silent, and one of them takes care of it."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Refused, Turn
from bot.domain.matching import Format
from db import members, mentoring_checks, mentorships, scopes
from db.models.mentoring import CheckIn, Mentorship
from handlers.mentoring.pair import paragraphs
from handlers.mentoring.together_buttons import ListCases, OpenCase, TakeCare, Trouble
from handlers.mentoring.wording import format_names

PAGE = 6
LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class HelpNeeded(Notice, kind="mentoring_help"):
    """Somebody needs help in a mentorship: to all coordinators, until one takes care of it."""

    mentorship: int
    round: int
    by: int

    def compose(self, at: Composing) -> Reply | None:
        row = _case_told(at, self.mentorship)
        if row is None or not _is_open(at.session, row, self.round, self.by):
            return None
        text = _("<b>{name}</b> needs help in the mentorship with {other}, which began on {day}.")
        return Reply(text.format(**_who(at.session, row, self.by)), _rows(row.id))


@dataclass(frozen=True, slots=True)
class TroubleTold(Notice, kind="mentoring_trouble"):
    """What it is about."""

    mentorship: int
    round: int
    by: int
    trouble: str

    def compose(self, at: Composing) -> Reply | None:
        row = _case_told(at, self.mentorship)
        if row is None or not _is_open(at.session, row, self.round, self.by):
            return None
        trouble = trouble_names()[Trouble(self.trouble)]
        text = _("<b>{name}</b> adds to the request for help in the mentorship with {other}: “{trouble}”.")
        return Reply(text.format(trouble=trouble, **_who(at.session, row, self.by)), _rows(row.id))


@dataclass(frozen=True, slots=True)
class SilentMentorship(Notice, kind="mentoring_silent"):
    """Neither of the two has answered for two weeks."""

    mentorship: int
    round: int

    def compose(self, at: Composing) -> Reply | None:
        row = _case_told(at, self.mentorship)
        if row is None or row.checks != self.round or not mentoring_checks.unattended(at.session, row, at.now):
            return None
        text = _(
            "<b>{name}</b> and <b>{other}</b>, together since {day}, have both not answered for two weeks how their "
            "mentorship is going. A friendly call may help."
        )
        return Reply(text.format(**_who(at.session, row, row.mentor_id)), _rows(row.id))


def trouble_names() -> dict[Trouble, Markup]:
    return {
        Trouble.NO_TIME: _("We find no time"),
        Trouble.NO_FIT: _("It does not fit"),
        Trouble.OTHER: _("Something else"),
    }


def tell_coordinators(session: Session, row: Mentorship, notice: Notice, now: datetime) -> None:
    """Those who answer for one of the two, but for the two themselves."""
    both = (row.mentor_id, row.mentee_id)
    answering = {each for member in both for each in scopes.coordinators_for(session, member)}
    for coordinator in sorted(answering.difference(both)):
        queue(session, coordinator, notice, now)


def _case_told(at: Composing, mentorship: int) -> Mentorship | None:
    row = mentorships.load(at.session, mentorship)
    if row is None or row.state != mentorships.ACTIVE:
        return None
    scope = scopes.scope_of(at.session, at.member.id)
    return row if mentoring_checks.lies_in(at.session, row, scope) else None


def _is_open(session: Session, row: Mentorship, round: int, by: int) -> bool:
    told = mentoring_checks.find(session, row.id, round, by)
    return told is not None and told.answer == "help" and not told.office_told


def _who(session: Session, row: Mentorship, first: int) -> dict[str, str]:
    """The two names, as the alumni office may know them, and since when they are together."""
    other = mentorships.other_of(row, first)
    return {"name": _name(session, first), "other": _name(session, other), "day": day(row.began_at)}


def _name(session: Session, member: int) -> str:
    return members.load(session, member).full_name or "–"


def _rows(mentorship: int) -> Rows:
    return (
        (Button(_("I take care of it"), TakeCare(mentorship)),),
        (Button(_("Look at it"), OpenCase(mentorship)), Button(_("Menu"), Go("menu"))),
    )


def list_cases(turn: Turn, tap: ListCases) -> Reply:
    """Mentorships that need somebody, the oldest first."""
    page = max(tap.page, 0)
    found = mentoring_checks.open_cases(turn.session, turn.me.id, turn.scope, turn.now, page, PAGE)
    if not found:
        return Reply(_("At present nobody in a mentorship is waiting for the alumni office."), (_back(),))
    buttons = [Button(_label(turn.session, row), OpenCase(row.id)) for row in found[:PAGE]]
    text = _("In these mentorships somebody needs help, or both are silent:")
    return Reply(text, (*column(*buttons), *leaves(ListCases, page, more=len(found) > PAGE), _back()))


def _label(session: Session, row: Mentorship) -> str:
    return shorten(f"{_name(session, row.mentor_id)} · {_name(session, row.mentee_id)}", LONGEST_LABEL)


def _back() -> tuple[Button, ...]:
    return (Button(_("Mentoring"), Go("mentoring")), Button(_("Menu"), Go("menu")))


def open_case(turn: Turn, tap: OpenCase) -> Reply:
    """Who, since when, and what is to be taken care of."""
    row = _case_or_refuse(turn, tap.mentorship)
    _record(turn, row, "mentorship_opened")
    return _case(turn, row)


def take_care(turn: Turn, tap: TakeCare) -> Reply:
    """One coordinator is enough: the first."""
    row = _case_or_refuse(turn, tap.mentorship)
    rows = mentoring_checks.unattended(turn.session, row, turn.now, lock=True)
    if not rows:
        return _case(turn, row, _("Somebody takes care of it already, or it has settled itself."))
    for each in rows:
        each.office_told = True
    turn.flush()
    _record(turn, row, "mentorship_cared_for")
    return _case(turn, row, _("Thank you. Your colleagues are not reminded of it any more."))


def _case_or_refuse(turn: Turn, mentorship: int) -> Mentorship:
    row = mentorships.load(turn.session, mentorship)
    if row is None:
        raise Refused(Reply(_("This mentorship is no longer kept: one of the two has left."), (_back(),)))
    if not mentoring_checks.lies_in(turn.session, row, turn.scope):
        raise Refused(Reply(_("You do not answer for either of these two."), (_back(),)))
    if turn.me.id in (row.mentor_id, row.mentee_id):
        raise Refused(Reply(_("This is a mentorship of your own; a colleague looks after it."), (_back(),)))
    return row


def _record(turn: Turn, row: Mentorship, action: str) -> None:
    for member in (row.mentor_id, row.mentee_id):
        turn.record(action, members.load(turn.session, member).number, mentorship=row.id)


def _case(turn: Turn, row: Mentorship, note: Markup | None = None) -> Reply:
    mentor, mentee = _name(turn.session, row.mentor_id), _name(turn.session, row.mentee_id)
    pair = _(
        "Mentor: <b>{mentor}</b>\nMentee: <b>{mentee}</b>\n<b>Format:</b> {formats}\nTogether since {day}."
    ).format(
        mentor=mentor,
        mentee=mentee,
        formats=format_names().get(Format(row.format), Markup("")),
        day=day(row.began_at),
    )
    if row.state != mentorships.ACTIVE:
        ended = _("It ended on {day}.").format(day=day(row.ended_at or row.began_at))
        return Reply(paragraphs(note, pair, ended), (_back(),))
    waiting = mentoring_checks.unattended(turn.session, row, turn.now)
    needs = [_need(turn.session, each) for each in waiting] or [_("Nothing is waiting for the alumni office.")]
    care = column(Button(_("I take care of it"), TakeCare(row.id))) if waiting else ()
    return Reply(
        paragraphs(note, pair, Markup("\n").join(needs)), (*care, (Button(_("All open cases"), ListCases()),), _back())
    )


def _need(session: Session, row: CheckIn) -> Markup:
    if row.answer is None:
        return _("Both were asked on {day} and have not answered.").format(day=day(row.asked_at))
    since = day(row.answered_at or row.asked_at)
    return _("{name} needs help, since {day}.").format(name=_name(session, row.member_id), day=since)


def register(router: Router) -> None:
    router.tap(ListCases, list_cases, gate=Gate.COORDINATOR)
    router.tap(OpenCase, open_case, gate=Gate.COORDINATOR)
    router.tap(TakeCare, take_care, gate=Gate.COORDINATOR)
    for kind in (HelpNeeded, TroubleTold, SilentMentorship):
        router.notice(kind)
