"""Everything we hold about one person, and nobody else: for /mydata."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db import announcements, consents, exports, looks, members, places, records
from db.clubs import of_member
from db.disclosure_ties import answers_of, columns_of, contacts_of, letters_of, mentoring_of, plain
from db.models.announcements import Announcement, Attachment, Segment
from db.models.breaches import BreachMessage, BreachUnreached
from db.models.clubs import Proposal
from db.models.conversation import Attempt, Door, Draft
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event, Invitation
from db.models.members import Code, Member, Role, RoleKind, Suspension, Verification
from db.models.privacy import Audit, NotedObjection
from db.models.records import Import
from db.models.surveys import Participation, Questionnaire
from db.models.web import Entry


def everything_about(session: Session, member: Member) -> dict[str, Any]:
    """One JSON-able document. Other people appear only as what they were to this person: a role and a day."""
    return {
        "member": columns_of(member, leave_out=("id",)),
        "place": _place(session, member),
        "relations": members.relations_of(session, member.id),
        "affiliations": [
            {
                "institution": institution.names,
                "programme": programme.names if programme else None,
                "cohort": cohort.names if cohort else None,
                "from_year": affiliation.from_year,
                "to_year": affiliation.to_year,
            }
            for affiliation, institution, programme, cohort in members.affiliations_of(session, member.id)
        ],
        "on_record_before_they_came": [
            columns_of(row, leave_out=("id", "member_id", "import_id"))
            for row in records.claimed_by(session, member.id)
        ],
        "professional_focus": [topic.names for topic in members.topics_of(session, member.id)],
        "visibility": members.visibility_of(session, member.id),
        "consents": [columns_of(row, leave_out=("id", "member_id")) for row in consents.history(session, member.id)],
        "clubs": [
            {"club": club.names, "state": row.state, "muted": row.muted, "since": plain(row.changed_at)}
            for club, row in of_member(session, member.id, ("in", "asked", "left", "declined"))
        ],
        "proposals_about_clubs": _rows(session, Proposal, member.id, ("id", "member_id", "decided_by")),
        "events": _events(session, member.id),
        "invited_to": list(
            session.scalars(
                select(Event.titles)
                .join(Invitation, Invitation.event_id == Event.id)
                .where(Invitation.member_id == member.id)
            )
        ),
        "announcements_sent_to_them": [
            {
                "at": plain(row.at),
                "text": row.announcement.texts,
                "sent_to": row.announcement.segment or row.announcement.audience or "everybody",
            }
            for row in announcements.received_by(session, member.id, limit=10_000)
        ],
        "announcements_they_wrote": [
            {"texts": row.texts, "state": row.state, "at": plain(row.created_at)}
            for row in session.scalars(select(Announcement).where(Announcement.author_id == member.id))
        ],
        "breaches_they_were_not_reached_about": [
            {"day": row.changed_at.date().isoformat(), "what_became_of_it": outcome}
            for row, outcome in session.execute(
                select(BreachMessage, BreachUnreached.outcome)
                .join(BreachUnreached, BreachUnreached.message_id == BreachMessage.id)
                .where(BreachUnreached.member_id == member.id)
            )
        ],
        "messages_about_breaches_they_wrote": list(
            session.scalars(select(BreachMessage.texts).where(BreachMessage.author_id == member.id))
        ),
        "segments_they_made": list(session.scalars(select(Segment.name).where(Segment.made_by == member.id))),
        "lists_they_brought_in": list(session.scalars(select(Import.file_name).where(Import.made_by == member.id))),
        "pictures_and_files": [
            columns_of(row, leave_out=("id", "given_by", "content"))
            for row in session.scalars(select(Attachment).where(Attachment.given_by == member.id))
        ],
        "surveys_asked_to_answer": _rows(session, Participation, member.id, ("member_id",)),
        "answers_to_surveys_with_names": answers_of(session, member.id),
        "surveys_they_made": list(
            session.scalars(select(Questionnaire.titles).where(Questionnaire.author_id == member.id))
        ),
        "offices": _rows(session, Role, member.id, ("id", "member_id")),
        "objection_noted_for_them": _rows(
            session, NotedObjection, member.id, ("id", "member_id", "record_id", "noted_by")
        ),
        "verification": _rows(session, Verification, member.id, ("id", "member_id", "decided_by")),
        "suspensions": _rows(session, Suspension, member.id, ("id", "member_id")),
        "codes": _rows(session, Code, member.id, ("id", "member_id", "digest", "issued_by")),
        "doors": _rows(session, Door, member.id, ("id", "member_id")),
        "unfinished_forms": _drafts(session, member.id),
        "notices": _rows(session, Outbox, member.id, ("id", "member_id", "holder", "epoch", "params")),
        "wrong_codes": _rows(session, Attempt, member.id, ("member_id",)),
        "long_work": _rows(session, Job, member.id, ("id", "member_id", "epoch", "params", "result")),
        **contacts_of(session, member.id),
        **mentoring_of(session, member.id),
        **letters_of(session, member),
        "said_in_the_web_chat": _own_words(session, member.id),
        "who_looked": [
            {"day": each.day.isoformat(), "by": each.role.value} for each in looks.of(session, member.id, limit=10_000)
        ],
        "exported": [
            {"day": each.day.isoformat(), "by": "alumni office", "what_for": each.purpose.value, "why": each.reason}
            for each in exports.of_member(session, member.id, limit=10_000)
        ],
        "exports_they_made": [
            columns_of(row, ("id", "actor_id", "named")) for row in exports.made_by(session, member.id)
        ],
        "who_did_what": _audit(session, member.number),
    }


def _events(session: Session, member: int) -> list[dict[str, Any]]:
    """One's own answers, with what they were to."""
    query = select(Attendance, Event).join(Event, Event.id == Attendance.event_id)
    found = session.execute(query.where(Attendance.member_id == member).order_by(Event.starts_at)).all()
    hidden = ("id", "event_id", "member_id", "nonce", "checked_in_by")
    return [
        {"event": event.titles, "starts_at": plain(event.starts_at), **columns_of(row, hidden)} for row, event in found
    ]


