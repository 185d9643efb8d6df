"""Asking for a city: written in any of the three scripts, or by sharing one's location."""

from typing import Any

from bot.conversation.i18n import _, language
from bot.conversation.incoming import Incoming, Kind
from bot.conversation.questions import Asking, Choice, Unfit
from db import places
from db.models.places import Place

MOST = 24


def search_cities(asking: Asking, incoming: Incoming) -> list[Choice]:
    """The cities meant, the likeliest first, each with region and country. Raises Unfit where there is none."""
    found = _find(asking, incoming, MOST)
    return [Choice(str(place.id), places.describe_place(place, language())) for place in found]


def find_position(asking: Asking, incoming: Incoming) -> tuple[float, float]:
    """Latitude and longitude of what was shared or named, a position in the middle of nowhere too."""
    if incoming.kind is Kind.LOCATION and incoming.location is not None:
        return incoming.location
    place = _find(asking, incoming, 1)[0]
    return place.latitude, place.longitude


def _find(asking: Asking, incoming: Incoming, limit: int) -> list[Place]:
    session = asking.turn.session
    if not places.gazetteer_loaded(session):
        raise Unfit(_("The list of cities is still being loaded. Please try again in a minute."))
    if incoming.kind is Kind.LOCATION and incoming.location is not None:
        nearest = places.nearest_place(session, *incoming.location)
        found = [nearest] if nearest else []
    else:
        found = places.find_places(session, incoming.text, limit=limit)
    if not found:
        raise Unfit(
            _("We know no such city. Please check the spelling, or write the nearest larger city; German, English and "
              "Chinese names are understood.")
        )  # fmt: skip
    return found


def check_city(asking: Asking, value: Any) -> str:
    """The id of a city, as it travels in a button."""
    if not str(value).isdigit() or places.load_place(asking.turn.session, int(value)) is None:
        raise Unfit(_("Please write the name of a city, or share your location."))
    return str(value)


def show_city(asking: Asking, value: Any) -> str:
    """City, region and country in the reader's language."""
    place = places.load_place(asking.turn.session, int(value))
    return places.describe_place(place, language()) if place else "–"
