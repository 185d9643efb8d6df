"""People find the club near them: by their own city, by country and province, by a place they name or share."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.cities import find_position
from bot.conversation.i18n import N_, _, kilometres, language, named
from bot.conversation.incoming import Incoming
from bot.conversation.questions import Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Ask, Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import clubs, places, proposals
from db.clubs import Listed
from db.models.clubs import Club
from db.models.members import Status
from db.models.places import Place
from db.places import LARGEST_ID
from handlers.clubs import OpenClub, open_club
from handlers.coordination.club_buttons import ListClosedClubs
from handlers.coordination.proposals import name_proposal
from handlers.proposal_buttons import OpenOwnProposal, ProposeClub

PAGE = 6
# Farther than people go for an evening.
FAR_KM = 100


@dataclass(frozen=True, slots=True)
class ListClubs(Callback, prefix="cc"):
    """Clubs of a country, or of a province or state of it (ISO codes)."""

    country: str
    region: str | None = None
    page: int = 0


def browse(turn: Turn) -> Reply:
    """/clubs: near one's own city where it is known, else by country."""
    near = _near(turn)
    own_city = turn.member.place_id is not None
    head = _("Regional clubs near you:") if own_city else _("Regional clubs by country:")
    head = Markup("\n\n").join([head, *(_far_line(near) if turn.me.status is Status.VERIFIED else [])])
    rows = column(*(_club_button(one) for one in near))
    countries = [
        Button(f"{places.name_country(country, language())} · {count}", ListClubs(country))
        for country, count in clubs.countries(turn.session)
    ]
    if not countries:
        text = _("There is no club yet. Would you like to found one? Please tell the alumni office.")
        ways_on = column(Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu")))
        return Reply(text, (*_proposal_rows(turn), *ways_on))
    pairs_of = tuple(tuple(countries[i : i + 2]) for i in range(0, len(countries), 2))
    last = (Button(_("Search by place"), Go("findclub")), Button(_("Menu"), Go("menu")))
    return Reply(head, (*rows, *pairs_of, *_proposal_rows(turn), *_closed_rows(turn), last))


def _near(turn: Turn) -> list[Listed]:
    place = _own_place(turn)
    return clubs.nearest(turn.session, place.latitude, place.longitude)[:3] if place is not None else []


def _far_line(near: list[Listed]) -> list[Markup]:
    """Where no club is within an evening's reach."""
    if not near or (near[0].km or 0) <= FAR_KM:
        return []
    return [_("None of them is near you. Would you like to have one in your city? Please propose it.")]


def _proposal_rows(turn: Turn) -> Rows:
    """Proposing a club, and what one has proposed."""
    if turn.me.status is not Status.VERIFIED:
        return ()
    mine = [
        Button(
            shorten(_("Mine: {proposal}").format(proposal=name_proposal(turn.session, row)), 40),
            OpenOwnProposal(row.id),
        )
        for row in proposals.open_of(turn.session, turn.me.id)
    ]
    return column(*mine, Button(_("Propose a club"), ProposeClub()))


def _closed_rows(turn: Turn) -> Rows:
    """Central coordinators find closed clubs again."""
    closed = clubs.all_closed(turn.session) if turn.scope.central else []
    return column(Button(_("Closed clubs"), ListClosedClubs())) if closed else ()


def _own_place(turn: Turn) -> Place | None:
    return places.load_place(turn.session, turn.member.place_id) if turn.member.place_id else None


def _club_button(one: Listed) -> Button:
    if one.km is None:
        return Button(named(one.club.names), OpenClub(one.club.id))
    return Button(f"{named(one.club.names)} · {kilometres(one.km)}", OpenClub(one.club.id))


def list_country(turn: Turn, tap: ListClubs) -> Reply:
    """A country's clubs; by province or state first when there are more than six."""
    found = clubs.within(turn.session, tap.country, tap.region)
    country = places.name_country(tap.country, language())
    back = (Button(_("All clubs"), Go("clubs")), Button(_("Menu"), Go("menu")))
    if len(found) > PAGE and tap.region is None and all(one.place.region for one in found):
        buttons = [
            Button(f"{places.name_region(region, language())} · {count}", ListClubs(tap.country, region))
            for region, count in clubs.regions(turn.session, tap.country)
            if region is not None
        ]
        text = _("Clubs in {country}, by province or state:").format(country=country)
        return Reply(text, (*(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)), back))
    where = places.name_region(tap.region, language()) if tap.region else country
    shown = found[tap.page * PAGE : (tap.page + 1) * PAGE]
    pages = leaves(lambda page: replace(tap, page=page), tap.page, more=(tap.page + 1) * PAGE < len(found))
    rows = (*column(*(_club_button(one) for one in shown)), *pages, back)
    return Reply(_("Clubs in {place}:").format(place=where), rows)


def _search(asking: Asking, incoming: Incoming) -> list[Choice]:
    nearest = clubs.nearest(asking.turn.session, *find_position(asking, incoming))[:PAGE]
    if not nearest:
        raise Unfit(_("There is no club yet. Would you like to found one? Please tell the alumni office."))
    return [Choice(str(one.club.id), str(_club_button(one).label)) for one in nearest]


def _check_club(asking: Asking, value: object) -> str:
    number = int(str(value)) if str(value).isdecimal() else 0
    if not 0 < number <= LARGEST_ID or asking.turn.session.get(Club, number) is None:
        raise Unfit(_("Please choose one of the buttons."))
    return str(value)


FIND = Form(
    name="findclub",
    title=lambda: _("Search for a club"),
    questions=(
        Question(
            name="club",
            label=lambda: _("Club"),
            prompt=lambda _asking: _("Near which city? Write its name, or share your location."),
            check=_check_club,
            search=_search,
            ask=Ask.LOCATION,
        ),
    ),
    finish=lambda turn, answers: open_club(turn, OpenClub(int(answers["club"]))),
)


def register(router: Router) -> None:
    router.command("clubs", browse, gate=Gate.ANYONE, about=N_("Find a regional club"))
    router.command("findclub", lambda turn: forms.begin(turn, FIND), gate=Gate.ANYONE)
    router.form(FIND, gate=Gate.ANYONE)
    router.tap(ListClubs, list_country, gate=Gate.ANYONE)
