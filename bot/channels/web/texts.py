"""What the chat page itself says, in every language at once: it can change while the page is open."""

from functools import cache

from bot.conversation.i18n import LANGUAGES, N_, _, speaking

TEXTS = {
    "welcome": N_("Shall we speak English?"),
    "connecting": N_("Connecting…"),
    "connected": N_("Connected"),
    "offline": N_("Not connected. We keep trying; what you write is kept and sent."),
    "conversation": N_("Conversation"),
    "message": N_("Message"),
    "send": N_("Send"),
    "menu": N_("Menu"),
    "characters_left": N_("Characters left: {left}"),
    "earlier": N_("Earlier messages"),
    "newest": N_("Jump to newest"),
    "you": N_("You"),
    "working": N_("The answer is on its way."),
    "sending": N_("Sending…"),
    "not_sent": N_("Not sent: {reason}"),
    "edit": N_("Correct the text"),
    "discard": N_("Discard"),
    "share_location": N_("Share my location"),
    "locating": N_("Looking for your location…"),
    "my_location": N_("My location"),
    "location_denied": N_("Your browser did not allow access to your location. You can type the city instead."),
    "location_unknown": N_("Your location could not be found. You can type the city instead."),
    "download": N_("Download"),
    "attach": N_("Send a picture or a file"),
    "uploading": N_("Sending… {percent} %"),
    "file_large": N_("It has {size} MB, and at most {limit} MB can be passed on. Please send a smaller one."),
    "file_empty": N_("This file is empty."),
    "file_unasked": N_("A file is no longer asked for here. Please open the question again."),
    "file_refused": N_("You are not signed in here. Please load the page again."),
    "file_busy": N_("The line broke, or too much is going on just now. Please try again in a moment."),
    "signed_out": N_("You are signed out on this device."),
    "start_again": N_("Start again"),
    "needs_script": N_("This page needs JavaScript. Please switch it on and load the page again."),
    "demo_title": N_("Demonstration"),
    "demo_note": N_("The people are invented, and the clock can be moved."),
    "demo_now": N_("It is now {now}."),
    "demo_shoes": N_("Step into somebody's shoes:"),
    "demo_hour": N_("One hour on"),
    "demo_day": N_("One day on"),
    "demo_failed": N_("That did not work. Please try again."),
}


@cache
def page_texts() -> dict[str, dict[str, str]]:
    """Language -> key -> sentence."""
    texts = {}
    for tag in LANGUAGES:
        with speaking(tag):
            texts[tag] = {key: str(_(sentence)) for key, sentence in TEXTS.items()}
    return texts


def refusal(tag: str | None, reason: str) -> str:
    """Why a message was not taken, in the reader's language."""
    with speaking(tag):
        return str(
            {
                "large": _("This is too long: please use at most {n} characters.").format(n=4096),
                "fast": _("That was a lot at once. Please wait a moment and send it again."),
                "odd": _("This message could not be read. Please load the page again."),
                "closed": _("You are signed out on this device."),
            }[reason]
        )
