"""The command line: run, demo, check, coordinator, backup-key, backup, restore, records."""

import asyncio
import errno
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from telegram.error import InvalidToken

from bot.app import App
from bot.checking import check_all, issue_coordinator_code, what_it_says
from bot.conversation.i18n import negotiate, speaking
from bot.delivery.jobs import run_job
from bot.keeping.backing_up import back_up
from bot.keeping.envelope import Manifest
from bot.keeping.hindered import Hindered
from bot.keeping.keys import make_key
from bot.keeping.restoring import Restored, look_through
from bot.keeping.restoring import restore as restore_database
from bot.lists_file import UnreadableLists
from bot.log_lines import set_up_logging
from bot.settings import Settings, WrongSettings, read_settings
from db import operations
from db.engine import in_session, open_engine
from db.migrations.upgrade import upgrade
from db.restored import UnfinishedRestore
from handlers.records.document import write as write_records

log = logging.getLogger("program")
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


WHAT_TO_TRY = """
In the bar at the top one steps into somebody's shoes and moves the clock. For example:
  · the alumna in Taiyuan has a tea to answer; a day on, reminders come, and surveys the morning after;
  · the ambassador in Shanghai has an event at the door right now, one in draft, and a request to join (/club);
  · the coordinator has registrations to decide about, and announces (/announce): "Alumni in Deutschland" goes out
    at once, "Everybody" needs the coordinator for China, too; Refresh shows how far it is;
  · on the coordinator's desk (/admin) lie questions and proposals; /survey has results, /role offices for a part;
  · somebody new registers, in German, English or Chinese.
All people are invented. Ctrl-C ends the demonstration and removes its database."""


async def _until_signalled(app: App, hint: str = "") -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await app.start()
    opened = f"The web door is open at {app.settings.web_url}"
    if app.settings.log_format == "json":
        log.info(opened)
    else:
        out.print(opened, markup=False)
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
    set_up_logging(settings.log_level, settings.log_format)
    _collect_rarely()
    try:
        with _loop() as runner:
            runner.run(_until_signalled(App(settings)))
    except InvalidToken:
        _give_up("Telegram rejects the token in BOT_TOKEN; @BotFather shows the valid one.")
    except UnfinishedRestore:
        _give_up("A restore into this database was interrupted; run `restore` again before anybody talks to the bot.")
    except OperationalError as error:
        _give_up(f"The database in DATABASE_URL does not answer: {what_it_says(error)}")
    except UnreadableLists as error:
        _give_up(f"LISTS_FILE: {error}")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _give_up(f"Port {settings.web_port} (WEB_PORT) is taken by another program.")


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
        from bot.demo.preparing import at_free_port, demo_settings, prepare  # noqa: PLC0415 - Faker is an extra
        from bot.demo.routes import demo_routes  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        out.print(
            f"The demonstration also needs {missing.name}: pip install -c constraints.txt '.[demo]'", markup=False
        )
        raise typer.Exit(2) from None
    settings = demo_settings(folder)
    with Progress(TextColumn("{task.description}"), BarColumn(), console=out, transient=True) as bar:
        task = bar.add_task("Loading cities and inventing people …", total=None)
        prepare(settings, seed, lambda done, total: bar.update(task, completed=done, total=total))
    settings = at_free_port(settings, port)
    app = App(settings, demo=True)
    line = open_line(app.road, app.doors, settings)
    app.extra_routes = demo_routes(app.web, line.in_no_time(app.ticks.move_clock))
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
    try:
        upgrade(engine)
    except OperationalError as error:
        _give_up(f"The database in DATABASE_URL does not answer: {what_it_says(error)}")
    secret = in_session(engine, lambda session: issue_coordinator_code(session, settings.house()))
    out.print("This code makes its first user a coordinator. It works once, within 24 hours:\n")
    out.print(f"  /coordinate {secret}\n", markup=False)
    out.print(f"or open {settings.house().web_link(f'coordinate_{secret}')}", markup=False)


