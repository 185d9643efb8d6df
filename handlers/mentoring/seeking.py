"""Members look for a mentor: what they wish for, and wishing for something else."""

from typing import Any

from markupsafe import Markup

from bot.conversation import form_steps, forms
from bot.conversation.checks import check_choice, check_line
from bot.conversation.i18n import N_, _, pgettext
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from bot.domain.matching import Far
from db import drafts, mentor_searches
from db.drafts import Filling
from db.models.mentoring import MentorSearch
from handlers.mentoring.buttons import OpenSearch
from handlers.mentoring.questions import ask_languages, ask_topics, list_formats, own_language, topic_answers, topics_of
from handlers.mentoring.requesting import open_search
from handlers.mentoring.suggesting import ChangeWishes, my_search, suggestions_page
from handlers.mentoring.wording import far_names

LONGEST_GOAL = 300


def find_mentor(turn: Turn) -> Outcome:
    """/mentors: how the search stands; or, for who looks for nobody yet, the form."""
    search = mentor_searches.unfinished_of(turn.session, turn.me.id)
    if search is not None:
        return open_search(turn, OpenSearch(search.id))
    if drafts.find(turn.connection, turn.me.id, SEARCH.name) is not None:
        return forms.begin(turn, SEARCH)
    first = form_steps.resume(turn, SEARCH, Filling(SEARCH.name, "languages", {"languages": own_language(turn)}))
    assert isinstance(first, Reply)
    intro = _(
        "A few questions, and we suggest people who could be your mentor, with the reasons. You choose whom we ask; "
        "only the people we ask read your goal and what you release to alumni."
    )
    return Reply(Markup("{}\n\n{}").format(intro, first.text), first.rows)


def _distances(_asking: Asking) -> list[Choice]:
    return [Choice(each.value, name) for each, name in far_names().items()]


QUESTIONS: tuple[Question, ...] = (
    ask_languages(lambda: _("In which languages could you talk with a mentor? Several answers are fine.")),
    Question(
        name="goal",
        label=lambda: _("Goal"),
        prompt=lambda _asking: _(
            "What would you like to achieve with a mentor? One sentence is enough, for example: I would like to found "
            "a company that plans charging stations."
        ),
        check=check_line(LONGEST_GOAL),
    ),
    *ask_topics(
        of_list=lambda: _("Which topics is it about? Several answers are fine."),
        beside=lambda: _(
            "Would you like to add topics in your own words? Up to five, with commas between. You may skip this."
        ),
        own=lambda: _("Then please name up to five topics in your own words, with commas between."),
    ),
    Question(
        name="format",
        label=lambda: pgettext("mentor", "Format"),
        prompt=lambda _asking: _("For how long would you like to have a mentor?"),
        check=check_choice(list_formats),
        choices=list_formats,
    ),
    Question(
        name="far",
        label=lambda: _("Another view"),
        prompt=lambda _asking: _(
            "Would you like somebody who sees things from further away: from another region, or of another cohort? "
            "This is a wish; nobody is left out by it."
        ),
        check=check_choice(_distances),
        choices=_distances,
        typed=False,
    ),
)


def save_search(turn: Turn, answers: Answers) -> Outcome:
    """A new search, or other wishes for the one there is."""
    search = mentor_searches.unfinished_of(turn.session, turn.me.id)
    if search is None:
        search = MentorSearch(member_id=turn.me.id, created_at=turn.now, goal="", topics=[], languages=[], format="")
    search.topics, search.free_topics = (list(each) for each in topics_of(turn.session, answers))
    search.goal, search.languages, search.format = answers["goal"], list(answers["languages"]), answers["format"]
    search.far, search.state, search.looked_at = Far(answers["far"]).value, "open", turn.now
    turn.session.add(search)
    turn.session.flush()
    return suggestions_page(turn, search)


def _answers_of(turn: Turn, search: MentorSearch) -> Answers:
    return {
        "languages": list(search.languages),
        "goal": search.goal,
        **topic_answers(turn.session, search.topics, search.free_topics),
        "format": search.format,
        "far": search.far,
    }


def change_wishes(turn: Turn, tap: ChangeWishes) -> Outcome:
    """All wishes on one card, each with a button to change it."""
    search = my_search(turn, tap.search)
    return forms.begin_anew(turn, SEARCH, _answers_of(turn, search))


def _summary(_asking: Asking) -> Any:
    return _(
        "<b>What you look for</b>\nThe people we ask for you read your name, your goal and what you release to alumni."
    )


SEARCH = Form(
    name="mentor_search",
    title=lambda: _("Finding a mentor"),
    questions=QUESTIONS,
    finish=save_search,
    summary=_summary,
    confirm=lambda: _("Show suggestions"),
)


def register(router: Router) -> None:
    router.command("mentors", find_mentor, gate=Gate.NETWORK, about=N_("Find a mentor"))
    router.tap(ChangeWishes, change_wishes, gate=Gate.NETWORK)
    router.form(SEARCH, gate=Gate.NETWORK)
