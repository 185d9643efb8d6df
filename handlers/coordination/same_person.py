"""Two members are one person: a coordinator sees both side by side, and a human says so; everything of both is kept."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import doors, likely, lookups, members, merging, registrations
from db.models.members import Member, Status
from handlers.coordination.likeness_buttons import ComparePeople, FindSame, JoinPeople
from handlers.coordination.likeness_wording import name_reasons
from handlers.coordination.people import OpenMember, facts_of, member_card
from handlers.coordination.verifying import OpenRegistration
from handlers.coordination.whom import MOST_FOUND, describe, find_in_scope, in_scope_or_refuse
from handlers.one_person import tell_whom_it_touches, what_both_have
from handlers.signing_in import OUTGROWN

MEMBER = "_member"


@dataclass(frozen=True, slots=True)
class PeopleJoined(Notice, kind="people_joined"):
    """To the person. `occasion` tells one time from the next."""

    occasion: int

    def compose(self, at: Composing) -> Reply | None:
        text = _(
            "You had registered twice, and the alumni office has joined the two: your clubs, events, consents and "
            "offices of both are in one place now, whichever way you come in. If this was a mistake, please write to "
            "the contact person."
        )
        return Reply(text, ((Button(_("My profile"), Go("profile")), Button(_("Contact"), Go("contact"))),))


def _pair(turn: Turn, one: int, other: int) -> tuple[Member, Member]:
    """Two members the speaker answers for and may join."""
    first, second = in_scope_or_refuse(turn, one), in_scope_or_refuse(turn, other)
    why = _why_not(turn, first, second)
    if why is not None:
        raise Refused(member_card(turn, first, why))
    return first, second


def _why_not(turn: Turn, first: Member, second: Member) -> Markup | None:
    if first.id == second.id:
        return _("This is one record already.")
    if turn.me.id in (first.id, second.id):
        return _("You join your own registrations yourself: sign in with the other one, or ask a colleague.")
    # Whoever joins a door to an office would hold that office.
    if not turn.scope.central and any(members.is_coordinator(turn.session, each.id) for each in (first, second)):
        return _("One of the two is a coordinator: only those who answer for the whole network can join them.")
    return None


def compare(turn: Turn, tap: ComparePeople) -> Reply:
    """Both cards one below the other, what speaks for it and against it, and the one question."""
    first, second = _pair(turn, tap.one, tap.other)
    for each in (first, second):
        turn.record("member_viewed", each.number)
    kept, _given_up = merging.which(first, second)
    lines = [
        _("<b>The same person registered twice?</b>"),
        Markup(""),
        *facts_of(turn, first),
        Markup(""),
        *facts_of(turn, second),
        Markup(""),
        _reasons(turn, first, second),
        _(
            "Once joined, {number} stays, with the clubs, events, consents and offices of both; both ways of signing "
            "in lead there. This cannot be undone."
        ).format(number=kept.number),
    ]
    buttons = column(Button(_("One person: join them"), JoinPeople(first.id, second.id)), _back(turn, first))
    return Reply(Markup("\n").join(lines), buttons)


def _reasons(turn: Turn, first: Member, second: Member) -> Markup:
    alike = likely.compare_members(turn.session, first, second)
    if not alike.reasons:
        return _("Nothing in the two names is alike: please be sure.")
    return _("What is to be seen: {reasons}").format(reasons=name_reasons(alike))


def _back(turn: Turn, first: Member) -> Button:
    waiting = registrations.open_verification(turn.session, first.id)
    return Button(_("Back"), OpenRegistration(waiting.id) if waiting is not None else OpenMember(first.id))


def join(turn: Turn, tap: JoinPeople) -> Reply:
    """Two coordinators at once: the other finds the record gone."""
    merging.lock(turn.session, tap.one, tap.other)
    first, second = _pair(turn, tap.one, tap.other)
    kept, dropped = merging.which(first, second)
    gone, before = dropped.number, what_both_have(turn, first.id, second.id)
    merging.merge(turn.session, first.id, second.id, turn.now, OUTGROWN)
    doors.reset_menus(turn.session, kept.id)
    turn.record("people_joined", kept.number, other=gone)
    turn.notify(kept.id, PeopleJoined(int(turn.now.timestamp())))
    tell_whom_it_touches(turn, kept.id, before)
    return member_card(turn, kept, _("Joined. The person has been told."))


def begin(turn: Turn, tap: FindSame) -> Outcome:
    person = in_scope_or_refuse(turn, tap.member)
    return forms.begin_anew(turn, SAME_PERSON, {MEMBER: person.id})


def _search(asking: Asking, incoming: Any) -> list[Choice]:
    turn = asking.turn
    found = lookups.find(turn.session, str(incoming.text), turn.scope, limit=MOST_FOUND + 1)
    others = [person for person in found if person.id != asking.answers[MEMBER]][:MOST_FOUND]
    if not others:
        raise Unfit(_("Nobody you answer for has this name or number. Part of the name is enough, in any script."))
    return [Choice(str(person.id), f"{describe(turn.session, person)} ({person.number})") for person in others]


def _check(asking: Asking, value: Any) -> str:
    person = find_in_scope(asking.turn, int(value)) if str(value).isdecimal() else None
    if person is None or person.status == Status.GUEST or person.id == asking.answers[MEMBER]:
        raise Unfit(_("Please write the name or number of the other registration."))
    return str(value)


def _show(asking: Asking, value: Any) -> str:
    return describe(asking.turn.session, members.load(asking.turn.session, int(value)))


def _prompt(asking: Asking) -> Markup:
    text = _("Who is the same person as {name}? Please write the name or number of the other registration.")
    return text.format(name=_show(asking, asking.answers[MEMBER]))


def chosen(turn: Turn, answers: Answers) -> Outcome:
    return compare(turn, ComparePeople(int(answers[MEMBER]), int(answers["person"])))


SAME_PERSON = Form(
    name="sameperson",
    title=lambda: _("Registered twice"),
    questions=(
        Question(name="person", label=lambda: _("Person"), prompt=_prompt, check=_check, search=_search, show=_show),
    ),
    finish=chosen,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(FindSame, begin, gate=Gate.COORDINATOR)
    router.tap(ComparePeople, compare, gate=Gate.COORDINATOR)
    router.tap(JoinPeople, join, gate=Gate.COORDINATOR)
    router.form(SAME_PERSON, gate=Gate.COORDINATOR)
    router.notice(PeopleJoined)
