"""What people read at a closed door, and the way on."""

import pytest

from tests.clubs import club
from tests.people import member
from tests.stage import Stage

LANGUAGE = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}
TO_REGISTER = "For this you need to be registered. It takes about two minutes."
TO_BE_VERIFIED = "This opens once the alumni office has confirmed your registration."


@pytest.mark.parametrize("command", ["/myclubs", "/profile", "/settings", "/web", "/devices", "/key", "/verify"])
async def test_a_guest_is_shown_how_to_register(stage: Stage, command: str) -> None:
    guest = stage.person("Gast")
    await guest.says("/start")
    await guest.taps(LANGUAGE[guest.language])
    await guest.says(command)
    guest.reads(TO_REGISTER)
    assert guest.sees_button("Register")


async def test_somebody_pending_is_told_what_they_wait_for(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/myclubs")
    anna.reads(TO_BE_VERIFIED)
    assert anna.sees_button("I have a code")


async def test_somebody_pending_cannot_join_a_club_by_an_old_button(stage: Stage) -> None:
    club(stage, "Leipzig")
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    anna.reads(TO_BE_VERIFIED)


async def test_a_closed_gate_opens_with_the_verification(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/myclubs")
    anna.reads(TO_BE_VERIFIED)
    await koch.says("/verify")
    await koch.taps("Anna Weber")
    await koch.taps("Approve")
    await anna.says("/myclubs")
    anna.reads("You are not in a club yet.")


@pytest.mark.parametrize("command", ["/verify", "/issue", "/newkey", "/found", "/appoint"])
async def test_a_member_is_told_what_is_for_coordinators(stage: Stage, command: str) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says(command)
    anna.reads("This is for coordinators.")


async def test_the_help_lists_only_what_one_may_do(stage: Stage) -> None:
    anna, koch = member(stage, "Anna Weber"), member(stage, "Katrin Koch", coordinator=True)
    for actor in (anna, koch):
        await actor.says("/help")
    assert ["/verify" in actor.screen.text for actor in (anna, koch)] == [False, True]


async def test_a_registered_person_does_not_register_again(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    await anna.presses("qm:joining:r:", anna.screen.ident)
    anna.reads("You are registered already.")
    await anna.says("/join")
    anna.reads("You are registered already.")


async def test_a_form_is_as_closed_as_its_command(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    for form in ("issue", "newkey", "found", "appoint", "decline", "askback"):
        await anna.presses(f"qm:{form}:r:", anna.screen.ident)
        anna.reads("This is for coordinators.")


async def test_a_button_of_an_earlier_version_leads_to_the_menu(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    for data in ("xx:1", "cj:", "cj:1:2", "cj:one", "", "ca:1:2"):
        await anna.presses(data or "::", anna.screen.ident)
        anna.reads("This button is from an earlier version. Please open /menu.")
