"""Every address of the web door, asked for in the browser of everybody there is, with something that exists: it opens,
or is refused as the table says; a refusal names nobody and changes nothing."""

import io
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from starlette.routing import Mount, Route, WebSocketRoute

from bot.app import App
from db.models.base import Base
from tests.channels.inhabited import LISTED, NAMES, WORDS, Inhabited, Reader, inhabited
from tests.databases import Databases
from tests.handlers.coordination.test_inviting import PEOPLE
from tests.stage import Stage, translate

pytestmark = pytest.mark.door("web")


@dataclass(frozen=True)
class Opens:
    """It opens, and shows this."""

    shows: str = ""


@dataclass(frozen=True)
class No:
    """It does not: with this status, and this sentence in the reader's language."""

    status: int
    says: str


Answer = Opens | No
Table = Mapping[Reader, Answer]

NOBODY = {Reader.STRANGER, Reader.IN_TELEGRAM, Reader.LOOKED_ROUND, Reader.SIGNED_OUT}
ORGANISERS = {Reader.BERND, Reader.KATRIN, Reader.CENTRAL}
OTHER_OFFICES = {Reader.AMBASSADOR, Reader.PROGRAMME, Reader.INSTITUTION}
HOLDERS = (Reader.FORMER, Reader.PROGRAMME, Reader.INSTITUTION, Reader.AMBASSADOR)

NOT_FOUND, REFUSED, UNASKED = No(404, "not found"), No(403, "refused"), No(409, "unasked")
NOT_YOURS = No(403, "This link was made for somebody else")
NOT_SIGNED_IN = No(403, "You are not signed in here")
UNKNOWN = No(404, "We do not know this link")
USED = No(410, "This link was used already")
EXPIRED = No(410, "This link has expired")
NO_LONGER = No(403, "This list is not open to you")
IN_ANOTHER = No(403, "This link works in another browser")
BOTH_DOORS = No(200, "You are invited")
NOT_THEIR_EVENT = No(200, "Another event")
FRESH, ANY_BROWSER = Opens("Begin"), Opens("Download (CSV)")
INVITED = str(PEOPLE[1][0])


def signed_in(nobody: Answer, others: Answer, **own: Answer) -> Table:
    """Nobody, other members, and those named, each with an answer."""
    named = {Reader[name]: answer for name, answer in own.items()}
    return {**{reader: nobody if reader in NOBODY else others for reader in Reader}, **named}


def everybody(answer: Answer) -> Table:
    return signed_in(answer, answer)


def at_the_door(organisers: Answer) -> Table:
    others = everybody(BOTH_DOORS) | dict.fromkeys(OTHER_OFFICES, NOT_THEIR_EVENT)
    return {**others, **dict.fromkeys(ORGANISERS, organisers)}


@dataclass(frozen=True)
class Page:
    """An address, as it is registered and as it is asked for; `{…}` is something that exists."""

    method: str
    route: str
    path: str
    table: Table

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


EXPORT, LIST, STEP = "/export/{secret}", "/import/{secret}", "/import/{secret}/{step}"
# What each kind of export shows to whom it is for.
SHOWN: dict[str, str] = {
    **dict.fromkeys(("event", "survey", "members", "unreached"), Reader.ANNA),
    **dict.fromkeys(("table", "letters"), INVITED),
}
BUTTONS = dict.fromkeys(SHOWN, "Download (CSV)") | {"letters": "Open the letters"}
# Those that change how far a list is come last.
STEPS = ("decide", "decide-all", "words", "columns", "check", "enter", "file", "back", "take", "give-up")
BOTH = ("GET", "POST")


def exports(kind: str) -> Iterator[Page]:
    """A link to an export: dead, with whom it is not open to (any more), with whom it is, pressed elsewhere."""
    for state, dead in (("expired", EXPIRED), ("used", USED)):
        yield Page("POST", EXPORT, f"/export/{{{state} {kind}}}", signed_in(dead, NOT_YOURS, KATRIN=dead))
    for holder in HOLDERS:
        table = signed_in(NO_LONGER, NOT_YOURS, **{holder.name: NO_LONGER})
        yield Page("POST", EXPORT, f"/export/{{{kind} of {holder}}}", table)
    for method, shows in zip(BOTH, (BUTTONS[kind], SHOWN[kind]), strict=True):
        table = signed_in(NOT_SIGNED_IN, NOT_YOURS, KATRIN=Opens(shows))
        yield Page(method, EXPORT, f"/export/{{{kind} of {Reader.KATRIN}}}", table)
        table = signed_in(IN_ANOTHER, NOT_YOURS, KATRIN=IN_ANOTHER, IN_TELEGRAM=Opens(shows))
        yield Page(method, EXPORT, f"/export/{{{kind} pressed in Telegram}}", table)


