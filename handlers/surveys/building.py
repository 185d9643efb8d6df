"""Coordinators see the surveys in their scope, and build a draft on its card: questions, order, how readers get it."""

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import LANGUAGES, N_, SOURCE, _, labelled, ngettext, number, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import Audience
from bot.domain.questionnaires import MOST_QUESTIONS, Asked, moved
from db import announcements, questionnaires
from db.announcements import Crowd
from db.models.surveys import Questionnaire
from handlers.announcements.card import reach_lines
from handlers.segments.naming import describe
from handlers.surveys.buttons import (
    AddQuestion,
    BeginSurvey,
    ChangeQuestion,
    ChangeSurvey,
    DiscardSurvey,
    DropQuestion,
    ListSurveys,
    NewSurvey,
    OpenQuestion,
    OpenSurvey,
    PlaceQuestion,
    TrySurvey,
)
from handlers.surveys.naming import (
    complete_languages,
    foreign_lines,
    kind_names,
    language_for,
    missing_lines,
    state_name,
    title_of,
    words_of,
)
from handlers.surveys.recipients import those_asked
from handlers.surveys.trying import TRYING

PAGE = 6
LONGEST_LABEL, LONGEST_LINE = 34, 60
IN_A_ROW = 5


def list_all(turn: Turn) -> Outcome:
    """/survey"""
    return list_surveys(turn, ListSurveys())


