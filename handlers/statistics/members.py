"""Who the members are, in numbers: what they studied and when, where they live, their clubs, languages and doors, and
when they joined."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date, format_skeleton
from markupsafe import Markup
from sqlalchemy import select

from bot.conversation.i18n import _, language, locale, name_language, named, number
from bot.domain.small_cells import Folded, at_least, fold, keep_back
from bot.drawing.data import Month
from db import places, statistics
from db.models.clubs import Club
from db.models.lists import Institution, Programme
from db.statistics import Way
from handlers.statistics.figures import Asked, Figures, Titled, in_a_row, of_groups, of_months

SPAN = 5
MONTHS = 12
# Where provinces and states are told apart; of all other countries only the country is.
DIVIDED = ("CN", "DE")


def programmes(asked: Asked, most: int | None) -> Figures | None:
    folded = fold(statistics.by_programme(asked.session, asked.scope), most)
    if folded is None:
        return None
    names = _names_of_programmes(asked, folded.groups)
    words = Titled(
        _("Members by programme"),
        _largest(folded, names, lambda: _("Most members were in this programme: {name} ({n}).")),
        _("Whoever was in several counts in each."),
    )
    return of_groups(asked, words, folded, names)


def clubs(asked: Asked, most: int | None) -> Figures | None:
    folded = fold(statistics.by_club(asked.session, asked.scope), most)
    if folded is None:
        return None
    names = _names_of_clubs(asked, folded.groups)
    words = Titled(
        _("Members by club"),
        _largest(folded, names, lambda: _("The largest club is {name} ({n}).")),
        _("Whoever is in several counts in each."),
    )
    return of_groups(asked, words, folded, names)


def _names_of_programmes(asked: Asked, ids: Iterable[int]) -> dict[int, str]:
    """With the institution where two have programmes of the same name."""
    query = select(Programme.id, Programme.names, Institution.names).join(Institution)
    found = {
        row[0]: (named(row[1]), named(row[2])) for row in asked.session.execute(query.where(Programme.id.in_(ids)))
    }
    often = Counter(name for name, _institution in found.values())
    return {each: f"{name}, {house}" if often[name] > 1 else name for each, (name, house) in found.items()}


def _names_of_clubs(asked: Asked, ids: Iterable[int]) -> dict[int, str]:
    query = select(Club.id, Club.names).where(Club.id.in_(ids))
    return {row[0]: named(row[1]) for row in asked.session.execute(query)}


def _largest(folded: Folded[Any], names: Mapping[Any, str], sentence: Callable[[], Markup]) -> Markup:
    """What the sentence says of the largest group."""
    if not folded.groups:
        return _("Every single group here is too small to be shown.")
    largest = max(folded.groups, key=lambda group: folded.groups[group])
    return sentence().format(name=names[largest], n=number(folded.groups[largest]))


def provinces(asked: Asked, most: int | None) -> Figures | None:
    found: Counter[str] = Counter()
    for (country, region), people in statistics.by_place(asked.session, asked.scope).items():
        found[region if region and country in DIVIDED else country or ""] += people
    folded = fold(found, most)
    if folded is None:
        return None
    names = {code: _name_place(code) for code in folded.groups}
    words = Titled(
        _("Members by province and country"),
        _largest(folded, names, lambda: _("Most members live here: {name} ({n}).")),
    )
    return of_groups(asked, words, folded, names)


def _name_place(code: str) -> str:
    if not code:
        return str(_("No city given"))
    name = places.name_region(code, language()) if "-" in code else places.name_country(code, language())
    return name or code


def cohorts(asked: Asked, _most: int | None) -> Figures | None:
    """Five years each, in their order."""
    found: Counter[int] = Counter()
    for year, people in statistics.by_year(asked.session, asked.scope).items():
        found[year - year % SPAN] += people
    folded = fold(found)
    if folded is None:
        return None
    names = {first: f"{first}–{first + SPAN - 1}" for first in folded.groups}
    in_order = Folded(dict(sorted(folded.groups.items())), folded.rest, folded.total)
    words = Titled(
        _("Members by cohort"),
        _largest(folded, names, lambda: _("Most members left in the years {name} ({n}).")),
        _("Everybody counts once, by the last year known."),
    )
    return of_groups(asked, words, in_order, names)


def languages(asked: Asked, _most: int | None) -> Figures | None:
    folded = fold(statistics.by_language(asked.session, asked.scope))
    if folded is None:
        return None
    names = {tag: name_language(tag) for tag in folded.groups}
    words = Titled(
        _("Members by language"),
        _largest(folded, names, lambda: _("Most members read {name} ({n}).")),
    )
    return of_groups(asked, words, folded, names)


def doors(asked: Asked, _most: int | None) -> Figures | None:
    """By which doors people are reached, and who must not be written to."""
    found: Counter[str] = Counter()
    for way, people in statistics.by_way(asked.session, asked.scope).items():
        found[_name_of(way)] += people
    folded = fold(found)
    if folded is None:
        return None
    names = {
        "both": str(_("Telegram and the web")),
        "telegram": str(_("Telegram only")),
        "web": str(_("Only in the browser")),
        "none": str(_("No door")),
        "objected": str(_("Objected (/stop)")),
    }
    reached = at_least(folded.groups.get(each) for each in ("both", "telegram"))
    sentence = _(
        "At least {n} of {m} members are reached at once. Who has only the browser sees it at their next visit."
    )
    words = Titled(_("Doors and reach"), sentence.format(n=number(reached), m=number(folded.total)))
    return of_groups(asked, words, _in_order(folded, names), names)


def _in_order(folded: Folded[str], names: Mapping[str, str]) -> Folded[str]:
    groups = {each: folded.groups[each] for each in names if each in folded.groups}
    return Folded(groups, folded.rest, folded.total)


def _name_of(way: Way) -> str:
    if way.objected:
        return "objected"
    if way.telegram:
        return "both" if way.web else "telegram"
    return "web" if way.web else "none"


def joined(asked: Asked, _most: int | None) -> Figures:
    """The last twelve months, this one among them."""
    months = _last_months(asked.now)
    since = datetime(months[0].year, months[0].month, 1, tzinfo=UTC)
    found = statistics.joined(asked.session, asked.scope, since)
    shown = keep_back({month: found.get((month.year, month.month), 0) for month in months})
    known = {month: people for month, people in shown.items() if people}
    total = at_least(shown.values())
    sentence = _("At least {n} people joined within twelve months.").format(n=number(total))
    if known:
        most = max(known, key=lambda month: known[month])
        best = _("The most in a month: {n} ({month}).").format(n=number(known[most]), month=name_month(most))
        sentence = in_a_row(sentence, best)
    columns: list[Month] = [
        {
            "label": format_date(month, "LLL", locale=locale()),
            "year": format_skeleton("y", month, locale=locale()),
            "value": people,
            "shown": "" if people is None else number(people),
        }
        for month, people in shown.items()
    ]
    words = Titled(_("Joined by month"), sentence, _("By the day they were verified; this month is not over yet."))
    return of_months(asked, words, columns, [name_month(month) for month in shown])


def _last_months(now: datetime) -> list[date]:
    """The first days of the last twelve months (of UTC), this one at the end."""
    this = now.year * 12 + now.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(this - MONTHS + 1, this + 1)]


def name_month(month: date) -> str:
    """ "March 2026" """
    return format_skeleton("yMMMM", month, locale=locale())
