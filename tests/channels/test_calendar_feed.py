"""The private calendar feed as calendar programs fetch it: over HTTP, by nothing but its secret."""

import json
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import vobject
from sqlalchemy import select, update
from sqlalchemy.event import listen, remove

from db.models.events import Invitation
from db.models.members import Code, Member, Status
from db.models.web import Entry
from tests.actors import Actor
from tests.events import answers, event
from tests.handlers.test_privacy import file_of
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage, translate

TITLES = {"de": "Stammtisch", "zh_Hans": "校友聚会", "en": "Meetup"}


@dataclass(frozen=True)
class Got:
    """What a calendar program received."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def calendar(self) -> Any:
        return vobject.readOne(self.body.decode())


async def gets(stage: Stage, path: str, method: str = "GET", **headers: str) -> Got:
    """Ask for a path as a calendar program does: without a cookie."""
    url = f"{stage.app.web_address()}{path}"
    async with aiohttp.ClientSession() as http, http.request(method, url, headers=headers) as answer:
        return Got(answer.status, await answer.read(), {name.lower(): each for name, each in answer.headers.items()})


async def subscribes(actor: Actor) -> str:
    """Make a feed; the path of its link."""
    await actor.says("/calendar")
    return "/calendar/" + actor.link("/calendar/").rpartition("/")[2]


@pytest.mark.everywhere
async def test_the_feed_speaks_its_owners_language(stage: Stage) -> None:
    meetup = event(stage, titles=TITLES)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    got = await gets(stage, await subscribes(anna))
    assert got.headers["content-type"] == "text/calendar; charset=utf-8"
    assert got.calendar.vevent.summary.value == TITLES[anna.language]
    name = translate(anna.language, "{network}: my events").format(network="Alumni Chemnitz")
    assert got.calendar.x_wr_calname.value == name
    assert (got.calendar.x_published_ttl.value, got.calendar.refresh_interval.value) == ("PT1H", "PT1H")


async def test_nobody_on_the_way_keeps_a_feed(stage: Stage) -> None:
    got = await gets(stage, await subscribes(member(stage)))
    assert got.headers["cache-control"] == "private, no-cache"
    assert got.headers["content-disposition"].startswith("inline")


async def test_a_program_may_ask_for_the_head_only(stage: Stage) -> None:
    path = await subscribes(member(stage))
    whole, head = await gets(stage, path), await gets(stage, path, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("asked", ["{tag}", "W/{tag}", '"older", {tag}', '"older",W/{tag}', "*"])
async def test_what_a_program_has_already_is_not_sent_again(stage: Stage, asked: str) -> None:
    path = await subscribes(member(stage))
    tag = (await gets(stage, path)).headers["etag"]
    got = await gets(stage, path, **{"If-None-Match": asked.format(tag=tag)})
    assert (got.status, got.body, got.headers["etag"]) == (304, b"", tag)


async def test_what_is_new_is_sent(stage: Stage) -> None:
    meetup = event(stage)
    path = await subscribes(member(stage, "Anna Weber"))
    tag = (await gets(stage, path)).headers["etag"]
    answers(stage, "Anna Weber", meetup)
    got = await gets(stage, path, **{"If-None-Match": f'W/{tag}, "{"0" * 32}"'})
    assert got.status == 200 and got.headers["etag"] != tag


async def test_a_feed_that_has_ended_is_told_like_one_that_never_was(stage: Stage) -> None:
    anna = member(stage)
    ended = await subscribes(anna)
    await anna.taps("End the feed")
    paths = [ended, *(f"/calendar/{secret}.ics" for secret in ("B" * 22, "x", "A" * 90, "%E2%80%8B", "%FF"))]
    answered = [await gets(stage, path) for path in paths]
    assert {(got.status, got.body) for got in answered} == {(404, b"not found")}
    assert len({tuple(sorted(got.headers.items() - {("date", got.headers["date"])})) for got in answered}) == 1


async def test_the_secret_of_another_kind_opens_no_feed(stage: Stage) -> None:
    anna = member(stage)
    path = await subscribes(anna)
    stage.looks_up(lambda session: session.execute(update(Code).where(Code.kind == "feed").values(kind="return")))
    assert (await gets(stage, path)).status == 404


async def test_a_feed_is_open_as_long_as_its_owner_may_have_one(stage: Stage) -> None:
    path = await subscribes(member(stage, "Anna Weber"))
    stage.looks_up(lambda session: session.execute(update(Member).values(status=Status.DECLINED)))
    assert (await gets(stage, path)).status == 404


async def test_an_event_by_invitation_is_in_the_feed_of_those_who_come_only(stage: Stage) -> None:
    dinner = event(stage, "Abendessen", invited_only=True)
    anna, bernd, clara = (member(stage, name) for name in ("Anna Weber", "Bernd Vogel", "Clara Lang"))
    for name in ("Anna Weber", "Bernd Vogel"):
        row = Invitation(event_id=dinner, member_id=find(stage, name).id)
        stage.looks_up(lambda session, row=row: session.add(row))
    answers(stage, "Anna Weber", dinner)
    mine = await gets(stage, await subscribes(anna))
    url = mine.calendar.vevent.url.value
    for other in (bernd, clara):
        assert b"VEVENT" not in (await gets(stage, await subscribes(other))).body
    # Clara sees Anna's calendar on a screen they share: the link in it opens nothing for her.
    page = await gets(stage, url[url.index("/go/") :])
    assert "Abendessen" not in page.body.decode()
    await clara.says(f"/start {url.rpartition('/')[2]}")
    clara.reads("This event no longer exists.")


async def test_a_feed_names_nobody_else(stage: Stage) -> None:
    meetup = event(stage)
    anna = member(stage, "Anna Weber")
    member(stage, "Bernd Vogel")
    for name in ("Anna Weber", "Bernd Vogel"):
        answers(stage, name, meetup)
    body = (await gets(stage, await subscribes(anna))).body.decode()
    assert "Stammtisch" in body
    assert not any(word in body for word in ("Bernd", "Anna", "mailto", "ATTENDEE"))


@on_both_databases
async def test_a_long_feed_costs_no_more_questions_than_a_short_one(stage: Stage) -> None:
    path = await subscribes(member(stage, "Anna Weber"))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    for city in ("Chemnitz", "Chemnitz", "Leipzig", "Nanjing"):
        answers(stage, "Anna Weber", event(stage, city=city))
    listen(stage.app.engine, "before_cursor_execute", note)
    got = await gets(stage, path)
    remove(stage.app.engine, "before_cursor_execute", note)
    assert got.body.count(b"BEGIN:VEVENT") == 4
    assert len(asked) == 3, asked  # the code, its owner, the events


async def test_no_row_and_no_line_of_the_log_has_the_secret(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    anna = member(stage, "Anna Weber")
    with caplog.at_level(logging.DEBUG):
        path = await subscribes(anna)
        await gets(stage, path)
        await gets(stage, path, "HEAD")
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    [code] = stage.looks_up(lambda session: list(session.scalars(select(Code).where(Code.kind == "feed"))))
    entries = stage.looks_up(lambda session: [entry.body for entry in session.scalars(select(Entry))])
    assert len(secret) == 22 and code.expires_at is None and code.used_at is None
    assert secret not in json.dumps(entries) and secret not in repr(vars(code))
    ours = [record.getMessage() for record in caplog.records if record.name.split(".")[0] in ("road", "web", "uvicorn")]
    assert not any(secret in line or "Anna" in line for line in ours)


async def test_ones_data_say_that_there_is_a_feed_but_not_where(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    path = await subscribes(anna)
    await anna.says("/mydata")
    held = await file_of(anna)
    assert [code["kind"] for code in held["codes"]] == ["feed"]
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in json.dumps(held)
