"""Reply text as runs: pieces of text with their looks, which the page builds as nodes, never as HTML."""

from html.parser import HTMLParser
from typing import Any

LOOKS = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "code": "code", "pre": "code"}


def to_runs(text: str) -> list[dict[str, Any]]:
    """The runs of a text in Telegram's small HTML: {"text": …, "bold": true, "href": …}."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.runs


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[dict[str, Any]] = []
        self._open: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        looks: dict[str, Any] = {LOOKS[tag]: True} if tag in LOOKS else {}
        href = dict(attrs).get("href")
        if tag == "a" and href and href.startswith(("https://", "http://", "mailto:")):
            looks["href"] = href
        self._open.append((tag, looks))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index]
                return

    def handle_data(self, data: str) -> None:
        run: dict[str, Any] = {"text": data}
        for _tag, looks in self._open:
            run.update(looks)
        self.runs.append(run)
