"""A member in the reader's words: the name, and what they opened to this reader."""

from markupsafe import Markup

from bot.conversation.i18n import _, language, listed, named
from db import places
from db.directory import Released
from db.members import Studied
from handlers.cohorts import name_parts, name_time


def full_name_of(person: Released) -> str:
    """The name as they write it, with the second script beside it."""
    return f"{person.full_name} ({person.other_name})" if person.other_name else person.full_name


def lines_about(person: Released) -> list[Markup]:
    """One line for each thing opened to the reader; the name is not among them."""
    city = places.name_place(person.place, language()) if person.place else None
    work = [word for word in (person.function, person.employer) if word]
    return [
        *([_("Lives in {city}").format(city=city)] if city else []),
        *(_studied(each) for each in person.studies),
        *([_("Works on: {topics}").format(topics=listed([named(topic.names) for topic in person.topics]))]
          if person.topics else []),
        *([_("Work: {work}").format(work=" · ".join(work))] if work else []),
    ]  # fmt: skip


def _studied(studied: Studied) -> Markup:
    """ "TU Chemnitz · Mechanical engineering (2007–2012)" """
    parts = name_parts(studied)
    if studied.cohort is None and name_time(studied):
        parts[-2:] = [f"{parts[-2]} ({parts[-1]})"]
    return Markup("{}").format(" · ".join(parts))
