"""What the network does, in numbers: events and who came, mentoring, and what people say of events."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_skeleton
from markupsafe import Markup

from bot.conversation.i18n import _, locale, ngettext, number, pgettext
from bot.domain.anonymity import MIN, nps
from bot.domain.small_cells import alone, at_least, in_steps, keep_back
from db import statistics
from db.statistics import Answered, Said
from handlers.events.surveying import STATEMENTS, statement_texts
from handlers.statistics.figures import Asked, Figures, Titled, in_a_row, of_numbers, of_parts, say

QUARTERS = 4
A_YEAR = timedelta(days=365)
RECOMMEND = "recommend"
# Of a question, which values are good, neither, and not good.
LEVELS = {RECOMMEND: (range(9, 11), range(7, 9), range(7))} | dict.fromkeys(
    STATEMENTS, (range(4, 6), range(3, 4), range(1, 3))
)
Quarter = tuple[int, int]


def events(asked: Asked, _most: int | None) -> Figures | None:
    """How people answered events that are over, and who came, by quarter."""
    since = _begin_of(asked.now)
    found = _by_quarter(statistics.answers(asked.session, asked.scope, since, asked.now))
    if not found:
        return None
    fields = ("came", "said_yes", "maybe", "declined", "missed")
    counts = {(quarter, part): getattr(each, part) for quarter, each in found.items() for part in fields}
    shown = keep_back(counts)
    held = sum(each.events for each in found.values())
    came = at_least(shown[quarter, "came"] for quarter in found)
    sentence = ngettext(
        "{n} event within four quarters; members came at least {came} times.",
        "{n} events within four quarters; members came at least {came} times.",
        held,
    ).format(n=number(held), came=number(came))
    parts = (
        pgettext("statistics", "Came"),
        pgettext("statistics", "Said yes, nobody checked in"),
        pgettext("statistics", "Maybe"),
        pgettext("statistics", "Declined"),
        pgettext("statistics", "Expected, did not come"),
    )
    rows = {
        _name_quarter(quarter, each.events): [shown[quarter, part] for part in fields]
        for quarter, each in found.items()
    }
    return of_parts(asked, Titled(_("Events, answers, attendance"), sentence), parts, rows)


def _begin_of(now: datetime) -> datetime:
    """The first of so many quarters (of UTC), of which this one is the last."""
    first = now.year * 4 + (now.month - 1) // 3 - QUARTERS + 1
    return datetime(first // 4, first % 4 * 3 + 1, 1, tzinfo=UTC)


def _by_quarter(months: dict[tuple[int, int], Answered]) -> dict[Quarter, Answered]:
    """Added up, in their order."""
    found: dict[Quarter, list[Answered]] = defaultdict(list)
    for (year, month), answered in sorted(months.items()):
        found[year, (month - 1) // 3].append(answered)
    return {quarter: Answered(*map(sum, zip(*each, strict=True))) for quarter, each in found.items()}


def _name_quarter(quarter: Quarter, held: int) -> str:
    year, place = quarter
    name = format_skeleton("yQQQ", date(year, place * 3 + 1, 1), locale=locale())
    return str(ngettext("{quarter}: {n} event", "{quarter}: {n} events", held).format(quarter=name, n=number(held)))


def mentoring(asked: Asked, _most: int | None) -> Figures:
    """Each number by itself: none is a part of another."""
    found = statistics.mentoring(asked.session, asked.scope, asked.now - A_YEAR)
    numbers = {
        str(_("Mentors")): alone(found.mentors),
        str(_("Looking for a mentor")): alone(found.seeking),
        str(_("Mentorships at present")): alone(found.together),
        str(_("Mentorships that came to their end")): alone(found.finished),
        str(_("Requests accepted within a year")): alone(found.accepted),
        str(_("Requests declined or not answered within a year")): alone(found.not_accepted),
    }
    sentence = _("Mentors: {mentors}. Mentorships at present: {active}.").format(
        mentors=say(alone(found.mentors)), active=say(alone(found.together))
    )
    return of_numbers(asked, Titled(_("Mentoring in numbers"), sentence), numbers)


def surveys(at: Asked, _most: int | None) -> Figures | None:
    """What people said of events within a year, of all surveys together; each as far as it shows that by itself."""
    since = at.now - A_YEAR
    held, answered, asked = statistics.survey_returns(at.session, since)
    said = _shown_by_themselves(statistics.survey_answers(at.session, tuple(LEVELS), since))
    counts = _levels(said)
    if not counts:
        return None
    shown = {question: keep_back(counts[question]) for question in LEVELS if question in counts}
    texts = {RECOMMEND: _("Would you recommend such an event?"), **statement_texts()}
    parts = (
        pgettext("survey", "Agrees (4–5; would recommend: 9–10)"),
        pgettext("survey", "Neither (3; 7–8)"),
        pgettext("survey", "Does not agree (1–2; 0–6)"),
    )
    rows = {str(texts[question]): list(each.values()) for question, each in shown.items()}
    return of_parts(at, Titled(_("What people say of events"), _sentence(said, held, answered, asked)), parts, rows)


def _sentence(said: Iterable[Said], held: int, answered: int, asked: int) -> Markup:
    scores = [int(each.value) for each in said if each.question == RECOMMEND for _ballot in range(each.ballots)]
    sentence = ngettext(
        "{answers} anonymous answers to {n} survey within a year ({rate} % of those asked).",
        "{answers} anonymous answers to {n} surveys within a year ({rate} % of those asked).",
        held,
    ).format(answers=number(in_steps(answered)), n=number(held), rate=round(100 * answered / max(answered, asked, 1)))
    if len(scores) < MIN:
        return sentence
    return in_a_row(sentence, _("Net promoter score: {score}.").format(score=f"{nps(scores):+d}"))


def _shown_by_themselves(said: list[Said]) -> list[Said]:
    """Only of surveys in which five or more answered the question: else these numbers, less those of all other surveys,
    would be those of one that does not show them."""
    answered: Counter[tuple[int, str]] = Counter()
    for each in said:
        answered[each.survey, each.question] += each.ballots
    return [each for each in said if answered[each.survey, each.question] >= MIN]


def _levels(said: Iterable[Said]) -> dict[str, dict[int, int]]:
    """Question -> how many answers are good, neither, not good."""
    found: dict[str, dict[int, int]] = {}
    for each in said:
        levels = found.setdefault(each.question, dict.fromkeys(range(3), 0))
        place = next((n for n, values in enumerate(LEVELS[each.question]) if int(each.value) in values), None)
        if place is not None:
            levels[place] += each.ballots
    return found
