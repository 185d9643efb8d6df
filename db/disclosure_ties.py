"""What somebody has to do with other alumni, for /mydata: their own words and answers, never the other person."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import people
from db.disclosure_rows import Section, columns_of, rows, values
from db.models.announcements import Attachment
from db.models.contact import Desk, Letter, Thread
from db.models.members import Member
from db.models.mentoring import (
    CheckIn,
    KeptApart,
    MatchRound,
    Mentor,
    MentorRequest,
    MentorSearch,
    Mentorship,
    RoundPair,
)
from db.models.people import ContactRequest, LookedUp, MemberName, Relayed
from db.models.surveys import NamedAnswer, Questionnaire
from db.questionnaires import questions_of

# What is the other one's, or names them: who it was, what a mentor wrote, the mentee's goal.
_NOT_OF_REQUESTS = ("search_id", "mentor_id", "mentee_id", "reason", "round_id")
_NOT_OF_PAIRS = ("id", "mentor_id", "mentee_id", "goal")
_NOT_OF_QUESTIONS = ("id", "member_id", "assigned_to", "institution_id", "reminded")


def _names_seen(session: Session, member: Member) -> dict[str, int]:
    query = select(LookedUp).where(LookedUp.member_id == member.id).order_by(LookedUp.day)
    return {row.day.isoformat(): row.names for row in session.scalars(query)}


def _offers(session: Session, member: Member) -> list[dict[str, Any]]:
    return [
        {"kind": row.kind, "topic": topic.names if topic else None, "words": row.words, "at": row.at.isoformat()}
        for row, topic in people.offers_of(session, member.id)
    ]


def _asked_for_contact(session: Session, member: Member) -> list[dict[str, Any]]:
    query = select(ContactRequest).where(ContactRequest.asker_id == member.id).order_by(ContactRequest.id)
    return [_times(row) | {"message": row.message} for row in session.scalars(query)]


def _was_asked_for_contact(session: Session, member: Member) -> list[dict[str, Any]]:
    """Without the message, which is the other one's."""
    query = select(ContactRequest).where(ContactRequest.asked_id == member.id).order_by(ContactRequest.id)
    return [_times(row) for row in session.scalars(query)]


def _times(row: ContactRequest) -> dict[str, Any]:
    answered = row.answered_at.isoformat() if row.answered_at else None
    return {"state": row.state, "asked_at": row.asked_at.isoformat(), "answered_at": answered}


def _wrote_to_others(session: Session, member: Member) -> list[dict[str, Any]]:
    query = select(Relayed).where(Relayed.sender_id == member.id).order_by(Relayed.id)
    return [{"at": row.at.isoformat(), "about": row.about, "text": row.words} for row in session.scalars(query)]


def _was_asked_as_a_mentor(session: Session, member: Member) -> list[dict[str, Any]]:
    query = select(MentorRequest).where(MentorRequest.mentor_id == member.id, MentorRequest.asked_at.is_not(None))
    return [columns_of(row, ("id", *_NOT_OF_REQUESTS)) for row in session.scalars(query)]


def _mentorships(session: Session, member: Member) -> list[dict[str, Any]]:
    query = select(Mentorship).where((Mentorship.mentor_id == member.id) | (Mentorship.mentee_id == member.id))
    return [
        {"as": "mentor" if row.mentor_id == member.id else "mentee", **columns_of(row, _NOT_OF_PAIRS)}
        for row in session.scalars(query)
    ]


def _in_rounds(session: Session, member: Member) -> int | None:
    return session.scalar(select(func.count()).select_from(RoundPair).where(RoundPair.mentor_id == member.id))


def _kept_apart(session: Session, member: Member) -> list[str]:
    query = select(KeptApart.since).where(KeptApart.member_id == member.id).order_by(KeptApart.since)
    return [since.isoformat() for since in session.scalars(query)]


def _questions(session: Session, member: Member) -> list[dict[str, Any]]:
    """With every letter and note about them."""
    query = select(Thread).where(Thread.member_id == member.id).order_by(Thread.id)
    return [
        {**columns_of(row, _NOT_OF_QUESTIONS), "letters": _letters(session, row.id)} for row in session.scalars(query)
    ]


def _letters(session: Session, thread: int) -> list[dict[str, Any]]:
    query = select(Letter, Attachment.name).outerjoin(Attachment, Attachment.id == Letter.attachment_id)
    query = query.where(Letter.thread_id == thread).order_by(Letter.id)
    return [
        {
            "at": row.at.isoformat(),
            "by": "yourself" if row.by is None else "alumni office",
            "kind": "note to a colleague" if row.handed_to is not None else "letter",
            "text": row.text,
            "file": name,
        }
        for row, name in session.execute(query)
    ]


def _letters_written(session: Session, member: Member) -> int | None:
    """How many: their words are about others."""
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.by == member.number))


def _looks_after(session: Session, member: Member) -> int | None:
    return session.scalar(select(func.count()).select_from(Thread).where(Thread.assigned_to == member.id))


def answers_of(session: Session, member: Member) -> list[dict[str, Any]]:
    """What they answered under their name, with what they were asked; an option by its names."""
    query = select(NamedAnswer, Questionnaire).join(Questionnaire, Questionnaire.survey_id == NamedAnswer.survey_id)
    found = session.execute(query.where(NamedAnswer.member_id == member.id).order_by(Questionnaire.id))
    return [
        {
            "survey": survey.titles,
            "answered_at": answer.answered_at.isoformat(),
            "answers": [
                {"question": asked.words, "answer": asked.spelt_out(answer.content[asked.key])}
                for asked in questions_of(survey)
                if asked.key in answer.content
            ],
        }
        for answer, survey in found
    ]


# With other alumni; in mentoring; with the alumni office.
TIES: dict[str, Section] = {
    "found_under": values(MemberName.folded, MemberName.member_id),
    "names_of_others_seen": _names_seen,
    "offered_and_sought": _offers,
    "contact_asked_for": _asked_for_contact,
    "was_asked_for_contact": _was_asked_for_contact,
    "wrote_to_other_alumni": _wrote_to_others,
    "offers_mentoring": lambda session, member: columns_of(session.get(Mentor, member.id), ("member_id",)),
    "looked_for_a_mentor": rows(MentorSearch.member_id),
    "asked_mentors": rows(MentorRequest.mentee_id, *_NOT_OF_REQUESTS),
    "was_asked_as_a_mentor": _was_asked_as_a_mentor,
    "mentorships": _mentorships,
    "how_it_goes": rows(CheckIn.member_id, "mentorship_id", by=CheckIn.asked_at),
    "matching_rounds_they_made": values(MatchRound.name, MatchRound.made_by),
    "in_rounds_not_published": _in_rounds,
    "wishes_not_to_be_matched": _kept_apart,
    "questions_to_the_alumni_office": _questions,
    "letters_written_for_the_alumni_office": _letters_written,
    "questions_they_look_after": _looks_after,
    "fixed_contact_for": values(Desk.about, Desk.member_id),
}
