"""The registration of the comparison, as it is written here: a form on the one road.

python -m tests.benchmarks.registration_ours URL DATABASE
"""

import asyncio
import sys
from typing import Any

import uvloop
from markupsafe import Markup

from bot.app import App
from bot.conversation import forms
from bot.conversation.checks import check_line
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from bot.settings import Settings
from tests.benchmarks.registered import LANGUAGES, SYNCHRONOUS, TOKEN, Base, Registered


def _check_language(_asking: Asking, value: Any) -> str:
    if value not in LANGUAGES:
        raise Unfit(Markup("Please choose one of the buttons."))
    return str(value)


def _ask(name: str) -> Question:
    return Question(
        name=name,
        label=lambda: Markup(name),
        prompt=lambda _asking: Markup("Your {}, please?").format(name),
        check=check_line(80),
    )


def _store(turn: Turn, answers: Answers) -> Outcome:
    turn.session.add(Registered(person=turn.me.id, **answers))
    return Reply(Markup("Thank you, {}!").format(answers["name"]))


REGISTRATION = Form(
    name="bench",
    title=lambda: Markup("Registration"),
    questions=(
        Question(
            name="language",
            label=lambda: Markup("language"),
            prompt=lambda _asking: Markup("Which language?"),
            check=_check_language,
            choices=lambda _asking: [Choice(tag, label) for tag, label in LANGUAGES.items()],
        ),
        _ask("name"),
        _ask("city"),
    ),
    finish=_store,
    summary=lambda _asking: Markup("Is everything right?"),
)


def build_router() -> Router:
    router = Router()
    router.command("start", lambda turn: forms.begin(turn, REGISTRATION), gate=Gate.ANYONE)
    router.form(REGISTRATION, gate=Gate.ANYONE)
    return router


def build_app(url: str, database: str) -> App:
    """The product, with this one form instead of its own handlers."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_key="only for benchmarks, only for benchmarks",  # type: ignore[arg-type]
        database_url=f"sqlite:///{database}",
        sqlite_synchronous=SYNCHRONOUS,  # type: ignore[arg-type]
        bot_token=TOKEN,  # type: ignore[arg-type]
        telegram_api_url=url,
        messages_per_second=5000,
        web_port=0,
    )
    app = App(settings)
    app.router = app.road.router = app.web.router = build_router()
    Base.metadata.create_all(app.engine)
    return app


async def run(url: str, database: str) -> None:
    app = build_app(url, database)
    await app.start(tick=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(run(*sys.argv[1:]))