def lists(name: str, table: Table, steps: Sequence[str] = ("take", "file")) -> Iterator[Page]:
    """The page of a list, its report, and steps."""
    path = f"/import/{{{name}}}"
    yield Page("GET", LIST, path, table)
    yield Page("GET", f"{LIST}/report.csv", f"{path}/report.csv", table)
    # Who sends a file is told by a word for the page's script.
    sending = {reader: UNASKED if isinstance(answer, Opens) else REFUSED for reader, answer in table.items()}
    done = {reader: Opens() if isinstance(answer, Opens) else answer for reader, answer in table.items()}
    for step in steps:
        yield Page("POST", STEP, f"{path}/{step}", sending if step == "file" else done)


PAGES = [
    Page("GET", "/", "/", everybody(Opens())),
    Page("GET", "/privacy", "/privacy", everybody(Opens("Privacy"))),
    Page("GET", "/static/{path}", "/static/chat.js", everybody(Opens())),
    Page("GET", "/health", "/health", everybody(Opens('"ok":true'))),
    Page("GET", "/metrics", "/metrics", everybody(No(404, ""))),
    Page("POST", "/telegram", "/telegram", everybody(No(403, "forbidden"))),
    Page("GET", "/files/{entry}", "/files/{file}", signed_in(NOT_FOUND, NOT_FOUND, ANNA=Opens(Reader.ANNA))),
    Page(
        "POST",
        "/uploads",
        "/uploads",
        signed_in(REFUSED, UNASKED, LOOKED_ROUND=UNASKED, ANNA=Opens("attachment")),
    ),
    Page("GET", "/go/{payload}", "/go/club_leipzig", everybody(Opens("You are invited"))),
    Page("GET", "/go/{payload}", "/go/ticket_{ticket}", at_the_door(Opens("Check in"))),
    Page("GET", "/door/{ticket}/{act}", "/door/{ticket}/in", at_the_door(Opens("Check in"))),
    Page("GET", "/door/{ticket}/{act}", "/door/{no ticket}/in", everybody(NOT_FOUND)),
    Page("POST", "/door/{ticket}/{act}", "/door/{no ticket}/in", everybody(NOT_FOUND)),
    *(
        Page("POST", "/door/{ticket}/{act}", f"/door/{{forged ticket}}/{act}", at_the_door(No(200, "Ticket not valid")))
        for act in ("in", "out", "admit")
    ),
    *(
        Page("POST", "/door/{ticket}/{act}", f"/door/{{ticket}}/{act}", at_the_door(Opens(Reader.ANNA)))
        for act in ("in", "out", "admit")
    ),
    Page("GET", "/calendar/{secret}.ics", "/calendar/{feed}.ics", everybody(Opens("BEGIN:VCALENDAR"))),
    *(
        Page("GET", "/calendar/{secret}.ics", f"/calendar/{{{feed}}}.ics", everybody(NOT_FOUND))
        for feed in ("ended feed", "garbled feed", "feed of who is suspended", "open list")
    ),
    *(page for kind in SHOWN for page in exports(kind)),
    Page("GET", EXPORT, "/export/{asked for on Telegram}", signed_in(ANY_BROWSER, NOT_YOURS, KATRIN=ANY_BROWSER)),
    *(Page(method, EXPORT, "/export/{garbled}", everybody(UNKNOWN)) for method in BOTH),
    *lists("garbled", everybody(UNKNOWN)),
    *lists("expired list", signed_in(EXPIRED, NOT_YOURS, KATRIN=EXPIRED)),
    *(
        page
        for holder in HOLDERS
        for page in lists(f"list of {holder}", signed_in(NO_LONGER, NOT_YOURS, **{holder.name: NO_LONGER}))
    ),
    Page("GET", LIST, "/import/{fresh list}", signed_in(FRESH, NOT_YOURS, KATRIN=FRESH)),
    *lists("open list", signed_in(USED, NOT_YOURS, KATRIN=Opens(LISTED)), STEPS),
    Page("GET", "/in/{payload}", "/in/link_nobody", everybody(Opens("Yes, open it here"))),
    # These store something for whoever presses: a message, which the chat answers.
    Page("POST", "/in/{payload}", "/in/link_nobody", everybody(Opens())),
    Page("POST", "/go/{payload}", "/go/club_leipzig", everybody(Opens())),
]


async def asks(full: Inhabited, page: Page, reader: Reader, origin: str | None = None) -> tuple[int, str]:
    """What a reader's browser gets; what is sent has what the page would send with it."""
    url, path = full.stage.app.web_address(), page.path.format_map(full.addresses)
    # As if through a proxy: whoever asks from the same machine may see what programs see.
    headers = {"x-forwarded-for": "203.0.113.7"} if page.route == "/metrics" else {}
    given: dict[str, Any] = {}
    if page.method == "POST":
        headers["origin"] = origin or url
        given["data"] = io.BytesIO(b"name,x") if path.endswith(("file", "/uploads")) else {"line-2": "take"}
    async with full.browsers[reader].request(page.method, f"{url}{path}", headers=headers, **given) as answer:
        return answer.status, (await answer.read()).decode("utf-8", "replace")


class WithWebhook(Stage):
    """The application as it is behind a webhook, which has one address more; the stand-in for Telegram is polled."""

    def _opened(self) -> App:
        app = super()._opened()
        app.web.store_updates, app.web.webhook_secret = app.receiving.store_updates, "only Telegram knows it"
        return app


