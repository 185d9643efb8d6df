"""What is announced in the comparison, whichever program announces it, and who talks to the bot meanwhile."""

TOKEN = "4242:BENCH"
MARK = "Summer festival"
TEXT = (
    f"<b>{MARK} of the alumni network</b>\n\n"
    "On 12 July we meet in the botanical garden: music, a tour of the new greenhouse, and supper under the lime trees. "
    "Guests are welcome. Please tell us by the end of June whether you are coming.\n\nThe alumni office"
)
BEGIN = "/broadcast"
TALKING = range(1, 21)  # chats of the people who talk; they get the announcement, too
