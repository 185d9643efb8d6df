"""A draft becomes a survey that asks: after what speaks against it is said, and how many it asks. What runs can be
ended before its last day."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.i18n import _, ngettext, number
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Refused, Turn
from bot.domain.anonymity import MIN
from db import questionnaires, scopes, surveys
from db.announcements import Crowd
from db.models.surveys import Questionnaire, Survey
from handlers.surveys.building import (
    audience_lines,
    crowds_of,
    draft_card,
    find_or_refuse,
    question_lines,
    ways_on,
)
from handlers.surveys.buttons import AddQuestion, BeginSurvey, ChangeSurvey, EndSurvey, OpenSurvey, ShowAnswers
from handlers.surveys.naming import complete_languages, foreign_lines, missing_lines, title_of, until_when


def open_survey(turn: Turn, tap: OpenSurvey) -> Reply:
    """The draft, or how it goes."""
    return show_card(turn, find_or_refuse(turn, tap.questionnaire))


def show_card(turn: Turn, row: Questionnaire, note: Markup | None = None) -> Reply:
    survey = questionnaires.survey_of(turn.session, row)
    return draft_card(turn, row, note) if survey is None else _running_card(turn, row, survey, note)


def _running_card(turn: Turn, row: Questionnaire, survey: Survey, note: Markup | None) -> Reply:
    """What was asked, of how many, until when. How many have answered anonymously is told in steps, like what."""
    lines = [
        *([note, Markup("")] if note is not None else []),
        Markup("<b>{}</b>").format(title_of(row)),
        _("Anonymous") if row.anonymous else _("With names"),
        *audience_lines(turn, row),
        until_when(survey),
        *_count_lines(turn, row, survey),
        Markup(""),
        *question_lines(questionnaires.questions_of(row)),
    ]
    end = (Button(_("End it now"), EndSurvey(row.id)),) if surveys.is_open(survey, turn.now) else ()
    return Reply(Markup("\n").join(lines), ((Button(_("Results"), ShowAnswers(row.id)), *end), *ways_on()))


def _count_lines(turn: Turn, row: Questionnaire, survey: Survey) -> list[Markup]:
    asked = surveys.asked(turn.session, survey.id)
    line = ngettext("{n} person was asked.", "{n} people were asked.", asked).format(n=number(asked))
    if row.planned_at is None:
        line = _("The invitations are being prepared.")
    if row.anonymous:
        return [line]
    answered = questionnaires.count_answered(turn.session, row)
    return [line, ngettext("{n} answer so far.", "{n} answers so far.", answered).format(n=number(answered))]


# --- opening ---------------------------------------------------------------------------------------------------


def begin(turn: Turn, tap: BeginSurvey) -> Reply:
    """Everything that speaks against it is said; then it asks. Begun twice is begun once."""
    row = find_or_refuse(turn, tap.questionnaire, lock=True)
    if row.survey_id is not None:
        return show_card(turn, row, _("It has begun already."))
    crowds = crowds_of(turn, row)
    fault = _fault(turn, row, crowds)
    if fault is not None:
        raise Refused(fault)
    doubts = _doubts(row, crowds)
    accepted = max(tap.accepted, 0)
    if accepted < len(doubts):
        return _ask_about(row, doubts[accepted], accepted + 1, last=accepted + 1 == len(doubts))
    if sum(crowd.people for crowd in crowds) > turn.house.confirmed_above and row.asked_by in (None, turn.me.number):
        return _ask_second(turn, row)
    questionnaires.open_it(turn.session, row, turn.me.number, turn.me.zone, turn.now)
    turn.record("questionnaire_opened", questionnaire=row.id)
    return show_card(turn, row, _("It has begun: the invitations go out now, to each outside their quiet hours."))


def _fault(turn: Turn, row: Questionnaire, crowds: list[Crowd]) -> Reply | None:
    """Why it cannot begin at all, with the way on."""
    change, add = Button(_("Change"), ChangeSurvey(row.id)), Button(_("+ Question"), AddQuestion(row.id))
    ends = questionnaires.end_of(row.last_day, turn.me.zone)
    if not row.questions:
        return _no(row, _("There is no question yet. Please add one first."), add)
    if not complete_languages(row):
        text = _("There is no language yet in which nothing is missing.")
        return _no(row, Markup("\n").join([text, *missing_lines(row)]), change)
    if not crowds:
        return _no(row, _("There is nobody in this group who may be asked. Please choose another."), change)
    if ends <= turn.now:
        day = long_day(row.last_day)
        return _no(row, _("Its last day, {day}, has passed. Please choose a later one.").format(day=day), change)
    if row.remind_after and questionnaires.reminder_at(row, turn.now) >= ends:
        text = _("The reminder would come after the last day. Please choose an earlier one, or a later last day.")
        return _no(row, text, change)
    return None


def _no(row: Questionnaire, text: Markup, way_on: Button) -> Reply:
    return Reply(text, ((way_on, Button(_("Back"), OpenSurvey(row.id))),))


def _doubts(row: Questionnaire, crowds: list[Crowd]) -> list[Markup]:
    """What its author should decide knowingly; last, that it is to begin."""
    foreign = foreign_lines(row, crowds)
    gate = [Markup("\n").join([*foreign, *missing_lines(row), _("Add their language, or ask them in another?")])]
    people = sum(crowd.people for crowd in crowds)
    who = ngettext("<b>This asks {n} person.</b>", "<b>This asks {n} people.</b>", people).format(n=number(people))
    fixed = _("Once it has begun, neither its questions can be changed nor whether it is anonymous. Begin?")
    mode = _("It is anonymous.") if row.anonymous else _("You and coordinators with your scope see who answered what.")
    few = _("Fewer than five are asked, so there will be no results: they are shown from five answers on.")
    lines = [who, mode, *([few] if row.anonymous and people < MIN else []), fixed]
    return [*(gate if foreign else []), Markup("\n").join(lines)]


def _ask_about(row: Questionnaire, doubt: Markup, accepted: int, *, last: bool) -> Reply:
    label = _("Begin to ask") if last else _("Ask in another language")
    go_on, change = Button(label, BeginSurvey(row.id, accepted)), Button(_("Change"), ChangeSurvey(row.id))
    return Reply(doubt, ((go_on, change), (Button(_("Back"), OpenSurvey(row.id)),)))


def _ask_second(turn: Turn, row: Questionnaire) -> Reply:
    """Those who are asked begin it by the same button."""
    others = questionnaires.others_for(turn.session, row, turn.me.id)
    limit = number(turn.house.confirmed_above)
    if not others:
        text = _("More than {n} people would be asked, so a second coordinator must agree, and there is none yet.")
        raise Refused(draft_card(turn, row, text.format(n=limit)))
    if row.asked_by is None:
        row.asked_by = turn.me.number
        turn.record("questionnaire_asked", questionnaire=row.id)
        for each in others:
            turn.notify(each, ToBegin(row.id, int(turn.now.timestamp())))
    text = _("More than {n} people would be asked, so a second coordinator must begin it. They have been told.")
    return draft_card(turn, row, text.format(n=limit))


@dataclass(frozen=True, slots=True)
class ToBegin(Notice, kind="questionnaire_to_begin"):
    """A second coordinator is asked. `at` names the occasion: changed and asked again is another one."""

    questionnaire: int
    at: int

    def compose(self, at: Composing) -> Reply | None:
        row = questionnaires.find(at.session, self.questionnaire)
        if row is None or row.survey_id is not None or row.asked_by is None:
            return None
        if not questionnaires.may_see(scopes.scope_of(at.session, at.member.id), row):
            return None
        text = _("A survey to many people needs a second coordinator. Would you look at it, and begin it? {title}")
        look = Button(_("Look at it"), OpenSurvey(row.id))
        return Reply(text.format(title=title_of(row)), column(look, Button(_("Menu"), Go("menu"))))


# --- ending ----------------------------------------------------------------------------------------------------


def end(turn: Turn, tap: EndSurvey) -> Reply:
    """Asks once."""
    row = find_or_refuse(turn, tap.questionnaire, lock=True)
    survey = questionnaires.survey_of(turn.session, row)
    if survey is None or survey.closed_at is not None:
        return show_card(turn, row)
    if not tap.sure:
        text = _("<b>End “{title}” now?</b> Nobody can answer it any more then, and it cannot be opened again.")
        rows: Rows = ((Button(_("End it now"), EndSurvey(row.id, True)), Button(_("Back"), OpenSurvey(row.id))),)
        return Reply(text.format(title=title_of(row)), rows)
    questionnaires.close(turn.session, row, turn.now)
    turn.record("questionnaire_ended", questionnaire=row.id)
    return show_card(turn, row, _("It has ended. Thank you for asking!"))


def register(router: Router) -> None:
    router.tap(OpenSurvey, open_survey, gate=Gate.COORDINATOR)
    router.tap(BeginSurvey, begin, gate=Gate.COORDINATOR)
    router.tap(EndSurvey, end, gate=Gate.COORDINATOR)
    router.notice(ToBegin)