@pytest.fixture
async def full(combination: tuple[str, str, str], databases: Databases, tmp_path: Path) -> AsyncIterator[Inhabited]:
    language, door, database = combination
    stage = WithWebhook(databases.fresh(database), language, door, tmp_path)
    await stage.open()
    house = inhabited(stage)
    yield house
    await house.close()
    await stage.close()


# The gazetteer changes with nothing that people do; the lease by itself.
LEFT_OUT = {"place", "place_name", "gazetteer", "lease"}
TABLES = [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def everything(stage: Stage) -> dict[str, list[str]]:
    """All rows of all tables."""
    return stage.looks_up(
        lambda session: {table.name: sorted(map(repr, session.execute(select(table)))) for table in TABLES}
    )


def _stands(sentence: str, text: str, language: str) -> bool:
    """Nothing stands everywhere; data stand for themselves."""
    return not sentence or translate(language, sentence) in text


def faults(page: Page, reader: Reader, language: str, status: int, text: str) -> Iterator[str]:
    """What is not as the table says."""
    told, expected = f"{page} for {reader}: {status}", page.table[reader]
    if isinstance(expected, Opens):
        if status != 200 or not _stands(expected.shows, text, language):
            yield f"{told}, does not show {expected.shows!r}"
        return
    if status != expected.status or not _stands(expected.says, text, language):
        yield f"{told}, does not say {expected.status} {expected.says!r}"
    yield from (f"{told}, names {name}" for name in NAMES if name in text)


async def test_every_page_opens_for_whom_the_table_says(full: Inhabited) -> None:
    cells = [(page, reader) for page in PAGES for reader in Reader]
    # First whoever is refused: what opens changes something.
    refused = [(page, reader) for page, reader in cells if isinstance(page.table[reader], No)]
    opened = [(page, reader) for page, reader in cells if isinstance(page.table[reader], Opens)]
    found: list[str] = []
    before = everything(full.stage)
    for page, reader in refused:
        found += faults(page, reader, full.stage.language, *await asks(full, page, reader))
    after = everything(full.stage)
    found += [f"a refusal changed {table}" for table in before if before[table] != after[table]]
    for page, reader in opened:
        found += faults(page, reader, full.stage.language, *await asks(full, page, reader))
    assert not found, "\n".join(found)


async def test_what_is_sent_from_another_site_is_refused_to_everybody(full: Inhabited) -> None:
    before = everything(full.stage)
    answered = {
        (str(page), *await asks(full, page, reader, origin))
        for page in PAGES
        for reader in (Reader.KATRIN, Reader.ANNA)
        for origin in ("https://elsewhere.example", "null")
        if page.method == "POST" and page.route != "/telegram"
    }
    assert {answer[1:] for answer in answered} == {(403, '{"reason":"refused"}')}
    assert everything(full.stage) == before


def registered(app: App) -> set[tuple[str, str]]:
    """Every address the running application answers, and how."""
    found = set()
    for route in app.asgi().routes:
        if isinstance(route, Mount):
            found.add(("GET", f"{route.path}/{{path}}"))
        elif isinstance(route, WebSocketRoute):
            found.add(("WS", route.path))
        else:
            assert isinstance(route, Route)
            found |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
    return {(method, path.replace(":int}", "}")) for method, path in found}


@pytest.mark.language("en")
async def test_every_page_has_its_row(full: Inhabited) -> None:
    assert registered(full.stage.app) == {(page.method, page.route) for page in PAGES} | {("WS", "/chat")}
    assert all(set(page.table) == set(Reader) for page in PAGES)


async def hears(full: Inhabited, reader: Reader, origin: str | None = None) -> list[dict[str, Any]] | int:
    """What the socket of the chat tells a browser that asks for all there is; or its status."""
    url = full.stage.app.web_address()
    try:
        async with full.browsers[reader].ws_connect(f"{url}/chat", origin=origin or url) as socket:
            for frame in ({"type": "hello", "seen": 0}, {"type": "older", "before": 1_000_000}):
                await socket.send_json(frame)
            await socket.send_str("nothing we know: what is answered to that comes last")
            heard: list[dict[str, Any]] = []
            while not heard or heard[-1]["type"] not in ("refused", "closed"):
                heard.append(await socket.receive_json(timeout=10))
            return heard
    except aiohttp.WSServerHandshakeError as error:
        return error.status


@pytest.mark.language("en")
async def test_the_socket_tells_everybody_their_own_history_only(full: Inhabited) -> None:
    for reader in Reader:
        heard = await hears(full, reader)
        if reader in (Reader.STRANGER, Reader.IN_TELEGRAM):
            assert heard == 403
            continue
        assert isinstance(heard, list)
        assert (WORDS in str(heard)) is (reader is Reader.ANNA), reader
        assert not any(name in str(heard) for name in NAMES), reader
        assert (heard[-1]["type"] == "closed") is (reader is Reader.SIGNED_OUT), reader
        assert await hears(full, reader, "https://elsewhere.example") == 403
