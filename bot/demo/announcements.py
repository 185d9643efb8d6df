"""What was announced in the invented network: done, stopped, under way, waiting for approval, in draft; and segments
that were saved. Whom an announcement went to is asked of the product itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.web.door import NAME as WEB
from bot.demo.announced import SEGMENTS, WRITTEN, Written
from bot.demo.clubs import Regional
from bot.demo.ground import Ground
from bot.demo.members import Person
from bot.demo.occasions import EVENTS
from bot.demo.shoes import MEMBER_IDS
from bot.domain.audience import Audience, By, Condition, Value
from bot.domain.reminders import Hours, next_morning
from db.doors import Way, best_doors
from db.models.announcements import Announcement, AnnouncementState
from db.models.members import Member
from handlers.announcements.notice import Announced
from handlers.announcements.recipients import those_told
from handlers.announcements.sending import ToApprove

Row = dict[str, Any]
SENT = (AnnouncementState.SENDING, AnnouncementState.DONE, AnnouncementState.STOPPED)
# The line's pace then; shares of those it reached.
A_SECOND = 29.6
LOOKED, FAILED, DOUBTFUL = 0.82, 0.004, 0.006
MORNINGS = ("Europe/Berlin", "Asia/Shanghai")


class Announcements:
    """Gives announcements and their ledgers rows, always the same ones for the same network."""

    def __init__(self, ground: Ground, clubs: Sequence[Regional], people: Sequence[Person], now: datetime) -> None:
        self._ground = ground
        self._clubs = {club.table.city: club.id for club in clubs}
        self._numbers = {name: people[member - 1].number for name, member in MEMBER_IDS.items()}
        self._now = now
        self._random = Random(11)  # noqa: S311 - nothing here is secret
        self._audiences = {name: self._audience(groups) for name, groups in SEGMENTS.items()}

    def segment_rows(self) -> list[Row]:
        return [
            {
                "id": number,
                "name": name,
                "audience": audience.to_json(),
                "made_by": MEMBER_IDS["coordinator"],
                "changed_at": self._now - timedelta(days=40 - number),
            }
            for number, (name, audience) in enumerate(self._audiences.items(), 1)
        ]

    def announcement_rows(self) -> list[Row]:
        return [self._announcement(number, written) for number, written in enumerate(WRITTEN, 1)]

    def ledger_rows(self, session: Session) -> list[Row]:
        """A notice to each reader of what went out. Members, clubs and doors must be there."""
        rows: list[Row] = []
        for row in self.announcement_rows():
            if row["state"] in SENT:
                rows += self._ledger(session, Announcement(**row))
        return rows

    def notices(self) -> Iterator[tuple[int, ToApprove]]:
        """Who finds in their chat that something waits for them."""
        for number, written in enumerate(WRITTEN, 1):
            if written.state == AnnouncementState.ASKED:
                yield MEMBER_IDS["second"], ToApprove(number, int(self._now.timestamp()))

    # --- whom ------------------------------------------------------------------------------------------------

    def _audience(self, groups: dict[str, dict[By, tuple[Value, ...]]]) -> Audience:
        held = {
            group: tuple(Condition(by, self._values(by, values)) for by, values in asked.items())
            for group, asked in groups.items()
        }
        return Audience(held.get("all", ()), held.get("any", ()), held.get("none", ()))

    def _values(self, by: By, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """Ids of what the tables call by name; a date for a number of days."""
        if by is By.SILENT:
            return ((self._now - timedelta(days=int(values[0]))).date().isoformat(),)
        known = {By.PROGRAMME: self._ground.programmes, By.TOPIC: self._ground.topics, By.CLUB: self._clubs}
        return tuple(known[by][str(value)] for value in values) if by in known else values

    def _meant(self, written: Written) -> Audience:
        if written.club is not None:
            return Audience((Condition(By.CLUB, (self._clubs[written.club],)),))
        return self._audiences[written.segment] if written.segment is not None else Audience()

    # --- when ------------------------------------------------------------------------------------------------

    def _announcement(self, number: int, written: Written) -> Row:
        due = self._due(written) if written.state in SENT else None
        planned = due + timedelta(seconds=5) if due is not None else None
        created = (due or self._now) - timedelta(hours=written.hours_before)
        return {
            "id": number,
            "state": written.state,
            "author_id": MEMBER_IDS[written.author],
            "club_id": self._clubs[written.club] if written.club else None,
            "event_id": _event(written.event),
            "texts": written.texts,
            "attachment_id": None,
            "button": self._button(written),
            "audience": self._meant(written).to_json(),
            "segment": written.segment,
            "morning": written.morning,
            "wanted_at": None,
            "due_at": due,
            "cursor": 0,
            "created_at": created,
            "changed_at": due or created,
            "confirmed_by": self._numbers[written.confirmed or written.author] if due is not None else None,
            "planned_at": planned,
            "done_at": planned + timedelta(minutes=2) if planned and written.state != "sending" else None,
        }

    def _due(self, written: Written) -> datetime:
        """What is under way began just before the last nine o'clock in Germany or China: there it is through."""
        if written.state != AnnouncementState.SENDING:
            return (self._now - timedelta(days=written.days)).replace(hour=9, minute=0, second=0, microsecond=0)
        a_day_ago = self._now - timedelta(days=1)
        return max(next_morning(a_day_ago, Hours(zone, 0, 0)) for zone in MORNINGS) - timedelta(minutes=30)

    def _button(self, written: Written) -> dict[str, Any] | None:
        if written.leads_to is None:
            return None
        web = written.leads_to.startswith("https://")
        return {"kind": "web" if web else "event", "to": written.leads_to if web else str(_event(written.leads_to))}

    # --- what became of it -----------------------------------------------------------------------------------

    def _ledger(self, session: Session, row: Announcement) -> Iterator[Row]:
        assert row.due_at is not None
        query = select(Member.id, Member.zone, Member.quiet_from, Member.quiet_to).where(*those_told(row))
        found = session.execute(query.order_by(Member.id)).all()
        doors = best_doors(session, [each.id for each in found])
        stop = len(found) * 2 // 5 if row.state == AnnouncementState.STOPPED else len(found)
        notice = Announced(row.id)
        for place, (member, zone, quiet_from, quiet_to) in enumerate(found):
            due = next_morning(row.due_at, Hours(zone, quiet_from, quiet_to)) if row.morning else row.due_at
            line = {"member_id": member, "kind": notice.kind, "ref": str(row.id), "lane": notice.lane, "due_at": due}
            if due > self._now or (row.state == AnnouncementState.SENDING and _is_known(member)):
                yield {**line, **_waiting(notice)}
            else:
                outcome = self._outcome(member, doors.get(member)) if place < stop else "stopped"
                yield {**line, **self._tried(outcome, due + timedelta(seconds=place / A_SECOND))}

    def _outcome(self, member: int, way: Way | None) -> str:
        """Whose shoes one can step into have read what is past: else it would be read only now."""
        if way is None:
            return "unreachable"
        if not _is_known(member) and self._random.random() < FAILED:
            return "failed"
        unread = way.channel == WEB and not _is_known(member) and self._random.random() > LOOKED
        return "kept" if unread else "sent"

    def _tried(self, outcome: str, at: datetime) -> Row:
        doubled = outcome == "sent" and self._random.random() < DOUBTFUL
        error = "line" if outcome == "failed" else None
        return {
            "params": {},
            "attempts": 1 + doubled,
            "done_at": at,
            "outcome": outcome,
            "error": error,
            "maybe_doubled": int(doubled),
        }


def _is_known(member: int) -> bool:
    return member <= len(MEMBER_IDS)


def _waiting(notice: Announced) -> Row:
    nothing = {"done_at": None, "outcome": None, "error": None}
    return {"params": notice.params(), "attempts": 0, "maybe_doubled": 0, **nothing}


def _event(title: str | None) -> int | None:
    """The id of an event, by its German title."""
    return next((number for number, each in enumerate(EVENTS, 1) if each.titles["de"] == title), None)
