"""People look at what they told us, and change it line by line."""

import pytest

from db import members
from tests.actors import Actor
from tests.handlers.test_joining import city, ids, picks
from tests.people import find, guest, member
from tests.stage import Stage


async def opens_profile(stage: Stage) -> Actor:
    anna = member(stage)
    await anna.says("/profile")
    return anna


@pytest.mark.everywhere
async def test_the_profile_is_one_card_with_a_button_a_line(stage: Stage) -> None:
    anna = await opens_profile(stage)
    anna.reads("<b>Your profile</b> ({state})")
    assert "Anna Weber" in anna.screen.text
    for label in ("Name", "City", "Programme", "Employer", "Shown to all alumni", "Menu"):
        assert anna.sees_button(label)


async def test_a_changed_line_is_saved_at_once_and_shown(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Employer")
    await anna.says("Siemens <AG> & Co.")
    anna.reads("Saved.")
    assert "Siemens <AG> & Co." in anna.screen.text
    assert find(stage, "Anna Weber").employer == "Siemens <AG> & Co."


async def test_what_does_not_fit_is_said_and_changes_nothing(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Name")
    await anna.says("4711")
    anna.reads("A name has letters only, with spaces, hyphens or dots. Please write just the name.")
    await anna.taps("Back")
    assert find(stage, "Anna Weber").full_name == "Anna Weber"


async def test_an_optional_line_can_be_emptied(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Function")
    await anna.says("Head of Development")
    await anna.taps("Function")
    await anna.taps("Skip")
    assert find(stage, "Anna Weber").function is None


async def test_a_new_city_moves_the_clock_along(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("City")
    await anna.says("New York")
    await picks(anna, 0)
    assert find(stage, "Anna Weber").zone == "America/New_York"


async def test_a_time_zone_chosen_by_hand_stays(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/zone")
    await anna.says("Chemnitz")
    await anna.says("/profile")
    await anna.taps("City")
    await anna.says("Leipzig")
    assert find(stage, "Anna Weber").zone == "Europe/Berlin"
    assert find(stage, "Anna Weber").place_id == int(city(stage, "Leipzig"))


async def test_another_institution_asks_for_a_programme_of_it(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Institution")
    await picks(anna, 1)
    anna.reads("Which programme?")
    await picks(anna, 0)
    anna.reads("Saved.")
    row = find(stage, "Anna Weber").id
    kept = stage.looks_up(lambda session: members.affiliations_of(session, row))
    assert [programme.institution_id for _row, _one, programme, _cohort in kept if programme] == [kept[0][1].id]
    assert str(kept[0][1].id) != ids(stage)[0]


async def test_opening_a_detail_to_alumni_is_one_tick(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Shown to all alumni")
    await anna.taps("Employer")
    await anna.taps("Done")
    row = find(stage, "Anna Weber").id
    assert stage.looks_up(lambda session: members.visibility_of(session, row)) == {"employer": "alumni"}


async def test_words_after_looking_at_the_profile_change_nothing(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.says("Bob")
    anna.reads("This is an automatic assistant, which cannot answer free text. Perhaps one of these helps:")
    assert find(stage, "Anna Weber").full_name == "Anna Weber"


async def test_a_change_begun_is_left_by_any_command(stage: Stage) -> None:
    anna = await opens_profile(stage)
    await anna.taps("Name")
    await anna.says("/contact")
    await anna.says("Bob")
    assert find(stage, "Anna Weber").full_name == "Anna Weber"


async def test_who_waits_may_already_correct_their_profile(stage: Stage) -> None:
    anna = member(stage, verified=False)
    await anna.says("/profile")
    await anna.taps("Form of address")
    await anna.says("Prof. Weber")
    assert find(stage, "Anna Weber").addressed_as == "Prof. Weber"


async def test_a_guest_has_no_profile(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/profile")
    anna.reads("For this you need to be registered. It takes about two minutes.")


async def test_without_contact_among_alumni_there_is_nothing_to_open(stage: Stage) -> None:
    anna = member(stage, in_network=False)
    await anna.says("/profile")
    assert not anna.sees_button("Shown to all alumni")
