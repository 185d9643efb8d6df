"""Coordinators see what was answered: of anonymous surveys from five answers on, in steps of at least five, and small
groups never; of others also who answered what."""

from datetime import date
from random import SystemRandom
from typing import Any

from babel.dates import format_skeleton
from markupsafe import Markup

from bot.conversation.i18n import _, labelled, language, locale, ngettext, number
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Recipe, Reply, Rows, leaves, shorten
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.questionnaires import Asked, Kind, Tally, tally
from bot.drawing.data import Answers, Bar, Drawing, Section
from db import questionnaires, scopes, surveys
from db.models.surveys import Questionnaire, Survey
from handlers.surveys.asking import option_of, told
from handlers.surveys.building import find_or_refuse, ways_on
from handlers.surveys.buttons import OpenSurvey, ReadAnswers, ShowAnswers, TakeAnswers
from handlers.surveys.naming import title_of, until_when, words_of

# A taller picture becomes small in a chat. Own words have one of their own.
IN_A_PICTURE = 3
LONGEST_READ = 140


def show(turn: Turn, tap: ShowAnswers) -> Outcome:
    """Pictures of all answers; of an anonymous survey the same ones until five more have come."""
    row = find_or_refuse(turn, tap.questionnaire)
    survey = _survey_or_refuse(turn, row)
    if not _publish(turn, row, survey):
        text = _("Results are shown from five answers on.") if row.anonymous else _("Nobody has answered yet.")
        return Reply(text, _back(row))
    alt = _("Answers to the survey: {title}").format(title=title_of(row))
    pictures = [
        Reply(
            alt, picture=Recipe("answers", "answers.png", {"survey": row.id, "places": some, "alt": str(alt)}), new=True
        )
        for some in _pictures(questionnaires.questions_of(row))
    ]
    return [*pictures, Reply(_note(row, survey), _back(row), new=True)]


def _note(row: Questionnaire, survey: Survey) -> Markup:
    """Whether there is more to come."""
    if survey.closed_at is not None:
        return _("The survey has closed: these results are final.")
    if row.anonymous:
        return _("The results are updated in steps of at least five answers.")
    return _("Those are all answers so far.")


def _pictures(asked: list[Asked]) -> list[list[int]]:
    """Which questions stand on the same one."""
    found: list[list[int]] = []
    for place, one in enumerate(asked):
        alone = not place or Kind.TEXT in (one.kind, asked[place - 1].kind)
        if alone or len(found[-1]) == IN_A_PICTURE:
            found.append([])
        found[-1].append(place)
    return found


def _survey_or_refuse(turn: Turn, row: Questionnaire) -> Survey:
    survey = questionnaires.survey_of(turn.session, row)
    if survey is None:
        raise Refused(Reply(_("This survey has not begun, so there are no answers."), _back(row)))
    return survey


def _publish(turn: Turn, row: Questionnaire, survey: Survey) -> int | None:
    """How many answers there are to be shown. Nothing is noted: a time of it would divide who answered into earlier
    and later."""
    if row.anonymous:
        return surveys.publish(turn.session, survey.id)
    return questionnaires.count_answered(turn.session, row)


def _back(row: Questionnaire) -> Rows:
    by_name = () if row.anonymous or row.survey_id is None else (Button(_("Answer by answer"), ReadAnswers(row.id)),)
    taken = () if row.survey_id is None else (Button(_("Export"), TakeAnswers(row.id)),)
    return ((*by_name, *taken), (Button(_("Back"), OpenSurvey(row.id)),), *ways_on())


# --- the picture -----------------------------------------------------------------------------------------------


def answers_to(at: Composing, questionnaire: int) -> tuple[Questionnaire, list[dict[str, Any]]]:
    """A survey and what may be shown of it, for who answers for everybody in it at this moment; in random order."""
    row = questionnaires.find(at.session, questionnaire)
    assert row is not None
    assert row.survey_id is not None
    assert questionnaires.may_see(scopes.scope_of(at.session, at.member.id), row)
    if row.anonymous:
        return row, surveys.published(at.session, row.survey_id)
    return row, [content for _member, content in surveys.named_answers(at.session, row.survey_id)]


def draw(at: Composing, params: dict[str, Any]) -> Made | ToDraw:
    row, ballots = answers_to(at, params["survey"])
    survey = questionnaires.survey_of(at.session, row)
    assert survey is not None
    asked = questionnaires.questions_of(row)
    data: Answers = {
        "title": title_of(row),
        "subtitle": [_answered(at, survey, len(ballots)), str(until_when(survey))],
        "sections": [_section(row, place + 1, asked[place], ballots) for place in params["places"]],
        "suppressed": str(_("not shown")),
        "more": str(_("… and {count} more")),
        "footer": str(_footer(row)),
    }
    return ToDraw("answers.png", Drawing.ANSWERS, data)