def _drafts(session: Session, member: int) -> list[dict[str, Any]]:
    """What they entered. What begins with _ is a note of ours, which may name other people's records."""
    rows = _rows(session, Draft, member, ("member_id",))
    for row in rows:
        row["answers"] = {key: value for key, value in row["answers"].items() if not key.startswith("_")}
    return rows


def _own_words(session: Session, member: int) -> list[dict[str, Any]]:
    """What they wrote in the browser. Our answers stay out: they may name other people."""
    query = select(Entry).where(Entry.member_id == member, Entry.mine.is_(True)).order_by(Entry.id)
    return [{"at": plain(entry.at), "text": entry.body.get("text")} for entry in session.scalars(query)]


def _rows(session: Session, table: Any, member: int, leave_out: tuple[str, ...]) -> list[dict[str, Any]]:
    query = select(table).where(table.member_id == member)
    return [columns_of(row, leave_out) for row in session.scalars(query)]


def _place(session: Session, member: Member) -> dict[str, Any] | None:
    place = places.load_place(session, member.place_id) if member.place_id else None
    return {"name": place.name, "country": place.country, "region": place.region} if place else None


def _audit(session: Session, number: str) -> list[dict[str, Any]]:
    """What happened to this person's data: by themselves, the alumni office or an ambassador, on which day, and why
    where a reason was asked for."""
    rows = session.scalars(select(Audit).where(Audit.subject == number).order_by(Audit.id)).all()
    ambassadors = _ambassadors(session, {row.actor for row in rows if row.actor})
    return [
        {
            "day": row.at.date().isoformat(),
            "by": "yourself" if row.actor == number else _role(row.actor, ambassadors),
            "what": row.action,
            **({"why": row.details["reason"]} if row.details.get("reason") else {}),
        }
        for row in rows
    ]


def _ambassadors(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of these members who lead a club and do not coordinate."""
    coordinates = exists().where(Role.member_id == Member.id, Role.kind == RoleKind.COORDINATOR)
    leads = exists().where(Role.member_id == Member.id, Role.kind == RoleKind.AMBASSADOR)
    return set(session.scalars(select(Member.number).where(Member.number.in_(numbers), leads, ~coordinates)))


def _role(actor: str | None, ambassadors: Collection[str]) -> str:
    if actor is None:
        return "system"
    return "ambassador of a club" if actor in ambassadors else "alumni office"
