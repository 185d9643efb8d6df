"""Whom an announcement reaches: its audience, within the scope of who speaks, as far as they want to hear it."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.i18n import SOURCE
from bot.conversation.notices import Switch
from bot.domain.audience import Audience
from bot.domain.budget import WEEK
from db import announcements, audience, clubs, events, members, scopes
from db.announcements import Crowd
from db.models.announcements import Announcement
from db.models.members import Member


def switch_of(announcement: Announcement) -> Switch:
    """Which of a reader's switches silences it."""
    if announcement.event_id is not None:
        return Switch.EVENTS
    return Switch.CLUBS if announcement.club_id is not None else Switch.NEWS


def everybody_meant(announcement: Announcement) -> tuple[ColumnElement[bool], ...]:
    """The audience, within the club that speaks and those an event is open to: the scope is the query, whatever the
    conditions say."""
    wanted = [audience.belongs(Audience.from_json(announcement.audience))]
    if announcement.event_id is not None:
        wanted.append(events.admits(announcement.event_id))
    if announcement.club_id is not None:
        wanted.append(clubs.is_in(announcement.club_id))
    return tuple(wanted)


def those_told(announcement: Announcement) -> tuple[ColumnElement[bool], ...]:
    """Of these, those who may be written to: no objection, this kind not switched off, the club not muted."""
    told = (*everybody_meant(announcement), audience.may_be_told(switch_of(announcement)))
    return (*told, audience.does_not_mute(announcement.club_id)) if announcement.club_id is not None else told


def wants(session: Session, member: Member, announcement: Announcement) -> bool:
    """The same of one reader at the instant of sending, but for the audience: who left the club, muted it, switched
    this kind off or objected meanwhile is left alone."""
    if member.objected_at is not None or switch_of(announcement) in member.switched_off:
        return False
    if announcement.club_id is None:
        return True
    row = clubs.standing(session, member.id, announcement.club_id)
    return row is not None and row.state == "in" and not row.muted


def may_speak(session: Session, member: int, announcement: Announcement) -> bool:
    """Whether somebody may write, send and look at it: central coordinators everything, the others what they or whom
    they stand in for have written, ambassadors what is their club's."""
    scope = scopes.scope_of(session, member)
    if scope.central:
        return True
    if not scope.is_empty and announcement.author_id in scopes.stands_in(session, member):
        return True
    return announcement.club_id is not None and announcement.club_id in members.led_clubs(session, member)


def crowds_of(session: Session, announcement: Announcement) -> list[Crowd]:
    """How many it reaches, by language and door."""
    return announcements.crowds(session, SOURCE, those_told(announcement))


def count_left_out(session: Session, announcement: Announcement, told: int) -> int:
    """How many of the audience do not wish to be written to."""
    return audience.count(session, *everybody_meant(announcement)) - told


def count_sated(session: Session, announcement: Announcement, budget: int, now: datetime) -> int:
    """How many have been told so much this week that they get it later."""
    return announcements.count_sated(session, budget, now - WEEK, those_told(announcement))
