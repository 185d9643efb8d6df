"""Those who organise an event invite people by name: to one by invitation only, or in addition to those it is for."""

from collections import Counter
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement

from bot.conversation.i18n import _, language
from bot.conversation.incoming import Incoming
from bot.conversation.notices import Switch
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import EVERYONE, Audience, By, Condition
from db import answers as db_answers
from db import attendances, audience, checkins, events, members, places
from db.models.events import Event, EventState
from db.models.members import Member
from handlers.events.card import Organise
from handlers.events.checking_in import name_of
from handlers.events.inviting import Invited
from handlers.events.organising import InvitePeople, may_organise_or_refuse, organise
from handlers.events.which import NAME, ORGANISED, begin_about, organised

MOST_FOUND = 6


def begin_inviting(turn: Turn, tap: InvitePeople) -> Outcome:
    event = may_organise_or_refuse(turn, tap.event)
    _check_event(turn, event)
    return begin_about(turn, INVITING, event)


def _check_event(turn: Turn, event: Event) -> None:
    """Refused where an invitation could not be answered, or would be forgotten."""
    note = _why_not(turn, event)
    if note is not None:
        raise Refused(organise(turn, Organise(event.id), note))


def _why_not(turn: Turn, event: Event) -> Markup | None:
    if event.state == EventState.CANCELLED or turn.now >= event.starts_at:
        return _("This event has begun or does not take place; nobody can be invited any more.")
    if event.answer_by is not None and turn.now > event.answer_by:
        return _(
            "The last day for answers is over. Please set a later one first, so that an invitation can be answered."
        )
    if event.state == EventState.DRAFT and not event.invited_only:
        return _("Please publish the event first. Then you can invite further people by name.")
    return None


def _scope(turn: Turn, event: Event) -> ColumnElement[bool]:
    """Whom one may invite: coordinators anybody verified they answer for, ambassadors members of the club that holds
    the event."""
    if not turn.scope.is_empty:
        return audience.belongs(turn.scope.narrow(EVERYONE))
    return audience.belongs(Audience((Condition(By.CLUB, (event.club_id or 0,)),)))


def _search(asking: Asking, incoming: Incoming) -> list[Choice]:
    turn, event = asking.turn, organised(asking)
    found = members.find_verified(turn.session, incoming.text, MOST_FOUND, _scope(turn, event))
    if not found:
        raise Unfit(_nobody(turn))
    same = Counter(person.full_name for person in found)
    return [Choice(str(person.id), _describe(turn, person, same[person.full_name] > 1)) for person in found]


def _nobody(turn: Turn) -> Markup:
    if members.is_coordinator(turn.session, turn.me.id):
        return _("We know no verified member of this name.")
    return _("Your club has no member of this name. People outside it are invited by the alumni office.")


def _describe(turn: Turn, person: Member, namesakes: bool) -> str:
    """Namesakes are told apart by a human: for the alumni office by the city, for others by the member number, since
    where people live is theirs to show."""
    name = name_of(person.full_name or "–", person.other_name)
    if members.is_coordinator(turn.session, turn.me.id):
        place = places.load_place(turn.session, person.place_id) if person.place_id else None
        return f"{name} · {places.describe_place(place, language())}" if place else name
    return f"{name} · {person.number}" if namesakes else name


def _check(asking: Asking, value: Any) -> str:
    """Somebody within one's scope who is not invited and has not answered."""
    turn, event = asking.turn, organised(asking)
    known = str(value).isdecimal() and int(value) <= checkins.LARGEST_ID
    person = db_answers.find_member(turn.session, int(value), _scope(turn, event)) if known else None
    if person is None:
        raise Unfit(_nobody(turn))
    if person.id == turn.me.id and not event.invited_only:
        raise Unfit(_("You organise this event and can answer it without an invitation."))
    if attendances.find(turn.session, event.id, person.id) is not None:
        raise Unfit(_("{name} has answered already.").format(name=person.full_name))
    if events.is_invited(turn.session, event.id, person.id):
        raise Unfit(_("{name} is invited already.").format(name=person.full_name))
    return str(value)


def invite_person(turn: Turn, answers: Answers) -> Reply:
    """On the list of the invited; told at once where the event is published."""
    event = may_organise_or_refuse(turn, int(answers[NAME]))
    _check_event(turn, event)
    person = members.load(turn.session, int(answers["person"]))
    events.invite_many(turn.session, event.id, [person.id])
    turn.record("invited", person.number, event=event.id)
    if event.state == EventState.PUBLISHED and person.id != turn.me.id:
        turn.notify(person.id, Invited(event.id))
    rows = (
        (Button(_("Another person"), InvitePeople(event.id)), Button(_("Organise"), Organise(event.id))),
        (Button(_("Menu"), Go("menu")),),
    )
    return Reply(_outcome(turn, event, person).format(name=person.full_name), rows)


def _outcome(turn: Turn, event: Event, person: Member) -> Markup:
    """What becomes of it, honestly."""
    if person.id == turn.me.id:
        return _("You are among the invited now, and can answer yourself.")
    if not _is_told(turn, event, person):
        return _(
            "{name} is invited, but will not be told: this person has switched such messages off. Please tell them "
            "yourself, if you are in touch."
        )
    if event.state == EventState.DRAFT:
        return _("{name} is among the invited. When you publish the event, you choose whether and when they are told.")
    return _("{name} is invited and will be told.")


def _is_told(turn: Turn, event: Event, person: Member) -> bool:
    """The notice looks at the same when it is sent."""
    conditions = [Member.id == person.id, audience.may_be_told(Switch.EVENTS)]
    if event.club_id is not None:
        conditions.append(audience.does_not_mute(event.club_id))
    return audience.count(turn.session, *conditions) > 0


INVITING = Form(
    name="eventinvite",
    title=lambda: _("Invite people"),
    questions=(
        ORGANISED,
        Question(
            name="person",
            label=lambda: _("Person"),
            prompt=lambda _asking: _("Whom? Please write the name, or the beginning of it."),
            check=_check,
            search=_search,
            show=lambda asking, value: _describe(asking.turn, members.load(asking.turn.session, int(value)), False),
            builds_on=NAME,
        ),
    ),
    finish=invite_person,
    summary=lambda _asking: _("<b>Invite this person?</b>"),
    confirm=lambda: _("Invite"),
)


def register(router: Router) -> None:
    router.tap(InvitePeople, begin_inviting, gate=Gate.AMBASSADOR)
    router.form(INVITING, gate=Gate.AMBASSADOR)
