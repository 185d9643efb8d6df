"""People come back: a return key on the web, a link that joins Telegram and the browser to one member; and they
see where they are signed in, and sign out."""

from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, day, speaking, when
from bot.conversation.incoming import Kind
from bot.conversation.questions import Form, Question
from bot.conversation.reply import Button, Go, Reply, column, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.secrets import in_fours, new_code
from bot.conversation.turn import Outcome, Turn
from db import codes, doors, members, merging, web_sessions
from db.models.conversation import Door
from db.models.members import Code, Status
from handlers.one_person import tell_whom_it_touches, what_both_have

LINK_LASTS = timedelta(minutes=10)
HIDDEN = "••••"
# Forms that mean nothing once their writer turned out to be a member we know.
OUTGROWN = ("joining", "code", "return", "profile")


@dataclass(frozen=True, slots=True)
class JoinRecords(Callback, prefix="jr"):
    """Both records are mine: make one of them. The secret is a link's, so nobody else can tap this."""

    secret: str


@dataclass(frozen=True, slots=True)
class SignOut(Callback, prefix="so"):
    """End one of my browsers."""

    door: int


def return_key_reply(turn: Turn) -> Reply:
    """A new return key, shown once; an older one no longer opens anything."""
    mark, secret = new_code(turn.house, "key")
    codes.retire(turn.session, turn.me.id, "return", turn.now)
    codes.issue(turn.session, "return", turn.house.digest("code", secret), turn.now, member=turn.me.id)
    text = _(
        "Your return key: <code>{key}</code>\n\nWith it you come back in any browser at {url}. Please keep it like a "
        "password; we store only a hash of it and cannot show it again."
    ).format(key=in_fours(mark), url=turn.house.web_url)
    return Reply(text, column(Button(_("Menu"), Go("menu"))), new=True)


def renew_key(turn: Turn) -> Reply:
    """/key"""
    return return_key_reply(turn)


def enter_key(turn: Turn) -> Outcome:
    """/return, with the key or without."""
    return come_back(turn, turn.incoming.args) if turn.incoming.args else forms.begin(turn, RETURN_FORM)


def come_back(turn: Turn, typed: str) -> Outcome:
    """A return key: this browser (or chat) belongs to that member from now on."""
    _hide_what_was_typed(turn)
    if not codes.may_try(turn.session, turn.me.id, turn.now):
        return Reply(
            _("There were too many wrong keys. Please try again in an hour, or write to the alumni office."),
            column(Button(_("Contact"), Go("contact"))),
        )
    code = codes.find(turn.session, "return", turn.house.digest("code", codes.normalise(typed)))
    if code is None or not codes.is_alive(code, turn.now) or code.member_id is None:
        codes.note_wrong(turn.session, turn.me.id, turn.now)
        return Reply(
            _("We do not know this key. Please check it letter by letter; only your newest key counts."),
            column(Button(_("Try again"), Go("return")), Button(_("Contact"), Go("contact"))),
        )
    if _is_somebody_else(turn, code.member_id):
        return _ask_whether_one(turn, code.member_id)
    return _enter_as(turn, code.member_id)


def _hide_what_was_typed(turn: Turn) -> None:
    """A key does not stay in the page's history."""
    if turn.incoming.kind is Kind.COMMAND:
        turn.incoming = replace(turn.incoming, args=HIDDEN)
    elif turn.incoming.kind is Kind.TEXT:
        turn.incoming = replace(turn.incoming, text=HIDDEN)


def other_door(turn: Turn) -> Reply:
    """/web: a link for the other door, valid ten minutes, for one use."""
    payload = f"link_{_new_link(turn, turn.me.id)}"
    on_telegram = doors.telegram_id(turn.session, turn.me.door_id) is not None
    telegram = None if on_telegram else turn.house.telegram_link(payload)
    links = [Button(_("Open in the browser"), url=f"{turn.house.web_url}/in/{payload}")]
    text = _(
        "With this link you open the same conversation in a browser. It is valid for ten minutes and works once; "
        "please do not pass it on."
    )
    if telegram:
        links.insert(0, Button(_("Connect Telegram"), url=telegram))
        text = _(
            "With this link you open the same conversation on Telegram, or in another browser. It is valid for ten "
            "minutes and works once; please do not pass it on."
        )
    more = (Button(_("My doors"), Go("devices")), Button(_("New return key"), Go("key")))
    return Reply(text, (*column(*links), *pairs(*more), (Button(_("Menu"), Go("menu")),)))


