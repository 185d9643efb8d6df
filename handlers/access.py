"""Who may do what: the gates of the law and of the house, and what to say at a closed one."""

from bot.conversation.i18n import _
from bot.conversation.incoming import Kind
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import consents, members
from db.models.members import Status
from db.models.privacy import Purpose


class Gates:
    """The Warden of the road."""

    def admits(self, turn: Turn, gate: Gate) -> bool:
        """Whether the speaker passes. Anything not listed is closed. Who is suspended holds no office meanwhile."""
        status = turn.me.status
        if gate is Gate.ANYONE:
            return True
        if status is Status.SUSPENDED:
            return gate is Gate.REGISTERED
        if gate is Gate.GUEST:
            return status is Status.GUEST
        if gate is Gate.REGISTERED:
            return status is not Status.GUEST
        if gate is Gate.VERIFIED:
            return status is Status.VERIFIED
        if gate is Gate.NETWORK:
            return status is Status.VERIFIED and consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI)
        if gate is Gate.COORDINATOR:
            return members.is_coordinator(turn.session, turn.me.id)
        if gate is Gate.CENTRAL:
            return turn.scope.central
        if gate is Gate.AMBASSADOR:
            leads = members.led_clubs(turn.session, turn.me.id)
            return bool(leads) or members.is_coordinator(turn.session, turn.me.id)
        return False

    def refuse(self, turn: Turn, gate: Gate) -> Reply:
        """One sentence why not, and the way on. What somebody tapped who is not one of us yet is remembered: once
        they are, one button leads on from there."""
        if gate is Gate.VERIFIED and turn.incoming.kind is Kind.TAP:
            turn.member.wanted = turn.incoming.text
        if gate is Gate.GUEST:
            return Reply(_("You are registered already."), column(
                Button(_("My profile"), Go("profile")), Button(_("Menu"), Go("menu"))))  # fmt: skip
        if turn.me.status is Status.GUEST:
            return Reply(_("For this you need to be registered. It takes about two minutes."), column(
                Button(_("Register"), Go("join")), Button(_("Menu"), Go("menu"))))  # fmt: skip
        if turn.me.status is Status.SUSPENDED:
            return Reply(_("The alumni office has closed this for you for the time being. The contact person can tell "
                           "you more; your own data stay open to you in /privacy."), column(
                Button(_("Contact"), Go("contact")), Button(_("Privacy"), Go("privacy"))))  # fmt: skip
        if turn.me.status is not Status.VERIFIED and gate not in (Gate.COORDINATOR, Gate.CENTRAL):
            return Reply(_("This opens once the alumni office has confirmed your registration."), column(
                Button(_("I have a code"), Go("code")), Button(_("Contact"), Go("contact"))))  # fmt: skip
        if gate is Gate.NETWORK:
            return Reply(_("This needs your consent to contact among alumni. You can give it in /privacy."), column(
                Button(_("Privacy"), Go("privacy")), Button(_("Menu"), Go("menu"))))  # fmt: skip
        if gate is Gate.AMBASSADOR:
            return Reply(_("This is for the ambassadors of clubs."), column(Button(_("Menu"), Go("menu"))))
        if gate is Gate.CENTRAL and not turn.scope.is_empty:
            return Reply(_("This is for coordinators who answer for the whole network."), column(
                Button(_("Menu"), Go("menu"))))  # fmt: skip
        return Reply(_("This is for coordinators."), column(Button(_("Menu"), Go("menu"))))


def register(router: Router) -> None:
    router.warden = Gates()
