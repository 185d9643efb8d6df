"""The command line: run, demo, check, coordinator, records."""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy.exc import OperationalError
from telegram.error import InvalidToken

from bot.app import App
from bot.checking import check_all, issue_coordinator_code
from bot.conversation.i18n import negotiate, speaking
from bot.delivery.jobs import run_job
from bot.settings import Settings, WrongSettings, read_settings
from db.engine import in_session, open_engine
from db.migrations.upgrade import upgrade
from handlers.records.document import write as write_records

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False, soft_wrap=True)


def _settings() -> Settings:
    """The settings, or all that is wrong with them and the end."""
    try:
        return read_settings()
    except WrongSettings as wrong:
        out.print("[bold]Nothing was started; these settings need attention:[/bold]")
        for line in wrong.lines:
            out.print(f"  {line}", markup=False)
        out.print("Settings come from the environment or from .env; .env.example explains each.")
        raise typer.Exit(2) from None


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, where, what. Never an exception's own words."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(level: str) -> None:
    """Our own lines at `level`; of the libraries only warnings, which do not quote what people write."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("app", "road", "lanes", "outbox", "telegram", "web", "receiving", "planning", "jobs", "delivery"):
        logging.getLogger(name).setLevel(level)


WHAT_TO_TRY = """
In the bar at the top one steps into somebody's shoes and moves the clock. For example:
  · the alumna in Taiyuan has a tea to answer; a day on, reminders come, and surveys the morning after;
  · the ambassador in Shanghai has an event at the door right now, one in draft, and a request to join (/club);
  · the coordinator has registrations to decide about, and announces (/announce): "Alumni in Deutschland" goes out
    at once, "Everybody" needs the coordinator for China, too; Refresh shows how far it is;
  · somebody new registers, in German, English or Chinese.
All people are invented. Ctrl-C ends the demonstration and removes its database."""


async def _until_signalled(app: App, hint: str = "") -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await app.start()
    out.print(f"The web door is open at {app.settings.web_url}", markup=False)
    if hint:
        out.print(hint, markup=False)
    await app.run_until(stop)


def _loop() -> asyncio.Runner:
    try:
        import uvloop  # noqa: PLC0415 - optional: there is no wheel for some platforms
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _collect_rarely() -> None:
    """Nearly all that a message makes is gone with it by counting references; looking for circles among everything
    that was loaded at the start costs more than it finds."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@cli.command()
def run() -> None:
    """Start the bot: Telegram if BOT_TOKEN is set, and the web door."""
    settings = _settings()
    set_up_logging(settings.log_level)
    _collect_rarely()
    try:
        with _loop() as runner:
            runner.run(_until_signalled(App(settings)))
    except InvalidToken:
        _give_up("Telegram rejects the token in BOT_TOKEN; @BotFather shows the valid one.")
    except OperationalError as error:
        _give_up(f"The database in DATABASE_URL does not answer ({type(error.orig).__name__}).")


def _give_up(sentence: str) -> None:
    out.print(sentence, markup=False)
    raise typer.Exit(1) from None


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="First port to try on this computer")] = 8080,
    seed: Annotated[int, typer.Option(help="The same number invents the same people")] = 2026,
) -> None:
    """Show the product with an invented network: no account, no token, no network; nothing is kept."""
    set_up_logging("WARNING")
    with TemporaryDirectory(prefix="alumni-demo-") as folder, _loop() as runner:
        runner.run(_until_signalled(_open_demo(Path(folder), port, seed), WHAT_TO_TRY))


def _open_demo(folder: Path, port: int, seed: int) -> App:
    """The application over a database filled with invented people."""
    try:
        from bot.demo.line import open_line  # noqa: PLC0415
        from bot.demo.preparing import demo_settings, find_free_port, prepare  # noqa: PLC0415 - Faker is an extra
        from bot.demo.routes import demo_routes  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        out.print(f"The demonstration also needs {missing.name}: pip install 'alumni-bot[demo]'", markup=False)
        raise typer.Exit(2) from None
    settings = demo_settings(folder, find_free_port(port))
    with Progress(TextColumn("{task.description}"), BarColumn(), console=out, transient=True) as bar:
        task = bar.add_task("Loading cities and inventing people …", total=None)
        prepare(settings, seed, lambda done, total: bar.update(task, completed=done, total=total))
    app = App(settings, demo=True)
    line = open_line(app.road, app.doors, settings)
    app.extra_routes = demo_routes(app.web, line.in_no_time(app.move_clock))
    return app


@cli.command()
def check() -> None:
    """Look at the settings, the database, the token and the webhook, and say in words how they are."""
    faults = asyncio.run(check_all(_settings(), out))
    if faults:
        out.print(f"[bold]{faults} of these need attention.[/bold]")
        raise typer.Exit(1)
    out.print("[bold]Everything is in order.[/bold]")


@cli.command()
def coordinator() -> None:
    """Print a one-time code: whoever uses it first becomes a coordinator, through either door."""
    settings = _settings()
    engine = open_engine(settings.database_url)
    upgrade(engine)
    secret = in_session(engine, lambda session: issue_coordinator_code(session, settings.house()))
    out.print("This code makes its first user a coordinator. It works once, within 24 hours:\n")
    out.print(f"  /coordinate {secret}\n", markup=False)
    out.print(f"or open {settings.house().web_link(f'coordinate_{secret}')}", markup=False)


@cli.command()
def records(
    language: Annotated[str, typer.Option(help="de, en or zh")] = "en",
) -> None:
    """Print the records of processing (Art. 30 GDPR) and the list of data fields as Markdown."""
    with speaking(negotiate(language), "Europe/Berlin"):
        sys.stdout.write(write_records(_settings().house(), datetime.now(UTC)))


@cli.command(hidden=True)
def job(
    number: Annotated[int, typer.Argument()], database: Annotated[str, typer.Option(envvar="DATABASE_URL")]
) -> None:
    """Do one piece of long work; started by the bot itself. People who talk to the bot come first."""
    if hasattr(os, "nice"):
        os.nice(10)
    run_job(open_engine(database), number)


if __name__ == "__main__":
    sys.exit(cli())
