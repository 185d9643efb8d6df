"""What somebody does and sees on the chat page, in their language."""

import re

from playwright.async_api import Locator, Page, expect

from tests.stage import Stage, expected, translate


def exactly(language: str, label: str) -> re.Pattern[str]:
    """The whole label of a button, ticked or not."""
    return re.compile(f"^(✓ )?{expected(language, label, {}).pattern}$")


class ChatPage:
    """A page, and the words of one language."""

    def __init__(self, page: Page, stage: Stage, language: str) -> None:
        self.page = page
        self.stage = stage
        self.language = language

    def button(self, label: str) -> Locator:
        """The newest button with this label (English; looked up in the language)."""
        return self.page.get_by_role("button", name=exactly(self.language, label)).last

    async def taps(self, label: str) -> None:
        await self.button(label).click()

    async def picks(self, words: str) -> None:
        """Tap a button by words that are data, not texts of ours."""
        await self.page.get_by_role("button", name=words).last.click()

    async def writes(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.get_by_role("button", name=translate(self.language, "Send"), exact=True).click()

    async def reads(self, sentence: str) -> None:
        """Wait until the sentence stands in the conversation."""
        pattern = expected(self.language, sentence, {})
        await expect(self.page.locator("#entries").get_by_text(pattern).last).to_be_visible()

    async def sees(self, words: str) -> None:
        await expect(self.page.locator("#entries").get_by_text(words).last).to_be_visible()
