"""Everything we hold about one person, and nobody else: for /mydata. What is new about a person is one more line in
SECTIONS, at the end."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db import announcements, exports, looks, members, places
from db.clubs import of_member
from db.disclosure_rows import Section, columns_of, plain, rows, values
from db.disclosure_ties import TIES, answers_of
from db.models.announcements import Announcement, Attachment, Segment
from db.models.breaches import BreachMessage, BreachUnreached
from db.models.clubs import Proposal
from db.models.conversation import Attempt, Door, Draft
from db.models.delivery import Job, Outbox
from db.models.events import Attendance, Event, FormerTicket, Invitation
from db.models.exports import Export
from db.models.members import Code, Member, Role, RoleKind, Suspension, Verification
from db.models.privacy import Audit, Consent, NotedObjection
from db.models.records import Import, Record
from db.models.surveys import Participation, Questionnaire
from db.models.web import Entry


def everything_about(session: Session, member: Member) -> dict[str, Any]:
    """One JSON-able document. Other people appear only as what they were to this person: a role and a day."""
    return {name: section(session, member) for name, section in SECTIONS.items()}


def _place(session: Session, member: Member) -> dict[str, Any] | None:
    place = places.load_place(session, member.place_id) if member.place_id else None
    return {"name": place.name, "country": place.country, "region": place.region} if place else None


def _affiliations(session: Session, member: Member) -> list[dict[str, Any]]:
    return [
        {
            "institution": institution.names,
            "programme": programme.names if programme else None,
            "cohort": cohort.names if cohort else None,
            "from_year": affiliation.from_year,
            "to_year": affiliation.to_year,
        }
        for affiliation, institution, programme, cohort in members.affiliations_of(session, member.id)
    ]


def _clubs(session: Session, member: Member) -> list[dict[str, Any]]:
    return [
        {"club": club.names, "state": row.state, "muted": row.muted, "since": plain(row.changed_at)}
        for club, row in of_member(session, member.id, ("in", "asked", "left", "declined"))
    ]


def _events(session: Session, member: Member) -> list[dict[str, Any]]:
    """One's own answers, with what they were to."""
    query = select(Attendance, Event).join(Event, Event.id == Attendance.event_id)
    found = session.execute(query.where(Attendance.member_id == member.id).order_by(Event.starts_at)).all()
    hidden = ("id", "event_id", "member_id", "nonce", "checked_in_by")
    return [
        {
            "event": event.titles,
            "starts_at": plain(event.starts_at),
            **columns_of(row, hidden),
            "codes_from_before_two_records_were_joined": _former_codes(session, row.id),
        }
        for row, event in found
    ]


def _former_codes(session: Session, answer: int) -> list[int | None]:
    return list(session.scalars(select(FormerTicket.code).where(FormerTicket.attendance_id == answer)))


def _invited_to(session: Session, member: Member) -> list[dict[str, str]]:
    query = select(Event.titles).join(Invitation, Invitation.event_id == Event.id)
    return list(session.scalars(query.where(Invitation.member_id == member.id)))


def _announcements(session: Session, member: Member) -> list[dict[str, Any]]:
    return [
        {
            "at": plain(row.at),
            "text": row.announcement.texts,
            "sent_to": row.announcement.segment or row.announcement.audience or "everybody",
        }
        for row in announcements.received_by(session, member.id, limit=10_000)
    ]


def _announcements_written(session: Session, member: Member) -> list[dict[str, Any]]:
    query = select(Announcement).where(Announcement.author_id == member.id)
    return [{"texts": row.texts, "state": row.state, "at": plain(row.created_at)} for row in session.scalars(query)]


def _unreached(session: Session, member: Member) -> list[dict[str, Any]]:
    query = (
        select(BreachMessage, BreachUnreached.outcome)
        .join(BreachUnreached, BreachUnreached.message_id == BreachMessage.id)
        .where(BreachUnreached.member_id == member.id)
    )
    return [
        {"day": row.changed_at.date().isoformat(), "what_became_of_it": outcome}
        for row, outcome in session.execute(query)
    ]


