"""The page behind an export link: looking at it spends nothing, since previews open links; its button downloads the
file, once.

Who may: see `handlers.exports.links`. The secret in the address suffices, for the browser inside Telegram is signed in
as nobody; it works once and for a quarter of an hour. A browser that is signed in as somebody else is refused.
"""

from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from bot.channels.web.ground import Web
from bot.channels.web.invitations import letters_of, table_of
from bot.channels.web.pages import asked_language, render
from bot.channels.web.parcels import MEDIA_TYPES, text_of, workbook_of
from bot.channels.web.security import COOKIE, hash_token, own_origin
from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, _, speaking
from bot.conversation.routing import Made
from bot.delivery.drawing import DrawingFailed, drawn
from bot.domain.inviting import Way
from db import members, web_sessions
from db.models.members import Status
from db.trouble import Trouble, classify
from handlers.breaches import unreached
from handlers.events import exporting as answers_to_event
from handlers.exports.invitations import take as take_invitations
from handlers.exports.links import About, Format, Link, Standing
from handlers.exports.taking import Parcel, look_at, take
from handlers.surveys import taking as answers_to_survey

STATUS = {
    Standing.GOOD: 200,
    Standing.UNKNOWN: 404,
    Standing.USED: 410,
    Standing.EXPIRED: 410,
    Standing.NOT_YOURS: 403,
    Standing.NO_LONGER: 403,
}


async def export(web: Web, request: Request) -> Response:
    """GET shows one button, POST downloads: only from our own page."""
    secret = request.path_params["secret"]
    link = await web.read(lambda session: look_at(*_asked(web, request, session, secret)))
    if request.method != "POST":
        return _page(web, request, link)
    if request.headers.get("origin") != own_origin(web.house, request):
        return PlainTextResponse("refused", 403)
    try:
        if link.about is About.MEMBERS:
            return await _members(web, request, secret)
        if link.about is About.INVITATIONS:
            return await _invitations(web, request, secret)
        return await _table(web, request, secret, link.about)
    except DrawingFailed:
        return _failed(web, request)
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            raise
        return _failed(web, request)


TABLES = {
    About.EVENT: (answers_to_event.prepare, answers_to_event.hand_out),
    About.SURVEY: (answers_to_survey.prepare, answers_to_survey.hand_out),
    About.UNREACHED: (unreached.prepare, unreached.hand_out),
}


async def _table(web: Web, request: Request, secret: str, about: About) -> Response:
    """First the file is made, then the link is spent: what could not be made has cost nothing."""
    prepare, hand_out = TABLES[about]
    link, listed = await web.read(lambda session: prepare(*_asked(web, request, session, secret)))
    if listed is None:
        return _page(web, request, link)
    made = await drawn(listed.file)
    link = await web.read(lambda session: hand_out(*_asked(web, request, session, secret), listed.last))
    return _attached(made) if link.standing is Standing.GOOD else _page(web, request, link)


async def _members(web: Web, request: Request, secret: str) -> Response:
    """First everybody in it is written down and the link is spent; only then does anything leave the house."""
    link, parcel = await web.read(lambda session: take(*_asked(web, request, session, secret)))
    if parcel is None:
        return _page(web, request, link)
    return await _stream(web, parcel)


async def _invitations(web: Web, request: Request, secret: str) -> Response:
    """The link is spent first: the codes that it makes are seen once."""
    link, mailing = await web.read(lambda session: take_invitations(*_asked(web, request, session, secret)))
    if mailing is None:
        return _page(web, request, link)
    if mailing.way is Way.LETTERS:
        return StreamingResponse(letters_of(web, mailing), media_type="text/html")
    return StreamingResponse(
        table_of(web, mailing), media_type=MEDIA_TYPES[Format.CSV], headers=_disposition(mailing.name)
    )


async def _stream(web: Web, parcel: Parcel) -> Response:
    pieces = await workbook_of(web, parcel) if parcel.format is Format.XLSX else text_of(web, parcel)
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[parcel.format], headers=_disposition(parcel.name))


def _asked(
    web: Web, request: Request, session: Session, secret: str
) -> tuple[Session, House, str, int | None, datetime]:
    """What every question about a link is asked with."""
    now = web.clock.now()
    return session, web.house, secret, signed_in(session, request, now), now


def signed_in(session: Session, request: Request, now: datetime) -> int | None:
    """The member this browser is signed in as; a guest who only looked round is nobody."""
    browser = web_sessions.find(session, hash_token(request.cookies.get(COOKIE, "")), now)
    member = web_sessions.member_of(session, browser.id) if browser is not None else None
    known = member is not None and members.load(session, member).status != Status.GUEST
    return member if known else None


def _attached(made: Made) -> Response:
    return Response(made.content, media_type=made.media_type, headers=_disposition(made.name))


def _disposition(name: str) -> dict[str, str]:
    # Headers are Latin-1; a name may be Chinese.
    return {"content-disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}


def _page(web: Web, request: Request, link: Link) -> Response:
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
                "every app can save files, and the button works only once."
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
    if link.standing is Standing.GOOD and link.format is Format.HTML:
        return _("Letters of invitation"), _(
            "With this button you open the letters, once, to print them or to save them as a PDF. That you did is "
            "recorded, with the reason you gave."
        )
    return {
        Standing.GOOD: (
            _("List: {event}").format(event=link.title),
            _("With this button you download the list, once. That you did is recorded, with the reason you gave."),
        ),
        Standing.UNKNOWN: (
            _("We do not know this link"),
            _("Perhaps it is not complete. In the chat you get a new one, in the same way as this one."),
        ),
        Standing.USED: (
            _("This link was used already"),
            _("Each link works once. In the chat you get a new one, in the same way as this one."),
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


def _failed(web: Web, request: Request) -> Response:
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