def _new_link(turn: Turn, member_id: int) -> str:
    """The mark of a new link's secret; the member's older link opens nothing any more."""
    mark, secret = new_code(turn.house, "link")
    codes.retire(turn.session, member_id, "link", turn.now)
    codes.issue(turn.session, "link", turn.house.digest("code", secret), turn.now, member=member_id, lasting=LINK_LASTS)
    return mark


def follow_link(turn: Turn, secret: str) -> Outcome:
    """The link of the other door, opened here."""
    code = _living_link(turn, secret)
    if code is None or code.member_id is None:
        return _dead_link()
    if _is_somebody_else(turn, code.member_id):
        return _ask_whether_one(turn, code.member_id)
    return _spend(turn, code, code.member_id)


def join_records(turn: Turn, tap: JoinRecords) -> Outcome:
    """The person says that both records are theirs."""
    code = _living_link(turn, tap.secret)
    if code is None or code.member_id is None:
        return _dead_link()
    return _spend(turn, code, code.member_id)


def _living_link(turn: Turn, secret: str) -> Code | None:
    code = codes.find(turn.session, "link", turn.house.digest("code", codes.normalise(secret)))
    return code if code is not None and codes.is_alive(code, turn.now) else None


def _dead_link() -> Reply:
    return Reply(
        _("This link was used already or has expired. Open /web at the other door for a new one."),
        column(Button(_("Menu"), Go("menu"))),
    )


def _spend(turn: Turn, code: Code, member_id: int) -> Reply:
    if member_id != turn.me.id:
        code.used_at = turn.now
    return _enter_as(turn, member_id)


def _is_somebody_else(turn: Turn, member_id: int) -> bool:
    """Two registered records: a human confirms that they are one person, for a link can be sent to anybody and a
    browser can be shared."""
    return member_id != turn.me.id and turn.me.status is not Status.GUEST


def _ask_whether_one(turn: Turn, member_id: int) -> Reply:
    """The answer carries a link of its own, so that the question works whatever was opened."""
    there = members.load(turn.session, member_id)
    text = _(
        "You are signed in here as <b>{here}</b>. What you opened belongs to <b>{there}</b>. Are both you? Then we "
        "make one record of them: clubs, consents and offices of both are kept. If somebody else sent you here, "
        "please do not go on."
    ).format(here=turn.member.full_name, there=there.full_name)
    yes = Button(_("Both are me: join them"), JoinRecords(_new_link(turn, member_id)))
    return Reply(text, column(yes, Button(_("No, leave it"), Go("menu"))), new=True)


def _enter_as(turn: Turn, member_id: int) -> Reply:
    """Join the speaker's door to another member; what a guest had begun goes, two registered people merge."""
    if member_id == turn.me.id:
        return Reply(_("You are signed in here already."), column(Button(_("Menu"), Go("menu"))))
    before = turn.me.number
    shared = what_both_have(turn, turn.me.id, member_id)
    kept = merging.join(
        turn.session, here=turn.me.id, there=member_id, door=turn.me.door_id, now=turn.now, outgrown=OUTGROWN
    )
    turn.enter(kept)
    turn.parked = None
    turn.record("door_joined", kept.number, door=turn.me.door_id, came_as=before)
    tell_whom_it_touches(turn, kept.id, shared)
    with speaking(kept.language, kept.zone):
        return _welcome_back(turn)


def _welcome_back(turn: Turn) -> Reply:
    name = turn.member.addressed_as or turn.member.full_name or "–"
    text = _("Welcome back, {name}. Both doors now lead to the same conversation with you.").format(name=name)
    if turn.member.erase_at is None:
        return Reply(text, column(Button(_("Menu"), Go("menu"))), new=True)
    note = _("Everything we hold about you will be erased on {time}. Until then you can change your mind.")
    text = Markup("{}\n\n{}").format(text, note.format(time=when(turn.member.erase_at)))
    return Reply(text, column(Button(_("Erase my data"), Go("forget")), Button(_("Menu"), Go("menu"))), new=True)