def _drafts(session: Session, member: Member) -> list[dict[str, Any]]:
    """What they entered. What begins with _ is a note of ours, which may name other people's records."""
    drafts: list[dict[str, Any]] = rows(Draft.member_id)(session, member)
    for row in drafts:
        row["answers"] = {key: value for key, value in row["answers"].items() if not key.startswith("_")}
    return drafts


def _own_words(session: Session, member: Member) -> list[dict[str, Any]]:
    """What they wrote in the browser. Our answers stay out: they may name other people."""
    query = select(Entry).where(Entry.member_id == member.id, Entry.mine.is_(True)).order_by(Entry.id)
    return [{"at": plain(entry.at), "text": entry.body.get("text")} for entry in session.scalars(query)]


def _who_looked(session: Session, member: Member) -> list[dict[str, Any]]:
    found = looks.of(session, member.id, limit=10_000)
    return [{"day": each.day.isoformat(), "by": each.role.value} for each in found]


def _exported(session: Session, member: Member) -> list[dict[str, Any]]:
    return [
        {"day": each.day.isoformat(), "by": "alumni office", "what_for": each.purpose.value, "why": each.reason}
        for each in exports.of_member(session, member.id, limit=10_000)
    ]


def _who_did_what(session: Session, member: Member) -> list[dict[str, Any]]:
    """What happened to this person's data: by themselves, the alumni office or an ambassador, on which day, and why
    where a reason was asked for."""
    rows = session.scalars(select(Audit).where(Audit.subject == member.number).order_by(Audit.id)).all()
    ambassadors = _ambassadors(session, {row.actor for row in rows if row.actor})
    return [
        {
            "day": row.at.date().isoformat(),
            "by": "yourself" if row.actor == member.number else _role(row.actor, ambassadors),
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


SECTIONS: dict[str, Section] = {
    "member": lambda _session, member: columns_of(member, leave_out=("id",)),
    "place": _place,
    "relations": lambda session, member: members.relations_of(session, member.id),
    "affiliations": _affiliations,
    "on_record_before_they_came": rows(Record.member_id, "import_id"),
    "professional_focus": lambda session, member: [topic.names for topic in members.topics_of(session, member.id)],
    "visibility": lambda session, member: members.visibility_of(session, member.id),
    "consents": rows(Consent.member_id),
    "clubs": _clubs,
    "proposals_about_clubs": rows(Proposal.member_id, "decided_by"),
    "events": _events,
    "invited_to": _invited_to,
    "announcements_sent_to_them": _announcements,
    "announcements_they_wrote": _announcements_written,
    "breaches_they_were_not_reached_about": _unreached,
    "messages_about_breaches_they_wrote": values(BreachMessage.texts, BreachMessage.author_id),
    "segments_they_made": values(Segment.name, Segment.made_by),
    "lists_they_brought_in": values(Import.file_name, Import.made_by),
    "pictures_and_files": rows(Attachment.given_by, "content"),
    "surveys_asked_to_answer": rows(Participation.member_id),
    "answers_to_surveys_with_names": answers_of,
    "surveys_they_made": values(Questionnaire.titles, Questionnaire.author_id),
    "offices": rows(Role.member_id),
    "objection_noted_for_them": rows(NotedObjection.member_id, "record_id", "noted_by"),
    "verification": rows(Verification.member_id, "decided_by"),
    "suspensions": rows(Suspension.member_id),
    "codes": rows(Code.member_id, "digest", "issued_by"),
    "doors": rows(Door.member_id),
    "unfinished_forms": _drafts,
    "notices": rows(Outbox.member_id, "holder", "epoch", "params"),
    "wrong_codes": rows(Attempt.member_id),
    "long_work": rows(Job.member_id, "epoch", "params", "result"),
    **TIES,
    "said_in_the_web_chat": _own_words,
    "who_looked": _who_looked,
    "exported": _exported,
    "exports_they_made": rows(Export.actor_id, "named"),
    "who_did_what": _who_did_what,
}