@contextmanager
def _bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar that goes when it is done; trouble ends the program with its sentence."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    try:
        with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
            task = bar.add_task(words, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    except Hindered as hindrance:
        _give_up(str(hindrance))


@cli.command()
def backup_key(file: Annotated[Path, typer.Argument(help="New file for the private key")]) -> None:
    """Make the pair of keys for backups: the private one goes to FILE, the public one into the settings."""
    try:
        public = make_key(file)
    except Hindered as hindrance:
        _give_up(str(hindrance))
    out.print(
        f"The private key is in {file}. Only with it can backups be restored: keep it in two safe places,", markup=False
    )
    out.print("none of them this server. This line belongs into the settings of the bot:\n")
    print(f"BACKUP_RECIPIENT={public}")


@cli.command()
def backup(
    to: Annotated[Path, typer.Argument(help="Folder, or new file")],
    keep: Annotated[int | None, typer.Option(min=1, help="So many of our backups stay in the folder")] = None,
) -> None:
    """Back up the database, encrypted, while the bot runs."""
    settings, began = _settings(), time.monotonic()
    with _bar("Copying the database …") as progress:
        made = back_up(settings, to, keep, datetime.now(UTC), progress)
    _note_backup(settings)
    out.print(f"{made.path}: {decimal(made.size)} in {time.monotonic() - began:.1f} s", markup=False)
    out.print(_describe(made.manifest), markup=False)
    if made.removed:
        out.print(f"Older backups removed: {made.removed}")


def _note_backup(settings: Settings) -> None:
    """For /health. The backup is there, whether or not this can be written now."""
    engine = open_engine(settings.database_url)
    with suppress(SQLAlchemyError):
        in_session(engine, lambda session: operations.note_run(session, operations.BACKUP, datetime.now(UTC)))
    engine.dispose()


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup")],
    identity: Annotated[Path, typer.Option(help="File of the private key")],
    check: Annotated[bool, typer.Option("--check", help="Only see whether it can be read")] = False,
) -> None:
    """Restore a backup into an empty database, and erase again who has been erased since."""
    with _bar("Reading the backup …") as progress:
        if check:
            manifest = look_through(file, identity, progress)
        else:
            restored = restore_database(_settings(), file, identity, datetime.now(UTC), progress)
            manifest = restored.manifest
    out.print(_describe(manifest), markup=False)
    if check:
        out.print("It can be read to its end.")
        return
    out.print(_tell(restored), markup=False)
    if not restored.same_secret:
        out.print("SECRET_KEY is not the one of that bot: codes and return keys made before open nothing any more.")


def _describe(manifest: Manifest) -> str:
    counts = ", ".join(f"{table} {count:,}" for table, count in manifest.counts.items())
    return f"{manifest.database} as of {manifest.at:%Y-%m-%d %H:%M:%S} UTC, {manifest.revision}: {counts}"


def _tell(restored: Restored) -> str:
    outcome = restored.outcome
    return f"""Restored. Erased again: {outcome.erased}; asked whether they still want to be: {outcome.asked}
Not said a second time: {outcome.stopped.notices} notices; announcements stopped: {outcome.stopped.announcements}
What people said since is lost: registrations, answers, objections (/stop), withdrawn consents. Please tell them."""


@cli.command()
def records(
    language: Annotated[str, typer.Option(help="de, en or zh")] = "en",
) -> None:
    """Print the records of processing (Art. 30 GDPR) and the list of data fields as Markdown."""
    with speaking(negotiate(language), "Europe/Berlin"):
        sys.stdout.write(write_records(_settings().house(), datetime.now(UTC)))


@cli.command(hidden=True)
def job(
    number: Annotated[int, typer.Argument()],
    database: Annotated[str, typer.Option(envvar="DATABASE_URL")],
    log_level: Annotated[str, typer.Option(envvar="LOG_LEVEL")] = "WARNING",
    log_format: Annotated[str, typer.Option(envvar="LOG_FORMAT")] = "text",
) -> None:
    """Do one piece of long work; started by the bot itself. People who talk to the bot come first."""
    set_up_logging(log_level, "json" if log_format == "json" else "text")
    if hasattr(os, "nice"):
        os.nice(10)
    run_job(open_engine(database), number)


if __name__ == "__main__":
    # Whatever is written (the database, backups, keys) is for whoever runs the program, and for nobody else.
    os.umask(0o077)
    sys.exit(cli())
