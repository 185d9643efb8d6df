"""The lists people choose from, in the reader's words: forms of events and segments offer the same."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.checks import check_years
from bot.conversation.i18n import LANGUAGES, _, language, name_language, named
from bot.conversation.questions import Asking, Choice
from db import clubs, lists, members, places, segments
from handlers.registration.naming import relation_names

Listing = Callable[[Session], list[Choice]]
# Among the answers of a form: the language its author writes in.
SPOKEN = "_spoken"


def asked(listing: Listing) -> Callable[[Asking], list[Choice]]:
    """A list as the choices of a question."""
    return lambda asking: listing(asking.turn.session)


def yes_or_no(_asking: Asking) -> list[Choice]:
    return [Choice("yes", _("Yes")), Choice("no", _("No"))]


def list_clubs(session: Session) -> list[Choice]:
    return [Choice(str(club.id), named(club.names)) for club in clubs.all_open(session)]


def list_institutions(session: Session) -> list[Choice]:
    return [Choice(str(row.id), named(row.names)) for row in lists.institutions(session)]


def list_programmes(session: Session) -> list[Choice]:
    """Of all institutions."""
    return [
        Choice(str(row.id), named(row.names))
        for institution in lists.institutions(session)
        for row in lists.programmes(session, institution.id)
    ]


def list_faculties(session: Session) -> list[Choice]:
    """Of all institutions."""
    return [Choice(str(row.id), named(row.names)) for row in lists.faculties(session)]


def programmes_in_scope(asking: Asking) -> list[Choice]:
    """Of the institution that was answered, the programmes a coordinator answers for."""
    institution = asking.answers.get("institution")
    rows = lists.programmes(asking.turn.session, int(institution)) if institution else []
    scope = asking.turn.scope
    return [Choice(str(row.id), named(row.names)) for row in rows if scope.has(row.institution_id, row.id)]


def list_countries(session: Session) -> list[Choice]:
    """Where members live, those with the most first."""
    return [Choice(code, places.name_country(code, language())) for code in segments.countries_lived_in(session)]


def list_regions(session: Session) -> list[Choice]:
    """Where members live, those with the most first."""
    found = members.regions_lived_in(session)
    return [Choice(region, places.name_region(region, language()) or region) for region in found]


def list_topics(session: Session) -> list[Choice]:
    return [Choice(str(row.id), named(row.names)) for row in lists.topics(session)]


def list_relations(_session: Session) -> list[Choice]:
    return [Choice(relation.value, name) for relation, name in relation_names().items()]


def list_languages(_session: Session) -> list[Choice]:
    return [Choice(tag, name_language(tag)) for tag in LANGUAGES]


def other_languages(asking: Asking) -> list[Choice]:
    """In which somebody may write besides their own."""
    return [Choice(tag, name_language(tag)) for tag in LANGUAGES if tag != asking.answers.get(SPOKEN)]


def check_cohort(asking: Asking, value: Any) -> str:
    """A span of years "2008-2012"; of a single one "2012-2012"."""
    years = check_years(asking, value)
    first, _dash, last = years.partition("-")
    return f"{first}-{last or first}"
