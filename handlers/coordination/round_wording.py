"""Matching rounds in the coordinator's words: who takes part, the figures, and why two people fit."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_percent
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, language, listed, locale, ngettext, number
from bot.domain.matching import Format, Mentee, Mentor, Reasons, explain
from bot.domain.pairing import Figures, Obstacle
from db import mentors, places, rounds
from db.models.members import Member
from db.models.mentoring import MatchRound
from db.rounds import State
from handlers.mentoring.wording import format_names, language_names, topic_words
from handlers.segments.naming import describe

DIGITS = 2


def fit_of(worth: float) -> str:
    """How well two fit, from 0 to 1."""
    return number(worth, DIGITS)


def card_lines(session: Session, row: MatchRound) -> list[Markup]:
    """A round: who takes part, how far it is, what came of it."""
    lines = [Markup("<b>{}</b>").format(row.name), *_pool_lines(session, row), Markup("")]
    if row.state == State.COMPUTING:
        return [*lines, _("The pairs are being computed. You are told when they are ready.")]
    if row.state == State.FAILED:
        return [*lines, _("The pairs could not be computed. Please make the round again.")]
    lines += _figure_lines(row.figures or {})
    return [*lines, *(_changed_lines(session, row) if row.state == State.READY else _progress_lines(session, row))]


def _pool_lines(session: Session, row: MatchRound) -> list[Markup]:
    try:
        pool = rounds.pool_of(row)
    except ValueError:
        who = [_("Mentees: a group that this version of the program cannot read.")]
    else:
        who = describe(session, pool) if pool is not None else [_("Mentees: everybody who is looking")]
    formats = format_names()
    return [*who, *([_("Format: {format}").format(format=formats[Format(row.format)])] if row.format else [])]


def pairs_line(figures: Mapping[str, Any]) -> Markup:
    """How many pairs, beside first-come matching; nothing where there are no figures."""
    both = _both(figures)
    if both is None:
        return Markup("")
    return _("Pairs: {pairs} for {mentees} mentees (first come: {others}).").format(
        pairs=number(both[0].pairs), mentees=number(both[0].mentees), others=number(both[1].pairs)
    )


def _both(figures: Mapping[str, Any]) -> tuple[Figures, Figures] | None:
    if "ours" not in figures or "first_come" not in figures:
        return None
    return Figures.from_json(figures["ours"]), Figures.from_json(figures["first_come"])


def _figure_lines(figures: Mapping[str, Any]) -> list[Markup]:
    both = _both(figures)
    if both is None:
        return []
    ours, others = both
    quality = _(
        "Across cohorts {cohorts} ({old_cohorts}), across regions {regions} ({old_regions}), mean fit {fit} "
        "({old_fit})."
    )
    load = _("Mentors with a mentee: {mentors} ({old_mentors}), at most {most} ({old_most}) each.")
    return [
        pairs_line(figures),
        quality.format(
            cohorts=_share(ours.cohorts),
            old_cohorts=_share(others.cohorts),
            regions=_share(ours.regions),
            old_regions=_share(others.regions),
            fit=fit_of(ours.worth),
            old_fit=fit_of(others.worth),
        ),
        load.format(
            mentors=number(ours.mentors),
            old_mentors=number(others.mentors),
            most=number(ours.most),
            old_most=number(others.most),
        ),
        _("In brackets: the same figures, first come, first served. Fit is from 0 to 1."),
    ]


def _share(part: float) -> str:
    return format_percent(part, locale=locale())


def _changed_lines(session: Session, row: MatchRound) -> list[Markup]:
    """What it is now, where somebody changed pairs."""
    count, mean, by_hand = rounds.tally(session, row.id)
    both = _both(row.figures or {})
    if both is None or (count == both[0].pairs and not by_hand):
        return []
    text = _("After changes by hand: pairs {pairs}, of these by hand {hand}, mean fit {fit}.")
    return [text.format(pairs=number(count), hand=number(by_hand), fit=fit_of(mean))]


def _progress_lines(session: Session, row: MatchRound) -> list[Markup]:
    """What became of the suggestions of a published round."""
    count, _mean, _by_hand = rounds.tally(session, row.id)
    states = rounds.answers(session, row.id)
    known = ("proposed", "asked", "accepted")
    ended = sum(n for state, n in states.items() if state not in known)
    shown = [
        (_("Still to be suggested: {n}"), count),
        (_("The mentee decides: {n}"), states.get("proposed", 0)),
        (_("The mentor decides: {n}"), states.get("asked", 0)),
        (_("Mentorships begun: {n}"), states.get("accepted", 0)),
        (_("Did not come about: {n}"), ended),
    ]
    lines = [sentence.format(n=number(n)) for sentence, n in shown if n]
    return [Markup(""), *lines, *left_out_lines((row.figures or {}).get("left", {}))]


def left_out_lines(left: Mapping[str, int]) -> list[Markup]:
    """How many pairs are left out, and why."""
    reasons = {
        Obstacle.SEEKER: _("Left out, because the mentee no longer looks or is waiting for somebody else: {n}"),
        Obstacle.MENTOR: _("Left out, because the mentor cannot be asked at present: {n}"),
        Obstacle.UNFIT: _("Left out, because the two no longer fit together: {n}"),
    }
    return [sentence.format(n=number(left[why])) for why, sentence in reasons.items() if left.get(why)]


# --- a pair --------------------------------------------------------------------------------------------------------


def person_line(session: Session, member: int, cohort: int | None) -> Markup:
    """Name, city and cohort; coordinators see what was registered."""
    row = session.get(Member, member)
    if row is None:
        return Markup("–")
    place = places.load_place(session, row.place_id) if row.place_id else None
    city = places.name_place(place, language()) if place else None
    parts = [part for part in (city, str(cohort) if cohort else None) if part]
    name = f"{row.full_name} ({row.other_name})" if row.other_name else row.full_name
    return Markup("<b>{}</b>{}").format(name, f" · {' · '.join(parts)}" if parts else "")


def reason_lines(session: Session, mentee: Mentee, mentor: Mentor) -> list[Markup]:
    """Why two fit, with all that is known."""
    reasons = explain(mentee, mentor)
    row = mentors.load(session, mentor.id)
    topics = topic_words(session, reasons.topics, row.free_topics if row else ())
    return [
        _("In common: {topics}").format(topics=listed(topics)),
        _("Languages: {languages}").format(languages=language_names(reasons.languages)),
        *([_years(reasons.ahead)] if reasons.ahead is not None else []),
        *_distance(reasons),
    ]


def _years(ahead: int) -> Markup:
    if ahead == 0:
        return _("Of the same cohort")
    if ahead > 0:
        return ngettext("The mentor is {n} year ahead", "The mentor is {n} years ahead", ahead).format(n=number(ahead))
    return ngettext("The mentor is {n} year behind", "The mentor is {n} years behind", -ahead).format(n=number(-ahead))


def _distance(reasons: Reasons) -> list[Markup]:
    if reasons.other_country is None:
        return []
    if reasons.other_country:
        return [_("In different countries")]
    return [_("In different regions") if reasons.other_region else _("In the same region")]
