"""The page of an export link: its button and what it does, or why there is none."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.ground import Web
from bot.channels.web.pages import asked_language, render
from bot.conversation.i18n import LANGUAGES, _, speaking
from handlers.exports.links import About, Format, Link, Standing

STATUS = {
    Standing.GOOD: 200,
    Standing.UNKNOWN: 404,
    Standing.USED: 410,
    Standing.EXPIRED: 410,
    Standing.OTHER_BROWSER: 403,
    Standing.SIGNED_OUT: 403,
    Standing.NOT_YOURS: 403,
    Standing.NO_LONGER: 403,
}


def show_link(web: Web, request: Request, link: Link) -> Response:
    """The button, or why there is none."""
    language = _language(request, link)
    with speaking(language):
        title, lead = _words(link)
        good = link.standing is Standing.GOOD
        page = render(
            web,
            request,
            "export.html",
            language=language,
            title=title,
            lead=lead,
            action=request.url.path if good else "",
            button=_buttons()[link.format],
            note=_(
                "If you opened this inside Telegram or another app, please choose “Open in browser” there first: not "
                "every app can save files, and once the button is pressed the link works in that browser only."
            ),
            chat=_("Open the chat"),
        )
    page.status_code = STATUS[link.standing]
    return page


def _buttons() -> dict[Format, Markup]:
    return {
        Format.XLSX: _("Download (Excel)"),
        Format.CSV: _("Download (CSV)"),
        Format.JSON: _("Download (JSON)"),
        Format.HTML: _("Open the letters"),
    }


def _language(request: Request, link: Link) -> str:
    """What the address asks for, else that of whoever asked for the list."""
    asked = request.query_params.get("language")
    return asked if asked in LANGUAGES else link.language or asked_language(request)


def _words(link: Link) -> tuple[Markup, Markup]:
    """A headline and a sentence for each standing."""
    return {
        Standing.GOOD: _what_it_does(link),
        Standing.UNKNOWN: (
            _("We do not know this link"),
            _("Perhaps it is not complete. In the chat you get a new one, in the same way as this one."),
        ),
        Standing.USED: (
            _("This link was used already"),
            _("What was behind it has been handed out. In the chat you get a new one, in the same way as this one."),
        ),
        Standing.OTHER_BROWSER: (
            _("This link works in another browser"),
            _("It belongs to the browser in which its button was pressed first, so nothing was downloaded. In the chat "
              "you get a new one, in the same way as this one."),
        ),
        Standing.SIGNED_OUT: (
            _("You are not signed in here"),
            _("This link opens only for the person who asked for it, in a browser in which they are signed in. Please "
              "open it there, from the chat."),
        ),
        Standing.EXPIRED: (
            _("This link has expired"),
            _("Links are valid for 15 minutes. In the chat you get a new one, in the same way as this one."),
        ),
        Standing.NOT_YOURS: (
            _("This link was made for somebody else"),
            _("You are signed in here as another person, so nothing was downloaded. Whoever may have this list can ask "
              "for a link of their own in the chat."),
        ),
        Standing.NO_LONGER: (_("This list is not open to you"), _whose(link.about)),
    }[link.standing]  # fmt: skip


def _what_it_does(link: Link) -> tuple[Markup, Markup]:
    if link.format is Format.HTML:
        return _("Letters of invitation"), _(
            "With this button you open the letters, to print them or to save them as a PDF. If they break off, press "
            "it again; codes made before then open nothing any more. When all have come, the link is used up. Each "
            "time is recorded, with the reason you gave."
        )
    title = _("List: {event}").format(event=link.title)
    if link.about is About.INVITATIONS:
        return title, _(
            "With this button you download the list. If it breaks off, press it again; codes made before then open "
            "nothing any more. When all of it has come, the link is used up. Each time is recorded, with the reason "
            "you gave."
        )
    return title, _(
        "With this button you download the list. If it breaks off, press it again; that works until 15 minutes after "
        "you asked for the link, in this browser only. Each time is recorded, with the reason you gave."
    )


def _whose(about: About) -> Markup:
    if about is About.EVENT:
        return _("It is for those who organise the event.")
    if about is About.SURVEY:
        return _("It is for coordinators who answer for everybody who was asked.")
    if about is About.UNREACHED:
        return _("It is for coordinators who answer for the whole network.")
    if about is About.INVITATIONS:
        return _("Whom you answer for has changed since you asked for it. /invite makes another.")
    return _(
        "It is for coordinators, and whom you answer for has changed since you asked for it. /export makes another."
    )


def show_failure(web: Web, request: Request) -> Response:
    with speaking(asked_language(request)):
        page = render(
            web,
            request,
            "export.html",
            title=_("That did not work"),
            lead=_("Nothing was downloaded, and the link still works. Please try again in a moment."),
            action="",
            chat=_("Open the chat"),
        )
    page.status_code = 503
    return page
