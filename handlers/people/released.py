"""A member in the reader's words: the name, and what they opened to this reader."""

from markupsafe import Markup

from bot.conversation.i18n import _, language, listed, named
from db import places
from db.directory import Released
from db.models.lists import Institution, Programme
from db.models.members import Affiliation


def full_name_of(person: Released) -> str:
    """The name as they write it, with the second script beside it."""
    return f"{person.full_name} ({person.other_name})" if person.other_name else person.full_name


def lines_about(person: Released) -> list[Markup]:
    """One line for each thing opened to the reader; the name is not among them."""
    city = places.name_place(person.place, language()) if person.place else None
    work = [word for word in (person.function, person.employer) if word]
    return [
        *([_("Lives in {city}").format(city=city)] if city else []),
        *(_studied(*each) for each in person.studies),
        *([_("Works on: {topics}").format(topics=listed([named(topic.names) for topic in person.topics]))]
          if person.topics else []),
        *([_("Work: {work}").format(work=" · ".join(work))] if work else []),
    ]  # fmt: skip


def _studied(affiliation: Affiliation, institution: Institution, programme: Programme | None) -> Markup:
    years = "–".join(str(year) for year in (affiliation.from_year, affiliation.to_year) if year)
    where = named(institution.names)
    what = f"{where} · {named(programme.names)}" if programme else where
    return Markup("{}").format(f"{what} ({years})" if years else what)
