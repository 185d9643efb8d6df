"""What somebody has to do with other alumni, for /mydata: their own words and answers, never the other person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import people
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


def contacts_of(session: Session, member: int) -> dict[str, Any]:
    """One's own lines, requests and words as plain JSON. What others wrote is theirs."""
    asked = select(ContactRequest).where(ContactRequest.asker_id == member).order_by(ContactRequest.id)
    was_asked = select(ContactRequest).where(ContactRequest.asked_id == member).order_by(ContactRequest.id)
    wrote = select(Relayed).where(Relayed.sender_id == member).order_by(Relayed.id)
    return {
        "found_under": list(
            session.scalars(select(MemberName.folded).where(MemberName.member_id == member).order_by(MemberName.folded))
        ),
        "names_of_others_seen": {
            row.day.isoformat(): row.names
            for row in session.scalars(select(LookedUp).where(LookedUp.member_id == member).order_by(LookedUp.day))
        },
        "offered_and_sought": [
            {"kind": row.kind, "topic": topic.names if topic else None, "words": row.words, "at": row.at.isoformat()}
            for row, topic in people.offers_of(session, member)
        ],
        "contact_asked_for": [_times(row) | {"message": row.message} for row in session.scalars(asked)],
        "was_asked_for_contact": [_times(row) for row in session.scalars(was_asked)],
        "wrote_to_other_alumni": [
            {"at": row.at.isoformat(), "about": row.about, "text": row.words} for row in session.scalars(wrote)
        ],
    }


def mentoring_of(session: Session, member: int) -> dict[str, Any]:
    """One's own part in mentoring. Of the other one only the part they had."""
    searches = select(MentorSearch).where(MentorSearch.member_id == member).order_by(MentorSearch.id)
    asked = select(MentorRequest).where(MentorRequest.mentee_id == member).order_by(MentorRequest.id)
    was_asked = select(MentorRequest).where(MentorRequest.mentor_id == member, MentorRequest.asked_at.is_not(None))
    together = select(Mentorship).where((Mentorship.mentor_id == member) | (Mentorship.mentee_id == member))
    checks = select(CheckIn).where(CheckIn.member_id == member).order_by(CheckIn.asked_at)
    apart = select(KeptApart).where(KeptApart.member_id == member).order_by(KeptApart.since)
    return {
        "offers_mentoring": columns_of(session.get(Mentor, member), ("member_id",)),
        "looked_for_a_mentor": [columns_of(row, ("id", "member_id")) for row in session.scalars(searches)],
        "asked_mentors": [columns_of(row, _NOT_OF_REQUESTS) for row in session.scalars(asked)],
        "was_asked_as_a_mentor": [columns_of(row, _NOT_OF_REQUESTS) for row in session.scalars(was_asked)],
        "mentorships": [
            {"as": "mentor" if row.mentor_id == member else "mentee", **columns_of(row, _NOT_OF_PAIRS)}
            for row in session.scalars(together)
        ],
        "how_it_goes": [columns_of(row, ("mentorship_id", "member_id")) for row in session.scalars(checks)],
        "matching_rounds_they_made": list(
            session.scalars(select(MatchRound.name).where(MatchRound.made_by == member).order_by(MatchRound.id))
        ),
        "in_rounds_not_published": session.scalar(
            select(func.count()).select_from(RoundPair).where(RoundPair.mentor_id == member)
        ),
        "wishes_not_to_be_matched": [row.since.isoformat() for row in session.scalars(apart)],
    }


def letters_of(session: Session, member: Member) -> dict[str, Any]:
    """One's questions to the alumni office with every letter and note about them; and as a coordinator what one is
    there for, without the words, which are about others."""
    asked = select(Thread).where(Thread.member_id == member.id).order_by(Thread.id)
    answered = select(func.count()).select_from(Letter).where(Letter.by == member.number)
    looks_after = select(func.count()).select_from(Thread).where(Thread.assigned_to == member.id)
    return {
        "questions_to_the_alumni_office": [
            {**columns_of(row, _NOT_OF_QUESTIONS), "letters": _letters(session, row.id)}
            for row in session.scalars(asked)
        ],
        "letters_written_for_the_alumni_office": session.scalar(answered),
        "questions_they_look_after": session.scalar(looks_after),
        "fixed_contact_for": list(session.scalars(select(Desk.about).where(Desk.member_id == member.id))),
    }


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


def answers_of(session: Session, member: int) -> list[dict[str, Any]]:
    """What they answered under their name, with what they were asked; an option by its names."""
    query = select(NamedAnswer, Questionnaire).join(Questionnaire, Questionnaire.survey_id == NamedAnswer.survey_id)
    found = session.execute(query.where(NamedAnswer.member_id == member).order_by(Questionnaire.id))
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


# What is the other one's, or names them: who it was, what a mentor wrote, the mentee's goal.
_NOT_OF_REQUESTS = ("id", "search_id", "mentor_id", "mentee_id", "reason", "round_id")
_NOT_OF_QUESTIONS = ("id", "member_id", "assigned_to", "institution_id", "reminded")
_NOT_OF_PAIRS = ("id", "mentor_id", "mentee_id", "goal")


def columns_of(row: Any, leave_out: Sequence[str]) -> dict[str, Any]:
    """A row as plain JSON; nothing where there is none."""
    if row is None:
        return {}
    return {
        column.key: plain(getattr(row, column.key)) for column in row.__table__.columns if column.key not in leave_out
    }


def plain(value: Any) -> Any:
    """Dates and times as ISO."""
    return value.isoformat() if isinstance(value, date) else value


def _times(row: ContactRequest) -> dict[str, Any]:
    answered = row.answered_at.isoformat() if row.answered_at else None
    return {"state": row.state, "asked_at": row.asked_at.isoformat(), "answered_at": answered}
