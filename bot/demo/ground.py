"""What an installation has before its first member: places and the lists people choose from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.tables import CLUBS, GROUPS
from db.models.lists import Institution, Programme, Topic
from db.models.places import Place


@dataclass(frozen=True, slots=True)
class Ground:
    """Places by English name; ids of institutions, programmes and topics by slug; programmes of an institution."""

    places: dict[str, Place]
    institutions: dict[str, int]
    programmes: dict[str, int]
    topics: dict[str, int]
    offered: dict[str, list[str]]


def read_ground(session: Session) -> Ground:
    """Everything the network stands on, in four queries."""
    institutions = dict(session.execute(select(Institution.slug, Institution.id)).all())
    slugs = {key: slug for slug, key in institutions.items()}
    offered: dict[str, list[str]] = {slug: [] for slug in institutions}
    programmes = {}
    query = select(Programme.slug, Programme.id, Programme.institution_id).order_by(Programme.id)
    for slug, key, institution in session.execute(query):
        programmes[slug] = key
        offered[slugs[institution]].append(slug)
    topics = dict(session.execute(select(Topic.slug, Topic.id).order_by(Topic.id)).all())
    return Ground(_read_places(session), institutions, programmes, topics, offered)


def _read_places(session: Session) -> dict[str, Place]:
    """The cities of the tables; of several with one name the largest (Suzhou in Jiangsu)."""
    query = select(Place).where(Place.name.in_(_cities())).order_by(Place.population, Place.id)
    return {place.name: place for place in session.scalars(query)}


def _cities() -> list[str]:
    homes = [city for group in GROUPS for weights in group.homes.values() for city in weights]
    return sorted({*homes, *(club.city for club in CLUBS)})
