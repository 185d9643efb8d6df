"""The audit log in words: a sentence for each action, who did it, to whom, and what it was about."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import N_, _, named, number, pgettext, when
from bot.domain.people import clean
from db import events
from db.models.clubs import Club
from db.models.members import Member
from db.models.privacy import Audit
from handlers.events.card import title_of
from handlers.objection_wording import ways_it_came


class Group(StrEnum):
    """What an action belongs to, one letter for a button."""

    MEMBERS = "m"
    DATA = "d"
    PEOPLE = "p"
    CLUBS = "c"
    EVENTS = "e"
    NEWS = "n"
    MENTORING = "t"
    QUESTIONS = "q"
    SURVEYS = "s"
    LISTS = "l"


def group_names() -> dict[Group, Markup]:
    return {
        Group.MEMBERS: pgettext("audit", "Registrations, codes, offices"),
        Group.DATA: pgettext("audit", "Data and privacy"),
        Group.PEOPLE: pgettext("audit", "Looking at people"),
        Group.CLUBS: pgettext("audit", "Clubs"),
        Group.EVENTS: pgettext("audit", "Events"),
        Group.NEWS: pgettext("audit", "Announcements, segments"),
        Group.MENTORING: pgettext("audit", "Mentoring"),
        Group.QUESTIONS: pgettext("audit", "Questions to the alumni office"),
        Group.SURVEYS: pgettext("audit", "Surveys"),
        Group.LISTS: pgettext("audit", "Lists, imports, backups"),
    }


# Every action that is recorded anywhere, what it belongs to, and its sentence: {actor} did it, it is about {subject}.
ACTIONS: dict[str, tuple[Group, str]] = {
    "registration_viewed": (Group.MEMBERS, N_("{actor} looked at the registration of {subject}.")),
    "registration_approved": (Group.MEMBERS, N_("{actor} confirmed the registration of {subject}.")),
    "registration_asked_back": (Group.MEMBERS, N_("{actor} asked back about the registration of {subject}.")),
    "registration_declined": (Group.MEMBERS, N_("{actor} declined the registration of {subject}.")),
    "registration_lapsed": (Group.MEMBERS, N_("The registration of {subject}, never confirmed, was erased.")),
    "record_linked": (Group.MEMBERS, N_("{actor} found {subject} on record.")),
    "people_joined": (Group.MEMBERS, N_("{actor} joined the two registrations of {subject}.")),
    "verified_by_code": (Group.MEMBERS, N_("{actor} was confirmed by a personal code.")),
    "code_issued": (Group.MEMBERS, N_("{actor} issued a personal code.")),
    "invitations_taken": (Group.MEMBERS, N_("{actor} took codes along, to invite people who are not registered.")),
    "return_key_issued": (Group.MEMBERS, N_("{actor} issued a return key for {subject}.")),
    "letter_code_issued": (Group.MEMBERS, N_("{actor} issued a code for a letter to {subject}.")),
    "door_joined": (Group.MEMBERS, N_("{actor} signed in at a further door.")),
    "browser_signed_out": (Group.MEMBERS, N_("{actor} signed one of their browsers out.")),
    "coordinator_granted": (Group.MEMBERS, N_("{subject} became a coordinator.")),
    "ambassador_appointed": (Group.MEMBERS, N_("{actor} appointed {subject} ambassador.")),
    "ambassador_ended": (Group.MEMBERS, N_("{actor} ended the office of {subject} as ambassador.")),
    "office_given": (Group.MEMBERS, N_("{actor} gave {subject} an office.")),
    "office_term_set": (Group.MEMBERS, N_("{actor} set how long an office of {subject} lasts.")),
    "office_ended": (Group.MEMBERS, N_("An office of {subject} ended ({actor}).")),
    "suspended": (Group.MEMBERS, N_("{actor} suspended {subject}.")),
    "suspension_lifted": (Group.MEMBERS, N_("{actor} lifted the suspension of {subject}.")),
    "record_corrected": (Group.MEMBERS, N_("{actor} corrected the record of {subject}.")),
    "erasure_noted": (Group.DATA, N_("{actor} noted that {subject} wishes to be erased.")),
    "objection_noted": (Group.DATA, N_("{actor} noted that {subject} objected to messages.")),
    "objection_undone": (Group.DATA, N_("{actor} took back the note that {subject} objected to messages.")),
    "listed_objection_noted": (Group.DATA, N_("{actor} noted that somebody who is not registered objected.")),
    "listed_objection_undone": (
        Group.DATA,
        N_("{actor} took back the note that somebody who is not registered objected."),
    ),
    "listed_viewed": (Group.MEMBERS, N_("{actor} looked at what a list says of somebody who is not registered.")),
    "lists_cleared": (Group.DATA, N_("{actor} erased again what lists said of people who had been erased.")),
    "listed_erased": (Group.DATA, N_("{actor} erased what lists said of somebody who is not registered, as asked.")),
    "data_taken": (Group.DATA, N_("{actor} looked at their own data.")),
    "erasure_asked": (Group.DATA, N_("{actor} asked to be erased.")),
    "erasure_withdrawn": (Group.DATA, N_("{actor} decided not to be erased after all.")),
    "erased": (Group.DATA, N_("{subject} was erased as they had asked.")),
    "attendees_exported": (Group.DATA, N_("{actor} took away the list of answers to an event.")),
    "exported": (Group.DATA, N_("{actor} took away a list with {subject} on it.")),
    "survey_exported": (Group.SURVEYS, N_("{actor} took away the answers to a survey.")),
    "members_exported": (Group.DATA, N_("{actor} took away a list of members.")),
    "export_failed": (Group.DATA, N_("A list for {actor} could not be made; nothing was taken away.")),
    "audit_viewed": (Group.DATA, N_("{actor} looked at the audit log about {subject}.")),
    "breach_assessed": (Group.DATA, N_("{actor} found out who is concerned by a data breach.")),
    "breach_told": (Group.DATA, N_("{actor} wrote to everybody a data breach concerns.")),
    "breach_message_stopped": (Group.DATA, N_("{actor} stopped a message about a data breach.")),
    "reachability_viewed": (Group.PEOPLE, N_("{actor} looked at how {subject} can be reached.")),
    "member_viewed": (Group.PEOPLE, N_("{actor} looked at the record of {subject}.")),
    "people_searched": (Group.PEOPLE, N_("{actor} searched for members.")),
    "names_shown": (Group.PEOPLE, N_("{actor} was shown names of members.")),
    "card_opened": (Group.PEOPLE, N_("{actor} opened the card of {subject}.")),
    "contact_asked": (Group.PEOPLE, N_("{actor} asked somebody for contact.")),
    "club_founded": (Group.CLUBS, N_("{actor} founded a club.")),
    "club_changed": (Group.CLUBS, N_("{actor} changed a club.")),
    "club_closed": (Group.CLUBS, N_("{actor} closed a club.")),
    "club_reopened": (Group.CLUBS, N_("{actor} opened a club again.")),
    "club_merged": (Group.CLUBS, N_("{actor} made one club part of another.")),
    "club_parted": (Group.CLUBS, N_("{actor} undid that a club had become part of another.")),
    "proposal_made": (Group.CLUBS, N_("{actor} proposed something about a club.")),
    "proposal_withdrawn": (Group.CLUBS, N_("{actor} took a proposal about a club back.")),
    "proposal_accepted": (Group.CLUBS, N_("{actor} accepted the proposal of {subject} about a club.")),
    "proposal_declined": (Group.CLUBS, N_("{actor} declined the proposal of {subject} about a club.")),
    "join_answered": (Group.CLUBS, N_("{actor} answered {subject}, who had asked to join a club.")),
    "event_made": (Group.EVENTS, N_("{actor} planned an event.")),
    "event_changed": (Group.EVENTS, N_("{actor} changed an event.")),
    "event_published": (Group.EVENTS, N_("{actor} published an event.")),
    "event_repeated": (Group.EVENTS, N_("{actor} repeated an event.")),
    "event_cancelled": (Group.EVENTS, N_("{actor} cancelled an event.")),
    "invited": (Group.EVENTS, N_("{actor} invited {subject} to an event.")),
    "attendees_viewed": (Group.EVENTS, N_("{actor} looked at the answers to an event.")),
    "attendees_written_to": (Group.EVENTS, N_("{actor} wrote to those who had answered an event.")),
    "attendee_seen": (Group.EVENTS, N_("{actor} saw that {subject} had answered an event.")),
    "checked_in": (Group.EVENTS, N_("{actor} checked {subject} in.")),
    "check_in_undone": (Group.EVENTS, N_("{actor} took back that {subject} was checked in.")),
    "let_in": (Group.EVENTS, N_("{actor} let {subject} in without a seat.")),
    "let_in_undone": (Group.EVENTS, N_("{actor} took back that {subject} was let in.")),
    "people_counted": (Group.EVENTS, N_("{actor} counted people without a name at the door.")),
    "announcement_saved": (Group.NEWS, N_("{actor} saved an announcement.")),
    "announcement_asked": (Group.NEWS, N_("{actor} asked a second coordinator to confirm an announcement.")),
    "announcement_confirmed": (Group.NEWS, N_("{actor} confirmed an announcement.")),
    "announcement_sent_back": (Group.NEWS, N_("{actor} sent an announcement back to be changed.")),
    "announcement_taken_back": (Group.NEWS, N_("{actor} took an announcement back before it went out.")),
    "announcement_stopped": (Group.NEWS, N_("{actor} stopped an announcement.")),
    "announcement_discarded": (Group.NEWS, N_("{actor} discarded an announcement.")),
    "segment_made": (Group.NEWS, N_("{actor} saved a segment.")),
    "segment_deleted": (Group.NEWS, N_("{actor} deleted a segment.")),
    "mentor_asked": (Group.MENTORING, N_("{actor} asked {subject} to be their mentor.")),
    "mentor_taken_back": (Group.MENTORING, N_("{actor} took the request to {subject} back.")),
    "mentor_accepted": (Group.MENTORING, N_("{actor} accepted {subject} as a mentee.")),
    "mentor_declined": (Group.MENTORING, N_("{actor} declined the request of {subject}.")),
    "mentorship_closed": (Group.MENTORING, N_("{actor} ended the mentorship with {subject}.")),
    "mentorship_opened": (Group.MENTORING, N_("{actor} looked at a mentorship of {subject}.")),
    "mentorship_cared_for": (Group.MENTORING, N_("{actor} cared for a mentorship of {subject}.")),
    "round_made": (Group.MENTORING, N_("{actor} made a matching round.")),
    "round_dropped": (Group.MENTORING, N_("{actor} dropped a matching round.")),
    "round_published": (Group.MENTORING, N_("{actor} published a matching round.")),
    "round_pair_viewed": (Group.MENTORING, N_("{actor} looked at {subject} in a matching round.")),
    "round_pair_set": (Group.MENTORING, N_("{actor} chose a mentor for {subject} in a matching round.")),
    "round_pair_out": (Group.MENTORING, N_("{actor} took a pair out of a matching round.")),
    "question_answered": (Group.QUESTIONS, N_("{actor} answered a question of {subject}.")),
    "question_closed": (Group.QUESTIONS, N_("{actor} closed a question of {subject}.")),
    "question_handed_over": (Group.QUESTIONS, N_("{actor} handed a question of {subject} over to a colleague.")),
    "desk_fixed": (Group.QUESTIONS, N_("{actor} set who answers questions: {subject}.")),
    "questionnaire_saved": (Group.SURVEYS, N_("{actor} saved a survey.")),
    "questionnaire_asked": (Group.SURVEYS, N_("{actor} asked a second coordinator to open a survey.")),
    "questionnaire_opened": (Group.SURVEYS, N_("{actor} opened a survey.")),
    "questionnaire_ended": (Group.SURVEYS, N_("{actor} ended a survey.")),
    "questionnaire_discarded": (Group.SURVEYS, N_("{actor} discarded a survey.")),
    "survey_answers_read": (Group.SURVEYS, N_("{actor} read what {subject} had answered to a survey with names.")),
    "list_entry_added": (Group.LISTS, N_("{actor} added an entry to a list.")),
    "list_entry_changed": (Group.LISTS, N_("{actor} changed an entry of a list.")),
    "list_entry_closed": (Group.LISTS, N_("{actor} closed an entry of a list.")),
    "list_entry_reopened": (Group.LISTS, N_("{actor} opened an entry of a list again.")),
    "list_entry_replaced": (Group.LISTS, N_("{actor} replaced an entry of a list by another.")),
    "import_begun": (Group.LISTS, N_("{actor} began to bring in a list of people.")),
    "import_taken": (Group.LISTS, N_("{actor} took a list of people over.")),
    "import_given_up": (Group.LISTS, N_("{actor} gave up bringing in a list of people.")),
    "restored": (Group.LISTS, N_("{actor} set the database back to a backup.")),
}


def actions_of(group: Group) -> list[str]:
    return [action for action, (belongs, _sentence) in ACTIONS.items() if belongs is group]


def describe(session: Session, line: Audit, known: Mapping[str, Member]) -> Markup:
    """When, the sentence, and what it was about."""
    # An action of an earlier version may have no sentence any more.
    known_as = ACTIONS.get(line.action)
    sentence = _(known_as[1]) if known_as else Markup("{actor}: {action} {subject}")
    said = sentence.format(actor=_actor(line.actor, known), subject=_subject(line.subject, known), action=line.action)
    about = Markup("").join(Markup(" · {}").format(part) for part in _about(session, line.details))
    return Markup("<b>{}</b>\n{}{}").format(when(line.at), said, about)


def _actor(by: str | None, known: Mapping[str, Member]) -> Markup:
    if by is None:
        return _("The program")
    return (
        name_and_number(known[by]) if by in known else _("a former coordinator or member ({number})").format(number=by)
    )


def _subject(about: str | None, known: Mapping[str, Member]) -> Markup:
    if about is None:
        return Markup("–")
    return (
        name_and_number(known[about]) if about in known else _("somebody who has left ({number})").format(number=about)
    )


def name_and_number(person: Member) -> Markup:
    return Markup("{} ({})").format(clean(person.full_name or "–"), person.number)


def _about(session: Session, details: Mapping[str, Any]) -> list[Markup]:
    """What the ids lead to, where it is still there; other ids as they are."""
    return [part for key, value in details.items() if (part := _part(session, key, value))]


def _part(session: Session, key: str, value: Any) -> Markup | None:
    if key == "event" and isinstance(value, int):
        event = events.load(session, value)
        return _("event “{title}”").format(title=title_of(event)) if event else _("event {n}").format(n=value)
    if key in ("club", "into") and isinstance(value, int):
        club = session.get(Club, value)
        return _("club “{name}”").format(name=named(club.names)) if club else _("club {n}").format(n=value)
    if key == "came":
        return ways_it_came().get(value)
    counts = {
        "announcement": _("announcement {n}"),
        "segment": _("segment {n}"),
        "round": _("round {n}"),
        "thread": pgettext("audit", "question {n}"),
        "questionnaire": _("survey {n}"),
        "export": _("export {n}"),
        "proposal": _("proposal {n}"),
        "entry": _("entry {n}"),
        "names": _("names: {n}"),
        "people": _("people: {n}"),
    }
    return counts[key].format(n=number(value)) if key in counts and isinstance(value, int) else None
