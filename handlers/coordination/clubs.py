"""Central coordinators found clubs, by themselves or because a member proposed one, and change how one is called and
who may join."""

import re
from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_line
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.i18n import LANGUAGES, N_, _, name_language, named, ngettext, number
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.folding import fold
from db import clubs, places
from db.models.clubs import Club, Proposal
from handlers.clubs import JoinAnswered, OpenClub
from handlers.coordination.club_buttons import AppointTo, ChangeClub, ManageClub
from handlers.coordination.club_card import admissions, find_club, manage_club
from handlers.coordination.proposals import PROPOSAL, proposal_to_decide, realise

MAX_CLUB_NAME = 60


def _admissions(_asking: Asking) -> list[Choice]:
    return [Choice(value, name) for value, name in admissions().items()]


def _name_question(name: str, tag: str) -> Question:
    return Question(
        name=name,
        label=lambda: _("Name ({language})").format(language=name_language(tag)),
        prompt=lambda _asking: _("What is the club called in this language: {language}?").format(
            language=name_language(tag)
        ),
        check=check_line(MAX_CLUB_NAME),
    )


NAMES = {"de": "de", "zh": "zh_Hans", "en": "en"}
NAME_QUESTIONS = tuple(_name_question(name, tag) for name, tag in NAMES.items())
ADMISSION = Question(
    name="admission",
    label=lambda: _("Admission"),
    prompt=lambda _asking: _("How do people join?"),
    check=check_choice(_admissions),
    choices=_admissions,
)


def _names(answers: Answers) -> dict[str, str]:
    return {tag: answers[name] for name, tag in NAMES.items()}


# --- founding --------------------------------------------------------------------------------------------------


def found(turn: Turn, answers: Answers) -> Reply:
    """The club exists from now on. Whoever proposed it is in it, and leads it where they offered to."""
    proposal = proposal_to_decide(turn, answers[PROPOSAL]) if PROPOSAL in answers else None
    club = _add(turn, answers)
    turn.record("club_founded", club=club.id)
    if proposal is not None:
        return _founded_as_proposed(turn, club, proposal)
    text = _("{club} is founded. Now it needs an ambassador.").format(club=named(club.names))
    appoint = Button(_("Appoint an ambassador"), AppointTo(club.id))
    return Reply(text, column(appoint, Button(_("Open the club"), OpenClub(club.id))))


def _add(turn: Turn, answers: Answers) -> Club:
    place = places.load_place(turn.session, int(answers["city"]))
    assert place is not None
    club = Club(
        slug=_free_slug(turn, place.name),
        names=_names(answers),
        place_id=place.id,
        admission=answers["admission"],
        founded_at=turn.now,
    )
    turn.session.add(club)
    turn.session.flush()
    return club


def _founded_as_proposed(turn: Turn, club: Club, proposal: Proposal) -> Reply:
    person = realise(turn, proposal, club)
    text = (
        _("{club} is founded, and {name} is its ambassador. {name} is told of both.")
        if proposal.would_lead
        else _("{club} is founded, and {name} is told. Now it needs an ambassador.")
    ).format(club=named(club.names), name=person.full_name)
    manage = Button(_("Manage the club"), ManageClub(club.id))
    return Reply(text, column(manage, Button(_("Open the club"), OpenClub(club.id))))


def _free_slug(turn: Turn, name: str) -> str:
    """A short name for links: letters and digits of the city, numbered when taken."""
    base = re.sub(r"[^a-z0-9]", "", fold(name))[:30] or "club"
    slug, n = base, 1
    while clubs.find(turn.session, slug) is not None:
        n += 1
        slug = f"{base}{n}"
    return slug


FOUNDING = Form(
    name="found",
    title=lambda: _("Found a club"),
    questions=(
        Question(
            name="city",
            label=lambda: _("City"),
            prompt=lambda _asking: _("In which city?"),
            check=check_city,
            search=search_cities,
            show=show_city,
        ),
        *NAME_QUESTIONS,
        ADMISSION,
    ),
    finish=found,
    summary=lambda _asking: _("<b>Found this club?</b>"),
    confirm=lambda: _("Found the club"),
)


def begin_founding(turn: Turn) -> Outcome:
    return forms.begin(turn, FOUNDING)


# --- changing --------------------------------------------------------------------------------------------------


def change_club(turn: Turn, tap: ChangeClub) -> Outcome:
    """Opens the last card of the form with the club as it is."""
    club = find_club(turn, tap.club, is_open=True)
    known = {name: club.names.get(tag) or named(club.names) for name, tag in NAMES.items()}
    return forms.begin_anew(
        turn, CHANGING, {**known, "admission": club.admission, "_club": club.id, "_was": _as_it_is(club)}
    )


def _as_it_is(club: Club) -> list[Any]:
    """What the form changes, to see whether somebody else has changed it meanwhile."""
    return [*(club.names.get(tag) for tag in LANGUAGES), club.admission]


def save(turn: Turn, answers: Answers) -> Reply:
    """Links and what people chose stay as they are. Who waits to be let in is, where anybody may join now."""
    club = find_club(turn, answers["_club"], lock=True, is_open=True)
    if _as_it_is(club) != answers["_was"]:
        note = _("Somebody else has changed this meanwhile. Please look at it, and change it again if need be.")
        raise Refused(manage_club(turn, ManageClub(club.id), note))
    club.names, club.admission = _names(answers), answers["admission"]
    turn.session.flush()
    turn.record("club_changed", club=club.id)
    let_in = _let_in(turn, club) if club.admission == "open" else 0
    note = Markup(" ").join([_("Saved."), *_let_in_line(let_in)])
    return manage_club(turn, ManageClub(club.id), note)


def _let_in(turn: Turn, club: Club) -> int:
    waiting = clubs.let_all_in(turn.session, club.id, turn.now)
    for row in waiting:
        turn.notify(row.member_id, JoinAnswered(club.id, row.times_asked, welcome=True))
    return len(waiting)


def _let_in_line(people: int) -> list[Markup]:
    if not people:
        return []
    sentence = ngettext("{n} person who was waiting is let in.", "{n} people who were waiting are let in.", people)
    return [sentence.format(n=number(people))]


CHANGING = Form(
    name="changeclub",
    title=lambda: _("Change a club"),
    questions=(*NAME_QUESTIONS, ADMISSION),
    finish=save,
    summary=lambda _asking: _("<b>What shall be different?</b> Tap a line below. Links to the club stay as they are."),
    confirm=lambda: _("Save"),
    starts=None,
)


def register(router: Router) -> None:
    router.command("found", begin_founding, gate=Gate.CENTRAL, about=N_("Found a club"))
    router.tap(ChangeClub, change_club, gate=Gate.CENTRAL)
    router.form(FOUNDING, gate=Gate.CENTRAL)
    router.form(CHANGING, gate=Gate.CENTRAL)
