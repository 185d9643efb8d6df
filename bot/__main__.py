"""The command line: run, demo, check, coordinator."""

import asyncio
import json
import logging
import signal
import sys
import time
from typing import Annotated

import typer
from rich.console import Console

from bot.app import App
from bot.checking import check_all, issue_coordinator_code
from bot.delivery.jobs import run_job
from bot.settings import Settings, WrongSettings, read_settings
from db.engine import in_session, open_engine
from db.migrations.upgrade import upgrade

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


async def _until_signalled(app: App) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await app.start()
    out.print(f"The web door is open at {app.settings.web_url}", markup=False)
    await app.run_until(stop)


def _loop() -> asyncio.Runner:
    try:
        import uvloop  # noqa: PLC0415 - optional: there is no wheel for some platforms
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


@cli.command()
def run() -> None:
    """Start the bot: Telegram if BOT_TOKEN is set, and the web door."""
    settings = _settings()
    set_up_logging(settings.log_level)
    with _loop() as runner:
        runner.run(_until_signalled(App(settings)))


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


@cli.command(hidden=True)
def job(
    number: Annotated[int, typer.Argument()], database: Annotated[str, typer.Option(envvar="DATABASE_URL")]
) -> None:
    """Do one piece of long work; started by the bot itself."""
    run_job(open_engine(database), number)


if __name__ == "__main__":
    sys.exit(cli())
