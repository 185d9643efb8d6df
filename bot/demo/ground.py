"""What an installation has before its first member: places and the lists people choose from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.tables import CLUBS, GROUPS
from db.models.lists import Cohort, Institution, Programme, Topic
from db.models.places import Place


@dataclass(frozen=True, slots=True)
class Ground:
    """Places by English name; ids of institutions, programmes and topics by slug; programmes of an institution; named
    cohorts by the id of their programme."""

    places: dict[str, Place]
    institutions: dict[str, int]
    programmes: dict[str, int]
    topics: dict[str, int]
    offered: dict[str, list[str]]
    cohorts: dict[int, list[Cohort]]

    def cohort_of(self, programme: int | None, year: int) -> Cohort | None:
        """The cohort that somebody chooses who left a programme in a year; None where none is named for it."""
        named = self.cohorts.get(programme or 0, [])
        return next((each for each in named if each.from_year <= year <= (each.to_year or each.from_year)), None)


def read_ground(session: Session) -> Ground:
    """Everything the network stands on, in five queries."""
    institutions = dict(session.execute(select(Institution.slug, Institution.id)).all())
    slugs = {key: slug for slug, key in institutions.items()}
    offered: dict[str, list[str]] = {slug: [] for slug in institutions}
    programmes = {}
    query = select(Programme.slug, Programme.id, Programme.institution_id).order_by(Programme.id)
    for slug, key, institution in session.execute(query):
        programmes[slug] = key
        offered[slugs[institution]].append(slug)
    topics = dict(session.execute(select(Topic.slug, Topic.id).order_by(Topic.id)).all())
    return Ground(_read_places(session), institutions, programmes, topics, offered, _read_cohorts(session))


def _read_cohorts(session: Session) -> dict[int, list[Cohort]]:
    found: dict[int, list[Cohort]] = {}
    for cohort in session.scalars(select(Cohort).order_by(Cohort.id)):
        found.setdefault(cohort.programme_id, []).append(cohort)
    return found


def _read_places(session: Session) -> dict[str, Place]:
    """The cities of the tables; of several with one name the largest (Suzhou in Jiangsu)."""
    query = select(Place).where(Place.name.in_(_cities())).order_by(Place.population, Place.id)
    return {place.name: place for place in session.scalars(query)}


def _cities() -> list[str]:
    homes = [city for group in GROUPS for weights in group.homes.values() for city in weights]
    return sorted({*homes, *(club.city for club in CLUBS)})
