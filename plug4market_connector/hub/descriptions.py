"""Descriptions as the hub takes them: simple HTML (docs/hub-api.md 5.2)."""

import re
from html import escape
from html.parser import HTMLParser

_KEPT = frozenset(
    (
        *("p", "br", "b", "strong", "i", "em", "u", "small", "sub", "sup"),
        *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
)
# These stand on lines of their own: without them the lines would run together.
_BLOCKS = frozenset(("div", "section", "article", "header", "footer", "blockquote"))
_SILENT = frozenset(("script", "style", "head", "title", "iframe", "object"))
_HTML = re.compile(
    rf"</?(?:{'|'.join(sorted(_KEPT | _BLOCKS | _SILENT | {'span', 'a'}))})\b[^<]*>",
    re.IGNORECASE,
)
_BREAK = "<br />"
_BREAKS = re.compile(rf"(?:{_BREAK}\s*){{2,}}(?={_BREAK})")


def hub_description(text: str | None) -> str:
    """Return a description as simple HTML: no ``<div>``, no script, no attribute.

    Plain text keeps its lines, and is told from HTML by its tags.
    """
    text = (text or "").strip()
    if not _HTML.search(text):
        return _BREAK.join(escape(text, quote=False).splitlines())
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return cleaner.result()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def result(self) -> str:
        html = _BREAKS.sub("", "".join(self.parts)).strip()
        while html.startswith(_BREAK):
            html = html[len(_BREAK) :].lstrip()
        return html.removesuffix(_BREAK).rstrip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif not self.silent:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag == "br":
            self.parts.append(_BREAK)
        elif tag in _BLOCKS:
            self._end_line()
        elif tag in _KEPT:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif self.silent or tag == "br":
            return
        elif tag in _BLOCKS:
            self._end_line()
        elif tag in _KEPT:
            self.parts.append(f"</{tag}>")

    def _end_line(self) -> None:
        written = "".join(self.parts).rstrip()
        if written and not written.endswith(_BREAK):
            self.parts.append(_BREAK)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(escape(data, quote=False))
