"""Coordinators found clubs and appoint their ambassadors."""

import re
from dataclasses import dataclass

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_line
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.forms import Answers, Asking, Choice, Form, Question
from bot.conversation.i18n import N_, _, name_language, named
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from bot.domain.folding import fold
from db import clubs, doors, members, places
from db.models.clubs import Club
from db.models.members import RoleKind
from handlers.clubs import JoinAsked, OpenClub
from handlers.coordination.whom import PERSON

MAX_CLUB_NAME = 60


@dataclass(frozen=True, slots=True)
class Appointed(Notice, kind="ambassador_appointed"):
    """To the new ambassador."""

    club: int

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        if club is None or self.club not in members.led_clubs(at.session, at.member.id):
            return None
        text = _(
            "You are now ambassador of {club}. Thank you! People who would like to join an approval-only club appear "
            "here with two buttons. The alumni office is at your side at any time."
        ).format(club=named(club.names))
        return Reply(text, column(Button(_("Open the club"), OpenClub(self.club)), Button(_("Contact"), Go("contact"))))


def _admissions(_asking: Asking) -> list[Choice]:
    return [Choice("open", _("Anybody verified may join")), Choice("approval", _("The ambassador decides"))]


def _name_question(name: str, tag: str) -> Question:
    return Question(
        name=name,
        label=lambda: _("Name ({language})").format(language=name_language(tag)),
        prompt=lambda _asking: _("What is the club called in this language: {language}?").format(
            language=name_language(tag)
        ),
        check=check_line(MAX_CLUB_NAME),
    )


def found(turn: Turn, answers: Answers) -> Reply:
    """The club exists from now on."""
    place = places.load_place(turn.session, int(answers["city"]))
    assert place is not None
    club = Club(
        slug=_free_slug(turn, place.name),
        names={"de": answers["de"], "zh_Hans": answers["zh"], "en": answers["en"]},
        place_id=place.id,
        admission=answers["admission"],
        founded_at=turn.now,
    )
    turn.session.add(club)
    turn.session.flush()
    turn.record("club_founded", club=club.id)
    text = _("{club} is founded. Now it needs an ambassador.").format(club=named(club.names))
    return Reply(text, column(
        Button(_("Appoint an ambassador"), Go("appoint")), Button(_("Open the club"), OpenClub(club.id))))  # fmt: skip


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
        _name_question("de", "de"),
        _name_question("zh", "zh_Hans"),
        _name_question("en", "en"),
        Question(
            name="admission",
            label=lambda: _("Admission"),
            prompt=lambda _asking: _("How do people join?"),
            check=check_choice(_admissions),
            choices=_admissions,
        ),
    ),
    finish=found,
    summary=lambda _asking: _("<b>Found this club?</b>"),
    confirm=lambda: _("Found the club"),
)


def _clubs(asking: Asking) -> list[Choice]:
    return [Choice(str(club.id), named(club.names)) for club in clubs.all_open(asking.turn.session)]


def appoint(turn: Turn, answers: Answers) -> Reply:
    club = turn.session.get_one(Club, int(answers["club"]))
    person = members.load(turn.session, int(answers["person"]))
    if not members.grant(turn.session, person.id, RoleKind.AMBASSADOR, turn.now, club.id):
        return Reply(_("{name} is ambassador of {club} already.").format(name=person.full_name, club=named(club.names)),
                     column(Button(_("Menu"), Go("menu"))))  # fmt: skip
    clubs.enter(turn.session, person.id, club.id, "in", turn.now)
    doors.reset_menus(turn.session, person.id)
    turn.record("ambassador_appointed", person.number, club=club.id)
    turn.notify(person.id, Appointed(club.id))
    for waiting in clubs.asking(turn.session, club.id):
        turn.notify(person.id, JoinAsked(club.id, waiting.member_id, waiting.times_asked))
    text = _("{name} is now ambassador of {club} and has been told.").format(
        name=person.full_name, club=named(club.names)
    )
    return Reply(text, column(Button(_("Open the club"), OpenClub(club.id)), Button(_("Menu"), Go("menu"))))


APPOINTING = Form(
    name="appoint",
    title=lambda: _("Appoint an ambassador"),
    questions=(
        Question(
            name="club",
            label=lambda: _("Club"),
            prompt=lambda _asking: _("Of which club?"),
            check=check_choice(_clubs),
            choices=_clubs,
        ),
        PERSON,
    ),
    finish=appoint,
    summary=lambda _asking: _("<b>Appoint this person?</b> They are told at once."),
    confirm=lambda: _("Appoint"),
)


def begin_founding(turn: Turn) -> Outcome:
    return forms.begin(turn, FOUNDING)


def begin_appointing(turn: Turn) -> Outcome:
    return forms.begin(turn, APPOINTING)


def register(router: Router) -> None:
    router.command("found", begin_founding, gate=Gate.COORDINATOR, about=N_("Found a club"))
    router.command("appoint", begin_appointing, gate=Gate.COORDINATOR, about=N_("Appoint an ambassador"))
    router.form(FOUNDING, gate=Gate.COORDINATOR)
    router.form(APPOINTING, gate=Gate.COORDINATOR)
    router.notice(Appointed)