def list_doors(turn: Turn) -> Reply:
    """/devices: the doors that lead to this member, and a button for each browser to sign it out."""
    found = sorted(doors.doors_of(turn.session, turn.me.id), key=lambda door: door.id)
    browsers = [door for door in found if door.channel == "web"]
    lines = [_("<b>Your doors</b>")]
    lines += [_telegram_line(turn, door) for door in found if door.channel == "telegram"]
    lines += [_browser_line(turn, n, door) for n, door in enumerate(browsers, 1)]
    lines += _way_back(turn, found)
    buttons = [_sign_out_button(turn, n, door) for n, door in enumerate(browsers, 1)]
    last = (Button(_("New return key"), Go("key")), Button(_("Other door"), Go("web")))
    return Reply(Markup("\n").join(lines), (*column(*buttons), last, (Button(_("Menu"), Go("menu")),)))


def _telegram_line(turn: Turn, door: Door) -> Markup:
    if door.id == turn.me.door_id:
        return _("Telegram: you are here")
    return _("Telegram, last used: {day}").format(day=day(door.used_at))


def _browser_line(turn: Turn, n: int, door: Door) -> Markup:
    if door.id == turn.me.door_id:
        return _("Browser {n}: you are here").format(n=n)
    return _("Browser {n}, last used: {day}").format(n=n, day=day(door.used_at))


def _sign_out_button(turn: Turn, n: int, door: Door) -> Button:
    label = _("Sign out here") if door.id == turn.me.door_id else _("Sign out browser {n}").format(n=n)
    return Button(label, SignOut(door.id))


def _way_back(turn: Turn, found: list[Door]) -> list[Markup]:
    """Said before anybody signs out, since afterwards there is nowhere left to say it."""
    if doors.telegram_id(turn.session, turn.me.door_id) is not None:
        return []
    if len(found) > 1:
        return [
            Markup(""),
            _("After signing out here you come back with your return key, or with /web at another door."),
        ]
    return [
        Markup(""),
        _(
            "This browser is your only door. Before you sign out, please make sure that you have your return key: "
            "without it only the alumni office can let you in again."
        ),
    ]


def sign_out(turn: Turn, tap: SignOut) -> Outcome:
    """Ends a browser; its open page is told. Nothing is asked: a key or a link brings it back."""
    ended = web_sessions.sign_out(turn.session, turn.me.id, tap.door, turn.now)
    if ended:
        turn.record("browser_signed_out", turn.me.number, door=tap.door)
    if ended and tap.door == turn.me.door_id:
        return None
    card = list_doors(turn)
    note = _("That browser is signed out.")
    return Reply(Markup("{}\n\n{}").format(note, card.text), card.rows)


RETURN_FORM = Form(
    name="return",
    title=lambda: _("Coming back"),
    questions=(
        Question(
            name="key",
            label=lambda: _("Return key"),
            prompt=lambda _asking: _(
                "Please write your return key: 16 letters and digits, as you got it after registering. If you use "
                "Telegram as well, /web there gives you a link instead."
            ),
            check=lambda _asking, typed: codes.normalise(str(typed))[:40],
        ),
    ),
    finish=lambda turn, answers: come_back(turn, answers["key"]),
)


def register(router: Router) -> None:
    router.command("web", other_door, gate=Gate.REGISTERED, about=N_("Open the other door: browser or Telegram"))
    router.command("devices", list_doors, gate=Gate.REGISTERED, about=N_("Where you are signed in, and signing out"))
    router.command("key", renew_key, gate=Gate.REGISTERED)
    router.command("return", enter_key, gate=Gate.ANYONE, about=N_("Come back with your return key"))
    router.link("link", follow_link, gate=Gate.ANYONE)
    router.tap(JoinRecords, join_records, gate=Gate.REGISTERED)
    router.tap(SignOut, sign_out, gate=Gate.REGISTERED)
    router.form(RETURN_FORM, gate=Gate.ANYONE)
