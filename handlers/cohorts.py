"""Named cohorts of a programme: how they read, and the question which one somebody was in. Choosing one answers the
question for the years, too; whoever is in none of them writes the years."""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.checks import check_choice
from bot.conversation.i18n import _, named
from bot.conversation.questions import Answers, Asking, Choice, Question
from db import lists, members
from db.members import Studied
from db.models.lists import Cohort

NONE = "0"
# Among the answers of a form: whether the programme has cohorts to choose from.
HAS_COHORTS = "_cohorts"


# --- how they read ---------------------------------------------------------------------------------------------


def name_years(cohort: Cohort) -> str:
    return "–".join(str(year) for year in (cohort.from_year, cohort.to_year) if year)


def name_cohort(cohort: Cohort) -> str:
    """ "Cohort 12 (2013–2014)"; a name that says the years by itself stays alone."""
    name, years = str(named(cohort.names)), name_years(cohort)
    return name if years in name else f"{name} ({years})"


def name_time(studied: Studied) -> str:
    """When somebody was there: their cohort, else their years; empty where nothing is known."""
    if studied.cohort is not None:
        return name_cohort(studied.cohort)
    years = (studied.affiliation.from_year, studied.affiliation.to_year)
    return "–".join(str(year) for year in years if year)


def name_parts(studied: Studied) -> list[str]:
    """Institution, programme, and cohort or years, as far as they are known."""
    where = [studied.institution, *([studied.programme] if studied.programme else [])]
    return [*(str(named(row.names)) for row in where), *filter(None, [name_time(studied)])]


def describe_studies(session: Session, member: int) -> list[Markup]:
    """A line for each time at an institution."""
    return [Markup(" · ").join(name_parts(studied)) for studied in members.affiliations_of(session, member)]


# --- the question ----------------------------------------------------------------------------------------------


def note_cohorts(session: Session, answers: Answers) -> Answers:
    """The answers, with a note whether the programme has cohorts that can be chosen, or one was."""
    programme = answers.get("programme") or NONE
    chosen = answers.get("cohort") not in (None, NONE)
    return {**answers, HAS_COHORTS: chosen or bool(lists.cohorts(session, int(programme)))}


def keep_note(asking: Asking, programme: Any) -> None:
    """The programme was answered."""
    asking.answers[HAS_COHORTS] = bool(lists.cohorts(asking.turn.session, int(programme)))


def _held(asking: Asking) -> Cohort | None:
    """The cohort of this programme that was answered: it is theirs to keep, though it may be closed by now."""
    value = asking.answers.get("cohort") or NONE
    row = asking.turn.session.get(Cohort, int(value))
    return row if row is not None and str(row.programme_id) == asking.answers.get("programme") else None


def _cohorts(asking: Asking) -> list[Choice]:
    rows, held = lists.cohorts(asking.turn.session, int(asking.answers.get("programme") or NONE)), _held(asking)
    if held is not None and held not in rows:
        rows.append(held)
    return [*(Choice(str(row.id), name_cohort(row)) for row in rows), Choice(NONE, _("Not here: I write the years"))]


def _show(asking: Asking, _value: Any) -> str:
    held = _held(asking)
    return name_cohort(held) if held is not None else "–"


def writes_years(answers: Answers) -> bool:
    """Whether the years are asked for: the cohort does not say them."""
    return not answers.get(HAS_COHORTS) or answers.get("cohort") in (None, NONE)


def _prompt(_asking: Asking) -> Markup:
    return _("Which cohort were you in? If it is not here, please write your years instead.")


COHORT = Question(
    name="cohort",
    label=lambda: _("Cohort"),
    prompt=_prompt,
    check=check_choice(_cohorts),
    choices=_cohorts,
    show=_show,
    when=lambda answers: bool(answers.get(HAS_COHORTS)),
    builds_on="programme",
    per_page=12,
)
