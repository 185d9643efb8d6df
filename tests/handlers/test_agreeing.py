"""What people agree to comes before anything personal, is written down word by word, and can be taken back."""

import pytest
from annotated_types import MaxLen
from sqlalchemy import select

from bot.conversation.i18n import speaking
from bot.conversation.privacy_texts import VERSION, alumni_consent, full_notice, short_notice, transfer_consent
from bot.settings import Settings
from db import consents
from db.members import visibility_of
from db.models.privacy import Consent, Purpose
from db.places import name_country
from tests.actors import Actor
from tests.handlers.test_joining import answered, city, comes_to, count, draft, picks
from tests.people import find, guest, member
from tests.stage import Stage, translate

LONGEST_MESSAGE = 4096
# What somebody said to the three questions, below the notice in /privacy.
LONGEST_ANSWERS = 250


def said(stage: Stage, purpose: Purpose) -> list[Consent]:
    query = select(Consent).where(Consent.purpose == purpose, Consent.version == VERSION).order_by(Consent.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


async def reads_the_notice(stage: Stage) -> Actor:
    anna = guest(stage)
    await anna.says("/join")
    await anna.taps("I have read this")
    return anna


@pytest.mark.everywhere
async def test_the_notice_consent_and_transfer_come_before_the_name(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/join")
    anna.reads("<b>How we handle your data</b>")
    await anna.taps("I have read this")
    anna.reads("<b>Contact among alumni</b>\n\n")
    await anna.taps("I agree")
    anna.reads("Where do you live? In mainland China the law asks for one more consent.")
    await anna.taps("In mainland China")
    anna.reads("<b>Transfer of your data to Germany</b>")
    assert set(answered(stage)) == {"notice", "alumni", "china"}
    await anna.taps("I agree")
    anna.reads("What is your full name? Please write it as you usually do, in any script.")


async def test_each_answer_is_recorded_with_version_exact_text_language_and_time(stage: Stage) -> None:
    anna = await reads_the_notice(stage)
    await anna.taps("I do not agree")
    await anna.taps("In mainland China")
    await anna.taps("I agree")
    house = stage.app.house
    with speaking(anna.language):
        texts = {
            (Purpose.UNIVERSITY, True, str(short_notice(house))),
            (Purpose.ALUMNI, False, str(alumni_consent(house))),
            (Purpose.TRANSFER, True, str(transfer_consent(house))),
        }
    rows = stage.looks_up(lambda session: list(session.scalars(select(Consent))))
    assert {(row.purpose, row.given, row.text) for row in rows} == texts
    assert {(row.version, row.language, row.at) for row in rows} == {(VERSION, anna.language, stage.clock.now())}


async def test_the_full_text_is_behind_a_button_and_does_not_count_as_reading(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/join")
    await anna.taps("Read everything")
    anna.reads("<b>Who is responsible?</b>")
    assert said(stage, Purpose.UNIVERSITY) == []
    assert anna.sees_button("I have read this")


@pytest.mark.parametrize("language", ["de", "zh_Hans", "en"])
async def test_the_full_text_fits_into_one_message(stage: Stage, language: str) -> None:
    with speaking(language):
        text = f"{full_notice(stage.app.house)}\n\n{short_notice(stage.app.house)}"
    assert len(text) < LONGEST_MESSAGE


@pytest.mark.parametrize("language", ["de", "zh_Hans", "en"])
def test_it_fits_with_the_longest_settings_too_and_says_where_the_data_lie(language: str) -> None:
    house = Settings(_env_file=None, secret_key="x" * 32, hosted_in="FM", **longest()).house()  # type: ignore[call-arg]
    with speaking(language):
        country = name_country("FM", language)
        text, consent = full_notice(house), transfer_consent(house)
        more = max(len(short_notice(house)) + 2, LONGEST_ANSWERS)
    assert len(text) + more < LONGEST_MESSAGE
    assert country in text and country in consent and house.controller.host in text
    assert name_country("DE", language) not in text + consent


def longest() -> dict[str, str]:
    """Every setting of words, as long as it may be."""
    found = {}
    for name, field in Settings.model_fields.items():
        for limit in field.metadata:
            if isinstance(limit, MaxLen):
                found[name] = "W" * limit.max_length
    return found


async def test_a_double_tap_records_once(stage: Stage) -> None:
    anna = await reads_the_notice(stage)
    row, data = anna.screen.ident, anna.screen.buttons[0][0][1]
    await anna.presses(data, row)
    await anna.presses(data, row)
    assert [each.given for each in said(stage, Purpose.ALUMNI)] == [True]


async def test_another_answer_after_going_back_is_recorded_as_well(stage: Stage) -> None:
    anna = await reads_the_notice(stage)
    await anna.taps("I agree")
    await anna.taps("Back")
    await anna.taps("I do not agree")
    assert [each.given for each in said(stage, Purpose.ALUMNI)] == [True, False]


async def test_without_contact_among_alumni_nobody_is_asked_what_they_may_see(stage: Stage) -> None:
    anna = await comes_to(stage, "employer", alumni="no")
    await anna.taps("Skip")
    anna.reads("<b>Is everything right?</b> Tap a line below to change it.")
    assert not anna.sees_button("Shown to all alumni")


async def test_nothing_is_shown_to_others_unless_ticked(stage: Stage) -> None:
    anna = await comes_to(stage, "for_clubs")
    await anna.taps("Done")
    await anna.taps("City")
    await anna.taps("Done")
    await anna.taps("Everything is right")
    assert visibility(stage) == {"city": "alumni"}


def visibility(stage: Stage) -> dict[str, str]:
    row = find(stage, "Anna Weber").id
    return stage.looks_up(lambda session: visibility_of(session, row))


@pytest.mark.everywhere
async def test_without_the_transfer_nothing_is_stored(stage: Stage) -> None:
    anna = await reads_the_notice(stage)
    await anna.taps("I agree")
    await anna.taps("In mainland China")
    await anna.taps("I do not agree")
    anna.reads("Then we may not store your data and cannot register you. What you answered here is all we have;")
    assert draft(stage) is None
    assert [each.given for each in said(stage, Purpose.TRANSFER)] == [False]


async def test_a_city_in_china_asks_for_the_transfer_whatever_was_said_before(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.says("南京")
    anna.reads("<b>Transfer of your data to Germany</b>")
    await anna.taps("I do not agree")
    assert draft(stage) is None


async def test_who_agrees_to_the_transfer_goes_on_where_they_were(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.says("南京")
    await anna.taps("I agree")
    anna.reads("What do you work on? Several answers are fine.")
    assert answered(stage)["city"] == city(stage, "南京")


async def test_a_draft_that_knows_an_older_notice_is_asked_again(stage: Stage) -> None:
    anna = await comes_to(stage, "years", notice="2020-01")
    await picks(anna, 0)
    anna.reads("<b>How we handle your data</b>")


async def test_moving_to_china_asks_for_the_transfer_and_without_it_the_city_stays(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/profile")
    await anna.taps("City")
    await anna.says("南京")
    anna.reads("<b>Transfer of your data to Germany</b>")
    await anna.taps("I do not agree")
    anna.reads("Then your city stays as it was. Without this consent we may not store a city in mainland China.")
    assert find(stage, "Anna Weber").place_id == int(city(stage, "Chemnitz"))


@pytest.mark.everywhere
async def test_contact_among_alumni_is_withdrawn_as_easily_as_given(stage: Stage) -> None:
    anna = member(stage, in_network=False)
    await anna.says("/privacy")
    await anna.taps("Allow contact among alumni")
    anna.reads("You agreed to contact among alumni. In /profile you choose which details others see.")
    await anna.taps("Privacy")
    await anna.taps("Withdraw contact among alumni")
    anna.reads("You withdrew your consent. From now on no other alumni see anything of you.")
    assert [each.given for each in said(stage, Purpose.ALUMNI)] == [True, False]


async def test_withdrawing_twice_is_recorded_once(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/privacy")
    message, label = anna.screen.ident, translate(anna.language, "Withdraw contact among alumni")
    data = next(data for row in anna.screen.buttons for text, data in row if text == label)
    await anna.presses(data, message)
    await anna.presses(data, message)
    assert count(stage, Consent) == 3


async def test_withdrawing_the_transfer_leads_to_erasure(stage: Stage) -> None:
    ling = member(stage, "陈诗博", city="南京")
    row, now = find(stage, "陈诗博").id, stage.clock.now()
    stage.looks_up(
        lambda session: consents.add(
            session, row, Purpose.TRANSFER, given=True, version=VERSION, text="…", language="en", at=now
        )
    )
    await ling.says("/privacy")
    await ling.taps("Withdraw the transfer")
    await ling.taps("Erase my data")
    ling.reads("<b>Erase everything?</b>")