def _answered(at: Composing, survey: Survey, answers: int) -> str:
    """Answers of people who were erased since still count, their having been asked does not."""
    asked = max(surveys.asked(at.session, survey.id), answers, 1)
    text = ngettext("{n} answer, {share} % of those asked", "{n} answers, {share} % of those asked", answers)
    return str(text.format(n=number(answers), share=round(100 * answers / asked)))


def _footer(row: Questionnaire) -> Markup:
    if row.anonymous:
        return _("Anonymous answers, in steps of five. Hatched: kept back to protect those who answered.")
    return _("Answers with names, put together.")


def _section(row: Questionnaire, place: int, asked: Asked, ballots: list[dict[str, Any]]) -> Section:
    found = tally(asked, ballots, anonymous=row.anonymous)
    quotes = list(found.texts)
    # Shuffled by themselves, so that two words of one ballot do not stand at the same place.
    SystemRandom().shuffle(quotes)
    return {
        "title": f"{place}. {words_of(asked)}",
        "notes": [str(line) for line in notes_of(asked, found)],
        "bars": bars_of(asked, found),
        "quotes": quotes,
    }


def notes_of(asked: Asked, found: Tally) -> list[Markup]:
    """How many answered a question, and what is in the middle."""
    if found.people is None:
        return [_("Fewer than five answered this question.")]
    lines = [ngettext("{n} answer", "{n} answers", found.people).format(n=number(found.people))]
    if found.mean is not None:
        lines.append(_("Mean: {mean}").format(mean=number(found.mean, 1)))
    if found.quartiles is not None:
        first, middle, last = (number(each, 1) for each in found.quartiles)
        lines.append(
            _("The middle half: {first} to {last} · median: {middle}").format(first=first, last=last, middle=middle)
        )
    if asked.ends:
        low, high = (end.get(language()) or next(iter(end.values())) for end in asked.ends)
        lines.append(Markup("{} · {}").format(labelled(asked.least, low), labelled(asked.most, high)))
    return lines


def bars_of(asked: Asked, found: Tally) -> list[Bar]:
    """How many gave which answer; None where that is kept back."""
    if asked.kind is Kind.NUMBER:
        return [{"label": f"{number(each.first)}–{number(each.last)}", "value": each.people} for each in found.spans]
    return [{"label": _label(asked, each), "value": people} for each, people in found.counts.items()]


def _label(asked: Asked, counted: str) -> str:
    if asked.kind.has_options:
        return option_of(asked, counted, language())
    if asked.kind is Kind.DATE and "-" in counted:
        return format_skeleton("yMMMM", date.fromisoformat(f"{counted}-01"), locale=locale())
    return counted


# --- by name ---------------------------------------------------------------------------------------------------


def read(turn: Turn, tap: ReadAnswers) -> Reply:
    """One person's answers a page. That they were read, the person can see."""
    row = find_or_refuse(turn, tap.questionnaire)
    survey = _survey_or_refuse(turn, row)
    if row.anonymous:
        raise Refused(Reply(_("This survey is anonymous: nobody knows who answered what."), _back(row)))
    answered = questionnaires.count_answered(turn.session, row)
    if not answered:
        return Reply(_("Nobody has answered yet."), _back(row))
    page = min(max(tap.page, 0), answered - 1)
    member, content = surveys.named_answer_at(turn.session, survey.id, page)
    turn.record("survey_answers_read", member.number, questionnaire=row.id)
    head = _("<b>{name}</b> ({n} of {all})").format(name=member.full_name, n=page + 1, all=answered)
    lines = [_line(asked, content.get(asked.key)) for asked in questionnaires.questions_of(row)]
    pages = leaves(lambda to: ReadAnswers(row.id, to), page, more=page + 1 < answered)
    return Reply(Markup("\n").join([head, *lines]), (*pages, (Button(_("Back"), OpenSurvey(row.id)),)))


def _line(asked: Asked, value: Any) -> Markup:
    words, said = shorten(words_of(asked), 40), shorten(told(asked, value, language()), LONGEST_READ)
    return Markup("{}\n<b>{}</b>").format(words, said)


def register(router: Router) -> None:
    router.tap(ShowAnswers, show, gate=Gate.COORDINATOR)
    router.tap(ReadAnswers, read, gate=Gate.COORDINATOR)
    router.maker("answers", draw)
