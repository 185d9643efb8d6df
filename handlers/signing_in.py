"""People come back: a return key on the web, a link that joins Telegram and the browser to one member."""

from datetime import timedelta

from bot.conversation import forms
from bot.conversation.forms import Form, Question
from bot.conversation.i18n import N_, _
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import codes, merging

KEY_LENGTH = 16
LINK_LENGTH = 22
LINK_LASTS = timedelta(minutes=10)


def return_key_reply(turn: Turn) -> Reply:
    """A new return key, shown once; an older one no longer opens anything."""
    secret = codes.new_secret(KEY_LENGTH)
    codes.retire(turn.session, turn.me.id, "return", turn.now)
    codes.issue(turn.session, "return", turn.house.digest("code", secret), turn.now, member=turn.me.id)
    written = "-".join(secret[i : i + 4] for i in range(0, KEY_LENGTH, 4))
    text = _(
        "Your return key: <code>{key}</code>\n\nWith it you come back in any browser at {url}. Please keep it like a "
        "password; we store only a hash of it and cannot show it again."
    ).format(key=written, url=turn.house.web_url)
    return Reply(text, column(Button(_("Menu"), Go("menu"))), new=True)


def renew_key(turn: Turn) -> Reply:
    """/key"""
    return return_key_reply(turn)


def come_back(turn: Turn, typed: str) -> Outcome:
    """A return key: this browser (or chat) belongs to that member from now on."""
    if not codes.may_try(turn.session, turn.me.id, turn.now):
        return Reply(
            _("That were too many wrong keys. Please try again in an hour, or write to the alumni office."),
            column(Button(_("Contact"), Go("contact"))),
        )
    code = codes.find(turn.session, "return", turn.house.digest("code", codes.normalise(typed)))
    if code is None or not codes.is_alive(code, turn.now) or code.member_id is None:
        codes.note_wrong(turn.session, turn.me.id, turn.now)
        return Reply(
            _("We do not know this key. Please check it letter by letter; only your newest key counts."),
            column(Button(_("Try again"), Go("return")), Button(_("Contact"), Go("contact"))),
        )
    return _enter_as(turn, code.member_id)


def enter_key(turn: Turn) -> Outcome:
    """/return, with the key or without."""
    return come_back(turn, turn.incoming.args) if turn.incoming.args else forms.begin(turn, RETURN_FORM)


def _enter_as(turn: Turn, member_id: int) -> Outcome:
    """Join the speaker's door to another member; what a guest had begun goes, two registered people merge."""
    if member_id == turn.me.id:
        return Reply(_("You are signed in here already."), column(Button(_("Menu"), Go("menu"))))
    kept = merging.join(turn.session, here=turn.me.id, there=member_id, door=turn.me.door_id, now=turn.now)
    turn.enter(kept)
    turn.record("door_joined", kept.number, channel=turn.me.door_id)
    text = _("Welcome back, {name}. Both doors now lead to the same conversation with you.").format(
        name=kept.addressed_as or kept.full_name or "–"
    )
    return Reply(text, column(Button(_("Menu"), Go("menu"))), new=True)


def _new_link(turn: Turn) -> str:
    secret = codes.new_secret(LINK_LENGTH)
    codes.retire(turn.session, turn.me.id, "link", turn.now)
    digest = turn.house.digest("code", secret)
    codes.issue(turn.session, "link", digest, turn.now, member=turn.me.id, lasting=LINK_LASTS)
    return f"link_{secret}"


def other_door(turn: Turn) -> Reply:
    """/web: a link for the other door, valid ten minutes, for one use."""
    payload = _new_link(turn)
    telegram = turn.house.telegram_link(payload)
    text = _(
        "With this link you open the same conversation in a browser. It is valid for ten minutes and works once; "
        "please do not pass it on."
    )
    rows = [Button(_("Open in the browser"), url=f"{turn.house.web_url}/in/{payload}")]
    if telegram:
        rows.append(Button(_("Connect Telegram"), url=telegram))
    return Reply(text, (*column(*rows), (Button(_("New return key"), Go("key")), Button(_("Menu"), Go("menu")))))


def follow_link(turn: Turn, secret: str) -> Outcome:
    """The link of the other door, opened here."""
    code = codes.find(turn.session, "link", turn.house.digest("code", codes.normalise(secret)))
    if code is None or not codes.is_alive(code, turn.now) or code.member_id is None:
        return Reply(
            _("This link was used already or has expired. Open /web at the other door for a new one."),
            column(Button(_("Menu"), Go("menu"))),
        )
    code.used_at = turn.now
    return _enter_as(turn, code.member_id)


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
    router.command("key", renew_key, gate=Gate.REGISTERED)
    router.command("return", enter_key, gate=Gate.ANYONE)
    router.link("link", follow_link, gate=Gate.ANYONE)
    router.form(RETURN_FORM, gate=Gate.ANYONE)
