"""Coordinators say whom they mean: by name, among those they answer for."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language
from bot.conversation.questions import Asking, Choice, Question, Text, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.turn import Refused, Turn
from db import members, places, scopes
from db.models.members import Member, Status
from db.places import LARGEST_ID

MOST_FOUND = 6


def describe(session: Session, person: Member) -> str:
    """Name and city: namesakes are told apart by a human."""
    place = places.load_place(session, person.place_id) if person.place_id else None
    other = f" · {person.other_name}" if person.other_name else ""
    where = f" · {places.describe_place(place, language())}" if place else ""
    return f"{person.full_name or '–'}{other}{where}"


def describe_if_kept(session: Session, member: int) -> str:
    """The same, where somebody may have been erased since they were chosen."""
    person = session.get(Member, member)
    return describe(session, person) if person is not None else "–"


def find_in_scope(turn: Turn, member: int) -> Member | None:
    """A member the speaker answers for."""
    if not 0 < member <= LARGEST_ID or not scopes.covers(turn.session, turn.scope, member):
        return None
    return turn.session.get(Member, member)


def in_scope_or_refuse(turn: Turn, member: int) -> Member:
    """The same, with a friendly no: the scope is the query, whatever button was tapped."""
    person = find_in_scope(turn, member)
    if person is None or person.status == Status.GUEST:
        raise Refused(Reply(not_yours(), column(Button(_("People"), Go("member")), Button(_("Menu"), Go("menu")))))
    return person


def not_yours() -> Markup:
    return _("You do not answer for this person, or the record is no longer kept.")


def _search(asking: Asking, incoming: Any) -> list[Choice]:
    turn = asking.turn
    found = members.find_verified(turn.session, str(incoming.text), MOST_FOUND, scopes.within(turn.scope))
    if not found:
        raise Unfit(_("We know no verified member of this name."))
    return [Choice(str(person.id), describe(turn.session, person)) for person in found]


def _check(asking: Asking, value: Any) -> str:
    person = find_in_scope(asking.turn, int(value)) if str(value).isdecimal() else None
    if person is None or person.status != Status.VERIFIED:
        raise Unfit(_("Please write the name of a verified member."))
    return str(value)


def person_question(label: Text | None = None, prompt: Callable[[Asking], Any] | None = None) -> Question:
    """Asks for a verified member the speaker answers for; the answer is the id."""
    return Question(
        name="person",
        label=label or (lambda: _("Person")),
        prompt=prompt or (lambda _asking: _("Whom? Please write the name, or the beginning of it.")),
        check=_check,
        search=_search,
        show=lambda asking, value: describe_if_kept(asking.turn.session, int(value)),
    )


PERSON = person_question()
