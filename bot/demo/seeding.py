"""Writing the invented network into an empty SQLite database: whole tables at a time, in one transaction.

Rows get explicit ids, so that children know their parents without asking; only SQLite takes that without
leaving a sequence behind. The same seed and instant write the same rows.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.channels.web.door import NAME as WEB
from bot.conversation.house import House
from bot.conversation.notices import Notice, row_of
from bot.demo import members
from bot.demo.afterwards import Afterwards
from bot.demo.announcements import Announcements
from bot.demo.clubs import Gathering, Regional, club_row, found_clubs
from bot.demo.events import Programme
from bot.demo.ground import Ground, read_ground
from bot.demo.letters import make_proposals, write_letters
from bot.demo.members import Person, Registrar, Row
from bot.demo.mentoring import Mentoring
from bot.demo.offices import export_some, give_offices, suspend_somebody
from bot.demo.people import Inventor
from bot.demo.shoes import MEMBER_IDS, SHOES
from bot.demo.surveying import build_surveys
from db.models.announcements import Announcement, Segment
from db.models.base import Base, table_of
from db.models.clubs import Club, Membership
from db.models.conversation import Door, Inbox
from db.models.delivery import Outbox
from db.models.events import Attendance, Event, EventState, Invitation
from db.models.members import Affiliation, FieldVisibility, Member, MemberRelation, MemberTopic, Role, Verification
from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from db.models.people import MemberName, Offer
from db.models.privacy import Audit, Consent
from db.models.surveys import Ballot, Participation, Survey
from db.models.web import WebSession
from db.web_sessions import LASTS
from handlers.clubs import JoinAsked
from handlers.coordination.verifying import RegistrationWaits
from handlers.events.changing import plan_course
from handlers.privacy import TIME_TO_THINK

Rows = dict[type[Base], list[Row]]
# Whoever was at an event of the last days finds the survey about it.
ASKED_AFTERWARDS = timedelta(days=2)


def seed(session: Session, house: House, number: int, now: datetime) -> None:
    """Fill an empty database, which has its places and lists, with the network of seed `number`."""
    ground = read_ground(session)
    random = Random(number)  # noqa: S311 - nothing here is secret
    invented = Inventor(number, ground.offered, list(ground.topics)).everybody()
    people = Registrar(random, ground, house, now).enrol(invented)
    clubs = found_clubs(ground, random, now)
    gathering = Gathering(clubs, people, random, now)
    write(session, {Member: [members.member_row(person) for person in people]})
    write(session, {Club: [club_row(club) for club in clubs]})
    write(session, about_people(people, ground, house))
    write(session, about_doors(people, now))
    write(session, about_offices(people, clubs, gathering))
    write(session, about_events(Programme(ground, clubs, people, gathering, now), now))
    plan_events(session, now)
    announcements = Announcements(ground, clubs, people, now)
    write(session, about_announcements(announcements))
    write(session, {Outbox: announcements.ledger_rows(session)})
    mentoring = Mentoring(ground, people, now)
    write(session, about_mentoring(mentoring))
    give_offices(session, now)
    suspend_somebody(session, now)
    export_some(session, now)
    desk = [*write_letters(session, now), *make_proposals(session, now), *build_surveys(session, now)]
    found = [(MEMBER_IDS[name], notice) for name, notice in desk]
    found += [*notices(people, gathering), *announcements.notices(), *mentoring.notices()]
    write(session, {Outbox: [row_of(member, notice, now) for member, notice in found]})
    write(session, {Inbox: [members.greeting_row(person, now) for person in people if person.is_known]})


def write(session: Session, rows: Rows) -> None:
    for model, values in rows.items():
        session.execute(insert(table_of(model)), values)


def about_people(people: list[Person], ground: Ground, house: House) -> Rows:
    """Everything that belongs to one person each."""
    texts = members.write_consents(house)
    return {
        Affiliation: [row for person in people for row in members.affiliation_rows(person, ground)],
        MemberRelation: _each(people, "relation", lambda person: person.invented.relations),
        MemberTopic: _each(people, "topic_id", lambda person: [ground.topics[slug] for slug in person.invented.topics]),
        FieldVisibility: [
            {"member_id": person.id, "field": field, "audience": audience}
            for person in people
            for field, audience in person.invented.visible.items()
        ],
        Consent: [row for person in people for row in members.consent_rows(person, texts)],
    }


def about_doors(people: list[Person], now: datetime) -> Rows:
    """How people are reached. A browser that was silent for too long was signed out, and leads nowhere."""
    browsers = [person for person in people if person.channel == WEB and person.seen + LASTS > now]
    others = [person for person in people if person.channel != WEB]
    return {
        WebSession: [members.session_row(person) for person in browsers],
        Door: [members.door_row(person) for person in [*browsers, *others]],
    }


def _each(people: Iterable[Person], column: str, values: Any) -> list[Row]:
    return [{"member_id": person.id, column: value} for person in people for value in values(person)]


def about_offices(people: list[Person], clubs: list[Regional], gathering: Gathering) -> Rows:
    """Who leads, who decided, who is in which club, and the log of it."""
    coordinators = find_coordinators(people)
    coordinator = coordinators[0]
    offices = [
        {"member_id": each.id, "kind": "coordinator", "club_id": None, "granted_at": each.verified}
        for each in coordinators
    ]
    return {
        Membership: gathering.membership_rows(),
        Role: [*offices, *gathering.role_rows()],
        Verification: [members.verification_row(person, coordinator) for person in people],
        Audit: list(_log(people, gathering, coordinator)),
    }


def about_events(programme: Programme, now: datetime) -> Rows:
    """What is on, who was told, who has answered, how it was."""
    answers = programme.attendance_rows()
    afterwards = Afterwards(programme.ends(), answers, programme.random, now)
    asked = afterwards.participation_rows()
    return {
        Event: programme.event_rows(),
        Invitation: programme.invitation_rows(),
        Attendance: answers,
        Survey: afterwards.survey_rows(),
        Participation: asked,
        Ballot: afterwards.ballot_rows(asked),
    }


def plan_events(session: Session, now: datetime) -> None:
    """What happens by itself around an event: reminders, the survey the morning after."""
    coming = select(Event).where(Event.state == EventState.PUBLISHED, Event.ends_at > now - ASKED_AFTERWARDS)
    for event in session.scalars(coming.order_by(Event.id)):
        plan_course(session, event, now)


def about_announcements(announcements: Announcements) -> Rows:
    """What was announced, and the segments that were saved."""
    return {Segment: announcements.segment_rows(), Announcement: announcements.announcement_rows()}


def about_mentoring(mentoring: Mentoring) -> Rows:
    """Who offers mentoring, looks for it, was asked and is together; offers, and names to be found by."""
    return {
        MemberName: mentoring.name_rows(),
        Mentor: mentoring.mentor_rows(),
        MentorTopic: mentoring.topic_rows(),
        MentorSearch: mentoring.search_rows(),
        MentorRequest: mentoring.request_rows(),
        Mentorship: mentoring.mentorship_rows(),
        Offer: mentoring.offer_rows(),
    }


def find_coordinators(people: list[Person]) -> list[Person]:
    """The one who verifies people first."""
    return [person for person, shoe in zip(people, SHOES, strict=False) if shoe.coordinates]


def _log(people: list[Person], gathering: Gathering, coordinator: Person) -> Iterable[Row]:
    by = {"actor": coordinator.number}
    for person in people:
        line = {"subject": person.number, "details": {}}
        if person.verified is not None:
            yield {**by, **line, "at": person.verified, "action": "registration_approved"}
        if person.erase_at is not None:
            asked = person.erase_at - TIME_TO_THINK
            yield {**line, "actor": person.number, "at": asked, "action": "erasure_asked"}
    for role in gathering.role_rows():
        subject = gathering.leaders[role["club_id"]].number
        details = {"club": role["club_id"]}
        yield {**by, "subject": subject, "details": details, "at": role["granted_at"], "action": "ambassador_appointed"}


def notices(people: list[Person], gathering: Gathering) -> list[tuple[int, Notice]]:
    """What some find in their chat: a request to join, a registration of somebody who is on record."""
    club, asking = gathering.asking
    return [
        (gathering.leaders[club.id].id, JoinAsked(club.id, asking.id, 1)),
        (find_coordinators(people)[0].id, RegistrationWaits(people[-1].id)),
    ]
