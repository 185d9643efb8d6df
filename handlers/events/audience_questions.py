"""Whom an event is for: its club, several clubs, a part of the network, everybody, or whom one invites."""

from typing import Any

from bot.conversation.checks import check_choice
from bot.conversation.dates import NONE
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Asking, Choice, Question, Text
from bot.domain.audience import By
from db import members
from handlers.choices import (
    Listing,
    asked,
    check_cohort,
    list_clubs,
    list_programmes,
    list_regions,
    list_relations,
    list_topics,
)


def _audiences(asking: Asking) -> list[Choice]:
    """Ambassadors speak to their club; coordinators to anybody."""
    turn, with_club = asking.turn, asking.answers.get("club") not in (None, NONE)
    own = [Choice("club", _("Members of the club"))] if with_club else []
    wide = [
        Choice("all", _("Everybody")),
        Choice("clubs", _("Members of several clubs")),
        Choice("segment", _("A part of the network")),
    ]
    by_invitation = [Choice("invited", _("By invitation only"))]
    return [*own, *(wide if members.is_coordinator(turn.session, turn.me.id) else []), *by_invitation]


def _check_audience(asking: Asking, value: Any) -> str:
    """Without a club "its members" means everybody, for those who may say that."""
    allowed = [choice.value for choice in _audiences(asking)]
    if value == "club" and "club" not in allowed:
        return "all" if "all" in allowed else "invited"
    return str(check_choice(_audiences)(asking, value))


SEGMENTS: dict[str, By] = {
    "programmes": By.PROGRAMME,
    "regions": By.REGION,
    "topics": By.TOPIC,
    "relations": By.RELATION,
}


def _is_segment(answers: Answers) -> bool:
    return answers.get("audience") == "segment"


def _segment_question(name: str, label: Text, listing: Listing) -> Question:
    choices = asked(listing)
    return Question(
        name=name,
        label=label,
        prompt=lambda _asking: _("Only people with one of these? Choose none if this does not matter."),
        check=check_choice(choices),
        choices=choices,
        several=True,
        optional=True,
        when=_is_segment,
    )


AUDIENCE: tuple[Question, ...] = (
    Question(
        name="audience",
        label=lambda: _("For whom"),
        prompt=lambda _asking: _("Whom is it for?"),
        check=_check_audience,
        choices=_audiences,
    ),
    Question(
        name="clubs",
        label=lambda: _("Clubs"),
        prompt=lambda _asking: _("Which clubs?"),
        check=check_choice(asked(list_clubs)),
        choices=asked(list_clubs),
        several=True,
        when=lambda answers: answers.get("audience") == "clubs",
    ),
    _segment_question("programmes", lambda: _("Programmes"), list_programmes),
    _segment_question("regions", lambda: _("Provinces"), list_regions),
    _segment_question("topics", lambda: _("Topics"), list_topics),
    _segment_question("relations", lambda: _("Relations"), list_relations),
    Question(
        name="cohort",
        label=lambda: _("Cohorts"),
        prompt=lambda _asking: _("Only people of certain years? For example 2008–2012."),
        check=check_cohort,
        optional=True,
        when=_is_segment,
    ),
)