def list_surveys(turn: Turn, tap: ListSurveys, note: Markup | None = None) -> Reply:
    found = questionnaires.within(turn.session, turn.scope)
    page = min(max(tap.page, 0), max(len(found) - 1, 0) // PAGE)
    shown = [Button(_label(turn, row), OpenSurvey(row.id)) for row in found[page * PAGE : (page + 1) * PAGE]]
    head = _("<b>Surveys</b>\nAsk many people: anonymously, or by name.")
    empty = _("There is none yet. Tap below to build the first one.")
    text = Markup("\n\n").join([*([note] if note else []), head, *([] if found else [empty])])
    last = (Button(_("New survey"), NewSurvey()), Button(_("Menu"), Go("menu")))
    return Reply(text, (*column(*shown), *leaves(ListSurveys, page, more=(page + 1) * PAGE < len(found)), last))


def _label(turn: Turn, row: Questionnaire) -> str:
    state = state_name(questionnaires.survey_of(turn.session, row))
    return f"{state} · {shorten(title_of(row), LONGEST_LABEL)}"


def find_or_refuse(turn: Turn, questionnaire: int, *, lock: bool = False) -> Questionnaire:
    """A survey in one's scope, whatever button was tapped."""
    row = (questionnaires.lock if lock else questionnaires.find)(turn.session, questionnaire)
    if row is None:
        raise Refused(Reply(_("This survey no longer exists."), ways_on()))
    if not questionnaires.may_see(turn.scope, row):
        raise Refused(Reply(_("This survey is in the hands of other coordinators."), ways_on()))
    return row


def draft_or_refuse(turn: Turn, questionnaire: int) -> Questionnaire:
    """A draft, locked; a friendly no where it was opened meanwhile."""
    row = find_or_refuse(turn, questionnaire, lock=True)
    if row.survey_id is not None:
        text = _("This survey has been opened, so it can no longer be changed.")
        raise Refused(Reply(text, (*column(Button(_("Open the survey's card"), OpenSurvey(row.id))), *ways_on())))
    return row


def ways_on() -> Rows:
    return ((Button(_("Surveys"), ListSurveys()), Button(_("Menu"), Go("menu"))),)


# --- a draft ---------------------------------------------------------------------------------------------------


def crowds_of(turn: Turn, row: Questionnaire) -> list[Crowd]:
    """How many it would ask, by language and door."""
    return announcements.crowds(turn.session, SOURCE, those_asked(row))


def draft_card(turn: Turn, row: Questionnaire, note: Markup | None = None) -> Reply:
    """Whom it asks what until when, what is missing, and what to do next."""
    asked, crowds = questionnaires.questions_of(row), crowds_of(turn, row)
    mode = _("Draft · anonymous") if row.anonymous else _("Draft · answers with names")
    lines = [
        *([note, Markup("")] if note is not None else []),
        Markup("<b>{}</b>").format(title_of(row)),
        mode,
        *audience_lines(turn, row),
        *reach_lines(crowds),
        *dates_lines(row),
        Markup(""),
        *question_lines(asked),
        *missing_lines(row),
        *(foreign_lines(row, crowds) if complete_languages(row) else []),
    ]
    return Reply(Markup("\n").join(lines), _draft_rows(row, asked))


def audience_lines(turn: Turn, row: Questionnaire) -> list[Markup]:
    """Whom it is for."""
    if row.segment is not None:
        lines = [_("To: {segment}").format(segment=row.segment)]
    else:
        lines = describe(turn.session, Audience.from_json(row.audience))
    return [*lines, _("Only those within your scope are asked.")] if row.scope is not None else lines


def dates_lines(row: Questionnaire) -> list[Markup]:
    last = _("Last day: {day}").format(day=long_day(row.last_day))
    if not row.remind_after:
        return [last, _("Nobody is reminded.")]
    text = ngettext(
        "Who has not answered is reminded once, after {n} day.",
        "Who has not answered is reminded once, after {n} days.",
        row.remind_after,
    )
    return [last, text.format(n=row.remind_after)]


def question_lines(asked: list[Asked]) -> list[Markup]:
    if not asked:
        return [_("There is no question yet. Add the first one below.")]
    head = _("<b>Questions ({n} of {most})</b>").format(n=len(asked), most=MOST_QUESTIONS)
    kinds = kind_names()
    lines = (
        Markup("{}. {} ({}{})").format(place, shorten(words_of(one), LONGEST_LINE), kinds[one.kind], _must(one))
        for place, one in enumerate(asked, 1)
    )
    return [head, *lines]


def _must(asked: Asked) -> Markup:
    return Markup(" · {}").format(pgettext("question", "required")) if asked.required else Markup("")


def _draft_rows(row: Questionnaire, asked: list[Asked]) -> Rows:
    numbers = [Button(str(place), OpenQuestion(row.id, number_in(one))) for place, one in enumerate(asked, 1)]
    rows = tuple(tuple(numbers[i : i + IN_A_ROW]) for i in range(0, len(numbers), IN_A_ROW))
    add = (Button(_("+ Question"), AddQuestion(row.id)),) if len(asked) < MOST_QUESTIONS else ()
    tries = [
        Button(_("As read: {language}").format(language=LANGUAGES[tag]), TrySurvey(row.id, tag))
        for tag in (complete_languages(row) if asked else [])
    ]
    return (
        *rows,
        (*add, Button(_("Change"), ChangeSurvey(row.id))),
        *pairs(*tries),
        (Button(_("Begin to ask …"), BeginSurvey(row.id)), Button(_("Discard"), DiscardSurvey(row.id))),
        *ways_on(),
    )


def number_in(asked: Asked) -> int:
    """What names a question in a button."""
    return int(asked.key.removeprefix("q"))


def discard(turn: Turn, tap: DiscardSurvey) -> Reply:
    """Asks once."""
    row = draft_or_refuse(turn, tap.questionnaire)
    if not tap.sure:
        text = _("<b>Discard “{title}”?</b> Its questions are gone then.").format(title=title_of(row))
        sure = Button(_("Discard"), DiscardSurvey(row.id, True))
        return Reply(text, ((sure, Button(_("Back"), OpenSurvey(row.id))),))
    turn.session.delete(row)
    turn.record("questionnaire_discarded", questionnaire=tap.questionnaire)
    turn.session.flush()
    return list_surveys(turn, ListSurveys(), _("Discarded."))


def try_survey(turn: Turn, tap: TrySurvey) -> Outcome:
    """The form itself, in a language, to the end; nothing of it is kept."""
    row = find_or_refuse(turn, tap.questionnaire)
    if tap.language not in complete_languages(row) or not row.questions:
        raise Refused(draft_card(turn, row, _("Some texts are still missing in this language.")))
    return forms.begin_anew(turn, TRYING, {"_questionnaire": row.id, "_language": tap.language})


# --- one question ----------------------------------------------------------------------------------------------


def question_or_refuse(turn: Turn, row: Questionnaire, question: int) -> tuple[list[Asked], int]:
    """All questions, and the place of this one, from 0."""
    asked = questionnaires.questions_of(row)
    for place, one in enumerate(asked):
        if number_in(one) == question:
            return asked, place
    raise Refused(draft_card(turn, row, _("This question is no longer there.")))


def open_question(turn: Turn, tap: OpenQuestion) -> Reply:
    row = draft_or_refuse(turn, tap.questionnaire)
    return question_card(turn, row, *question_or_refuse(turn, row, tap.question))


def question_card(turn: Turn, row: Questionnaire, asked: list[Asked], place: int) -> Reply:
    """All its texts in every language, and what can be done with it."""
    one, tag = asked[place], language_for(row)
    lines = [
        _("<b>Question {n}</b> · {kind}{must}").format(n=place + 1, kind=kind_names()[one.kind], must=_must(one)),
        *(labelled(LANGUAGES[each], one.words[each]) for each in LANGUAGES if each in one.words),
        *(
            Markup("• {}").format(" / ".join(names[each] for each in LANGUAGES if each in names))
            for names in one.options
        ),
        *_bounds(one, tag),
    ]
    here = row.id, number_in(one)
    moves = [
        *([Button(pgettext("button", "Up"), PlaceQuestion(*here, place - 1))] if place else []),
        *([Button(pgettext("button", "Down"), PlaceQuestion(*here, place + 1))] if place + 1 < len(asked) else []),
    ]
    change = (Button(_("Change"), ChangeQuestion(*here)), Button(_("Delete"), DropQuestion(*here)))
    back = (Button(_("Back"), OpenSurvey(row.id)),)
    return Reply(Markup("\n").join(lines), (change, *((tuple(moves),) if moves else ()), back))


def _bounds(asked: Asked, tag: str) -> list[Markup]:
    if asked.ends:
        low, high = (end.get(tag) or next(iter(end.values())) for end in asked.ends)
        return [Markup("{} · {}").format(labelled(asked.least, low), labelled(asked.most, high))]
    if asked.most:
        return [Markup("{}–{}").format(number(asked.least), number(asked.most))]
    return []


def place_question(turn: Turn, tap: PlaceQuestion) -> Reply:
    row = draft_or_refuse(turn, tap.questionnaire)
    asked, place = question_or_refuse(turn, row, tap.question)
    goal = min(max(tap.place, 0), len(asked) - 1)
    asked = moved(asked, asked[place].key, goal)
    questionnaires.keep(row, asked, turn.now)
    return question_card(turn, row, asked, goal)


def drop_question(turn: Turn, tap: DropQuestion) -> Reply:
    """Asks once."""
    row = draft_or_refuse(turn, tap.questionnaire)
    asked, place = question_or_refuse(turn, row, tap.question)
    if not tap.sure:
        text = _("<b>Delete question {n}?</b>\n{words}").format(n=place + 1, words=words_of(asked[place]))
        sure = Button(_("Delete"), DropQuestion(row.id, tap.question, True))
        return Reply(text, ((sure, Button(_("Back"), OpenQuestion(row.id, tap.question))),))
    questionnaires.keep(row, [*asked[:place], *asked[place + 1 :]], turn.now)
    return draft_card(turn, row, _("The question is deleted."))


def register(router: Router) -> None:
    router.command("survey", list_all, gate=Gate.COORDINATOR, about=N_("Ask many people"))
    router.tap(ListSurveys, list_surveys, gate=Gate.COORDINATOR)
    router.tap(DiscardSurvey, discard, gate=Gate.COORDINATOR)
    router.tap(TrySurvey, try_survey, gate=Gate.COORDINATOR)
    router.tap(OpenQuestion, open_question, gate=Gate.COORDINATOR)
    router.tap(PlaceQuestion, place_question, gate=Gate.COORDINATOR)
    router.tap(DropQuestion, drop_question, gate=Gate.COORDINATOR)
