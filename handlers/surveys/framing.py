"""The frame of a survey by one form: its title in the languages it is asked in, whom it asks, with or without names,
until when. What is answered sensibly already stands on the last card."""

from datetime import date, timedelta

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import LANGUAGES, _, language, ngettext, number, zone
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import EVERYONE, Audience, By, Condition
from bot.domain.scope import Scope
from db import audience, questionnaires, segments
from db.models.surveys import Questionnaire
from handlers.choices import SPOKEN
from handlers.segments.cards import audience_or_refuse
from handlers.surveys.building import draft_card, draft_or_refuse, ways_on
from handlers.surveys.buttons import ChangeSurvey, NewSurvey
from handlers.surveys.frame_questions import ANONYMOUS, EVERYBODY, NAMED, QUESTIONS
from handlers.surveys.recipients import those_asked

ID = "_questionnaire"
OPEN_FOR, REMINDED_AFTER = timedelta(days=14), 5


def begin_survey(turn: Turn, _tap: NewSurvey) -> Outcome:
    return forms.begin_about(turn, FRAMING, ID, {ID: None})


def change_survey(turn: Turn, tap: ChangeSurvey) -> Outcome:
    """Opens the last card of the form with the draft as it is."""
    row = draft_or_refuse(turn, tap.questionnaire)
    answers, to = _answers_of(row), _receiver_of(turn, row)
    return forms.begin_anew(turn, FRAMING, answers | ({"to": to} if to is not None else {}))


def _defaults(turn: Turn) -> Answers:
    last = turn.now.astimezone(zone()).date() + OPEN_FOR
    return {
        ID: None,
        SPOKEN: language(),
        "languages": [],
        "intro": None,
        "mode": ANONYMOUS,
        "day": last.isoformat(),
        "remind": str(REMINDED_AFTER),
    }


def _answers_of(row: Questionnaire) -> Answers:
    spoken = language() if language() in row.languages else row.languages[0]
    others = [tag for tag in row.languages if tag != spoken]
    return {
        ID: row.id,
        SPOKEN: spoken,
        "title": row.titles.get(spoken),
        "languages": others,
        "intro": row.intros.get(spoken),
        "mode": ANONYMOUS if row.anonymous else NAMED,
        "day": row.last_day.isoformat(),
        "remind": str(row.remind_after),
        **{f"title_{tag}": row.titles[tag] for tag in others if tag in row.titles},
        **{f"intro_{tag}": row.intros[tag] for tag in others if tag in row.intros},
    }


def _receiver_of(turn: Turn, row: Questionnaire) -> str | None:
    """The choice that gave this audience; None where it is no longer offered, so that it is asked again."""
    if row.segment is not None:
        segment = segments.called(turn.session, row.segment)
        return f"s{segment.id}" if segment is not None else None
    held = Audience.from_json(row.audience).conditions
    return f"c{held[0].values[0]}" if held else EVERYBODY


def save(turn: Turn, answers: Answers) -> Outcome:
    """The draft's card."""
    if answers.get(ID):
        row = draft_or_refuse(turn, int(answers[ID]))
    else:
        row = Questionnaire(author_id=turn.me.id, created_at=turn.now, questions=[], scope=turn.scope.to_json())
    _fill(turn, row, answers)
    turn.session.add(row)
    turn.session.flush()
    turn.record("questionnaire_saved", questionnaire=row.id)
    note = None if row.questions else _("Saved as a draft. Now add the first question.")
    return draft_card(turn, row, note)


def _fill(turn: Turn, row: Questionnaire, answers: Answers) -> None:
    """Bring a row in line with the answers."""
    spoken: str = answers[SPOKEN]
    others = [tag for tag in LANGUAGES if tag in (answers.get("languages") or [])]
    row.languages = [spoken, *others]
    row.titles = _texts(answers, "title", spoken, others)
    row.intros = _texts(answers, "intro", spoken, others)
    row.anonymous = answers["mode"] == ANONYMOUS
    row.last_day = date.fromisoformat(answers["day"])
    row.remind_after = int(answers["remind"])
    questionnaires.touch(row, turn.now)
    _address(turn, row, answers["to"])


def _texts(answers: Answers, name: str, spoken: str, others: list[str]) -> dict[str, str]:
    found = {spoken: answers.get(name), **{tag: answers.get(f"{name}_{tag}") for tag in others}}
    return {tag: text for tag, text in found.items() if text}


def _address(turn: Turn, row: Questionnaire, to: str) -> None:
    """Whom it is for, within the scope of whoever made it: that stays so, whoever changes it later."""
    row.segment, wanted = None, EVERYONE
    if to.startswith("c"):
        wanted = Audience((Condition(By.CLUB, (int(to[1:]),)),))
    elif to.startswith("s"):
        segment = segments.find(turn.session, int(to[1:]))
        if segment is None:
            raise Refused(Reply(_("This segment no longer exists."), ways_on()))
        row.segment, wanted = segment.name, audience_or_refuse(segment)
    row.audience = Scope.from_json(row.scope).narrow(wanted).to_json()


def _summary(asking: Asking) -> Markup:
    """How many it asks, at once."""
    made = questionnaires.find(asking.turn.session, asking.answers.get(ID) or 0)
    row = Questionnaire(scope=made.scope if made is not None else asking.turn.scope.to_json())
    _address(asking.turn, row, asking.answers["to"])
    told = audience.count(asking.turn.session, *those_asked(row))
    return ngettext(
        "<b>This asks {n} person.</b> Tap a line below to change it.",
        "<b>This asks {n} people.</b> Tap a line below to change it.",
        told,
    ).format(n=number(told))


FRAMING = Form(
    name="surveyframe",
    title=lambda: _("New survey"),
    questions=QUESTIONS,
    finish=save,
    summary=_summary,
    confirm=lambda: _("Save as a draft"),
    starts=_defaults,
)


def register(router: Router) -> None:
    router.tap(NewSurvey, begin_survey, gate=Gate.COORDINATOR)
    router.tap(ChangeSurvey, change_survey, gate=Gate.COORDINATOR)
    router.form(FRAMING, gate=Gate.COORDINATOR)
