"""Nobody gets lost: the menu, help, giving up, a person to turn to, and words nobody asked for."""

import pytest

from bot.conversation.reply import Go
from bot.conversation.routing import Gate
from tests.actors import Actor
from tests.conversation.test_forms import is_told
from tests.handlers.test_joining import answered, comes_to, draft
from tests.people import find, guest, member
from tests.stage import Stage, translate

NO_ANSWER = "This is an automatic assistant, which cannot answer free text. Perhaps one of these helps:"
EARLIER = "This button is from an earlier version. Please open /menu."


@pytest.mark.everywhere
@pytest.mark.parametrize("said", ["/menu", "Hello?"])
async def test_members_find_everything_from_the_menu(stage: Stage, said: str) -> None:
    anna = member(stage)
    await anna.says(said)
    if said != "/menu":
        await anna.taps("Menu")
    anna.reads("What would you like to do?")
    for label in ("Clubs", "My clubs", "My profile", "Settings", "Privacy", "Contact", "Other door", "Help"):
        assert anna.sees_button(label), label


async def test_guests_see_what_guests_can_do(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/menu")
    assert anna.sees_button("Register")
    assert anna.sees_button("Privacy")
    assert not anna.sees_button("My clubs")


async def test_coordinators_see_what_waits_for_them(stage: Stage) -> None:
    karl = member(stage, "Karl Koch", coordinator=True)
    member(stage, verified=False)
    await karl.says("/menu")
    assert karl.sees_button("Registrations ({n})", n=1)


async def helped(actor: Actor) -> set[str]:
    await actor.says("/help")
    return {line.split(" ")[0] for line in actor.screen.text.splitlines() if line.startswith("/")}


async def test_help_lists_the_commands_of_ones_role(stage: Stage) -> None:
    karl, anna = member(stage, "Karl Koch", coordinator=True), member(stage)
    office = await helped(karl)
    karl.reads("For coordinators")
    alumni = await helped(anna)
    anna.reads_not("For coordinators")
    stranger = await helped(guest(stage))
    assert stranger < alumni < office
    assert "/verify" in office - alumni
    assert "/profile" in alumni - stranger
    assert {"/menu", "/help", "/privacy", "/mydata", "/forget", "/stop", "/cancel", "/contact"} <= stranger


@pytest.mark.door("telegram")  # a page may send thirty messages in ten seconds, and there are more commands
async def test_every_command_in_help_answers(stage: Stage) -> None:
    karl = member(stage, "Karl Koch", coordinator=True)
    for name, route in stage.app.router.commands.items():
        if route.about is not None:
            before = len(karl.messages())
            await karl.says(f"/{name}")
            assert len(karl.messages()) > before, name
    karl.reads_not("Something went wrong ({code}).")


async def test_every_command_is_a_button_too(stage: Stage) -> None:
    karl = member(stage, "Karl Koch", coordinator=True)
    await karl.says("/menu")
    await karl.presses(Go("settings").pack(), karl.screen.ident)
    assert karl.sees_button("Quiet hours")


async def test_cancel_gives_up_the_form_one_is_in(stage: Stage) -> None:
    anna = await comes_to(stage, "relation")
    await anna.says("/cancel")
    title = translate(anna.language, "Registration")
    anna.reads("Cancelled: {form}. What you had entered in this form has been discarded.", form=title)
    assert draft(stage) is None


async def test_there_may_be_nothing_to_cancel(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/cancel")
    anna.reads("There is nothing to cancel.")


async def test_members_reach_the_contact_of_their_institution(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/contact")
    card = anna.reads("These people are glad to help you. Please write or call them directly:")
    assert "alumni@tu-chemnitz.example" in card.text
    assert "china@tu-clausthal.example" not in card.text


async def test_a_guest_reaches_all_contacts(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/contact")
    card = anna.reads("Alumni office: {email}", email="alumni@tu-chemnitz.example")
    assert "china@tu-clausthal.example" in card.text


@pytest.mark.parametrize(
    "said", ["Hello?", "😀", "<b>bold</b> & {braces}", "\u202eolleH", "x" * 4096, "\u2003", "/ menu"]
)
async def test_words_nobody_asked_for_get_a_way_on(stage: Stage, said: str) -> None:
    anna = member(stage)
    await anna.says(said)
    anna.reads(NO_ANSWER)
    assert anna.sees_button("Help")


@pytest.mark.door("telegram")
@pytest.mark.parametrize("what", ["photo", "sticker", "contact", "location", "forward"])
async def test_other_things_nobody_asked_for_are_answered(stage: Stage, what: str) -> None:
    anna = member(stage)
    details = {"location": {"lat": 50.8, "lon": 12.9}, "contact": {"user_id": 0}, "forward": {"text": "/forget"}}
    await anna.sends(what, **details.get(what, {}))
    anna.reads("Thank you, but we cannot do anything with this here. Perhaps one of these helps:")
    assert find(stage, "Anna Weber").erase_at is None


@pytest.mark.parametrize("command", ["nonsense", "x" * 60, "héllo"])
async def test_an_unknown_command_is_named(stage: Stage, command: str) -> None:
    anna = member(stage)
    await anna.says(f"/{command}")
    anna.reads("We do not know the command /{command}.", command=command[:32])


@pytest.mark.everywhere
async def test_words_in_the_middle_of_something_offer_to_go_on(stage: Stage) -> None:
    anna = await comes_to(stage, "relation")
    await anna.says("/help")
    await anna.says("Hello?")
    anna.reads(NO_ANSWER)
    await anna.taps("Continue: {form}", form=translate(anna.language, "Registration"))
    anna.reads("What connects you with us?")


@pytest.mark.parametrize(
    "data", ["zz:1", "st:nosuch:1", "qm:joining:?:", "q:joining", "", ":", "co:999999999999999999999"]
)
async def test_a_button_of_another_version_is_answered(stage: Stage, data: str) -> None:
    anna = member(stage)
    await anna.says("/menu")
    await anna.presses(data, anna.screen.ident)
    anna.reads_not("Something went wrong ({code}).")
    assert len(anna.messages()) >= 2


async def test_an_unknown_button_says_where_to_go_on(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/menu")
    await anna.presses("zz:1", anna.screen.ident)
    assert is_told(anna, EARLIER)


async def test_a_coordinators_button_in_other_hands_opens_nothing(stage: Stage) -> None:
    bob = member(stage, "Bob Miller")
    member(stage, verified=False)
    await bob.says("/menu")
    await bob.presses("va:1", bob.screen.ident)
    bob.reads("This is for coordinators.")
    assert find(stage, "Anna Weber").status == "pending"


async def test_every_route_that_is_open_to_anyone_is_meant_to_be(stage: Stage) -> None:
    """A route that says nothing is for verified members; these say so."""
    router = stage.app.router
    open_taps = {prefix for prefix, route in router.taps.items() if route.gate is Gate.ANYONE}
    assert {"lg", "pk"} <= open_taps
    assert not {"va", "vb", "vd", "pn", "st"} & open_taps


@pytest.mark.everywhere
async def test_commands_in_the_middle_of_registering_lose_nothing(stage: Stage) -> None:
    anna = await comes_to(stage, "years")
    before = answered(stage)
    for command in ("/menu", "/privacy", "/contact", "/start"):
        await anna.says(command)
    await anna.says("/join")
    anna.reads("When did you leave, or which cohort are you?")
    assert answered(stage) == before
