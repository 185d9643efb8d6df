"""Members as rows of a table, in the words of whoever takes it away, and as objects for programs."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.conversation.i18n import _, language, named, pgettext
from bot.domain.exports import Part
from bot.drawing.data import Cell
from db import places
from db.exports import Person, Studied
from handlers.registration.naming import relation_names


def header(parts: Sequence[Part]) -> list[str]:
    return [str(name) for part in parts for name in _columns()[part]]


def _columns() -> dict[Part, tuple[str, ...]]:
    return {
        Part.NAME: (_("Name"), _("Name in another script"), _("Form of address")),
        Part.STUDIES: (pgettext("export", "Studies and years"), pgettext("export", "Cohort")),
        Part.RELATION: (pgettext("export", "Relation to us"),),
        Part.TOPICS: (pgettext("export", "Professional focus"),),
        Part.PLACE: (pgettext("export", "City"), pgettext("export", "Province"), pgettext("export", "Country")),
        Part.WORK: (pgettext("export", "Function"), pgettext("export", "Employer")),
        Part.LANGUAGE: (pgettext("export", "Language"),),
    }


def rows(people: Sequence[Person], parts: Sequence[Part]) -> list[list[Cell]]:
    relations = {str(relation): str(name) for relation, name in relation_names().items()}
    cells: dict[Part, Callable[[Person], list[Cell]]] = {
        Part.NAME: lambda person: [person.name or "", person.other_name or "", person.addressed_as or ""],
        Part.STUDIES: lambda person: [
            "; ".join(studied_text(each) for each in person.studies),
            "; ".join(named(each.cohort) for each in person.studies if each.cohort),
        ],
        Part.RELATION: lambda person: ["; ".join(relations.get(each, each) for each in person.relations)],
        Part.TOPICS: lambda person: ["; ".join(named(names) for names in person.topics)],
        Part.PLACE: _lives,
        Part.WORK: lambda person: [person.function or "", person.employer or ""],
        Part.LANGUAGE: lambda person: [person.language or ""],
    }
    return [[cell for part in parts for cell in cells[part](person)] for person in people]


def studied_text(each: Studied) -> str:
    """Such as "TU Chemnitz, Mechanical engineering, 2007–2012" """
    where = [named(each.institution), *([named(each.programme)] if each.programme else [])]
    years = "–".join(str(year) for year in (each.from_year, each.to_year) if year is not None)
    return ", ".join([*where, *([years] if years else [])])


def _lives(person: Person) -> list[Cell]:
    place = person.place
    if place is None:
        return ["", "", ""]
    spoken = language()
    region = places.name_region(place.region, spoken) or ""
    return [places.name_place(place, spoken), region, places.name_country(place.country, spoken)]


def as_object(person: Person, parts: Sequence[Part]) -> dict[str, Any]:
    """Keys in English and codes instead of names where there are any, whoever reads it."""
    place = person.place
    found: dict[Part, dict[str, Any]] = {
        Part.NAME: {"name": person.name, "other_name": person.other_name, "addressed_as": person.addressed_as},
        Part.STUDIES: {"studies": [each._asdict() for each in person.studies]},
        Part.RELATION: {"relations": list(person.relations)},
        Part.TOPICS: {"topics": list(person.topics)},
        Part.PLACE: {"place": place and {"name": place.name, "region": place.region, "country": place.country}},
        Part.WORK: {"function": person.function, "employer": person.employer},
        Part.LANGUAGE: {"language": person.language},
    }
    return {key: value for part in parts for key, value in found[part].items()}
