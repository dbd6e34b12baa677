"""Lists, channels, categories and labels as the hub answers them."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .errors import UnexpectedAnswer, is_html
from .log import logger
from .orders import OrderHeader
from .values import boolean, integer, mapping, mappings, text

# How deep in a JSON answer a label is looked for.
_MAX_LABEL_DEPTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a list stands; 0 means the hub did not say (API notes 7.2)."""

    page: int
    total_pages: int
    total_items: int
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage(Page):
    """One page of ``GET /orders``."""

    headers: tuple[OrderHeader, ...]

    @classmethod
    def from_json(cls, answer, page):
        """Read a page; an element without id is left out, with a warning."""
        headers = []
        for element in _elements(answer):
            try:
                headers.append(OrderHeader.from_json(element))
            except UnexpectedAnswer:
                logger.warning("Plug4Market listed an order without id: left out")
        return cls(headers=tuple(headers), **_position(answer, page))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage(Page):
    """One page of ``GET /products``; the products are the hub's JSON."""

    products: tuple[Mapping[str, Any], ...] = field(repr=False)

    @classmethod
    def from_json(cls, answer, page):
        """Read a page."""
        return cls(products=_elements(answer), **_position(answer, page))


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSalesChannel:
    """An element of ``GET /sales-channels``."""

    hub_id: int
    name: str
    cnpj: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCategory:
    """A node of the store's own tree (API notes 6.2); a root's ``parent`` is "#"."""

    hub_id: str
    alternative_id: str
    parent: str
    name: str
    has_children: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A shipping label; ``kind`` says whether ``content`` or ``url`` holds it."""

    kind: str
    content: bytes = field(default=b"", repr=False)
    url: str | None = field(default=None, repr=False)
    filename: str = ""


def read_channels(answer):
    """Return the channels of a list or ``{data: [...]}`` (API notes 13 #6).

    The id stands in ``id`` or ``code``, the name in ``name``, ``description`` or
    ``text``; what has no numeric id is left out.
    """
    channels = {}
    for element in _elements(answer):
        hub_id = _first_integer(element, "id", "code")
        if hub_id is not None:
            channels[hub_id] = HubSalesChannel(
                hub_id=hub_id,
                name=_first_text(element, "name", "description", "text"),
                cnpj=text(element.get("cnpj")),
            )
    return list(channels.values())


def read_categories(answer):
    """Return the categories of a list or ``{data: [...]}``."""
    return [
        HubCategory(
            hub_id=text(element.get("id")),
            alternative_id=text(element.get("alternativeId")),
            parent=text(element.get("parent")),
            name=_first_text(element, "text", "name"),
            has_children=bool(boolean(element.get("children"))),
        )
        for element in _elements(answer)
    ]


def read_label(content, content_type, name):
    """Return the Label that an answer holds, sniffed (API notes 13 #35).

    PDF, ZPL or zip as bytes; or JSON with base64 or an address of one of them. The
    address is given back and never fetched: it may be anybody's.
    """
    label = sniff_label(content, name) or _sniff_json(content, name)
    if label:
        return label
    if not content.strip() or is_html(content, content_type):
        raise UnexpectedAnswer(
            "Plug4Market sent no label. It often exists only some minutes after the "
            "invoice was accepted: try again then."
        )
    return Label(kind="unknown", content=content, filename=f"{name}.bin")


def sniff_label(content, name):
    """Return the Label that bytes are by themselves, or None."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF"):
        return Label(kind="pdf", content=content, filename=f"{name}.pdf")
    if start.startswith(b"PK\x03\x04"):
        return Label(kind="zip", content=content, filename=f"{name}.zip")
    # ZPL may begin with settings (^CT~~, ~DG...) before its first ^XA.
    if start.startswith((b"^", b"~")) and b"^XA" in content:
        return Label(kind="zpl", content=content, filename=f"{name}.zpl")
    return None


def _sniff_json(content, name):
    """Return the first label found in a JSON answer, or in a bare text."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = content.decode("ascii", "ignore").strip()
    for candidate in _texts(document, _MAX_LABEL_DEPTH):
        label = _label_in_text(candidate, name)
        if label:
            return label
    return None


def _label_in_text(candidate, name):
    if candidate.startswith(("https://", "http://")) and urlsplit(candidate).hostname:
        return Label(kind="url", url=candidate)
    encoded = candidate.partition(";base64,")[2] or candidate
    try:
        decoded = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    return sniff_label(decoded, name) or sniff_label(candidate.encode(), name)


def _texts(node, depth):
    """Yield every text of a JSON document, documents before addresses."""
    if isinstance(node, str):
        yield node.strip()
    elif depth:
        children = node.values() if isinstance(node, Mapping) else node
        if isinstance(node, Mapping | list):
            found = [text for child in children for text in _texts(child, depth - 1)]
            yield from sorted(found, key=lambda found: found.startswith("http"))


def new_headers(pages):
    """Yield each OrderHeader once; stop at a page with nothing new (13 #20)."""
    seen = set()
    for page in pages:
        new = {h.uid_key: h for h in page.headers if h.uid_key not in seen}
        if not new:
            return
        seen.update(new)
        yield from new.values()


def _elements(answer):
    """Return the objects of a list or of ``{data: [...]}``."""
    if isinstance(answer, Mapping) and "data" in answer:
        answer = answer["data"]
    if not isinstance(answer, list | None):
        raise UnexpectedAnswer("Plug4Market sent something else than a list.")
    return mappings(answer)


def _position(answer, page):
    """Return the fields of Page: ``meta`` first, then ``links`` (API notes 13 #20)."""
    meta = mapping(mapping(answer).get("meta"))
    links = mapping(mapping(answer).get("links"))
    total_pages = integer(meta.get("totalPages")) or 0
    if total_pages:
        has_next = page < total_pages
    elif "next" in links:
        has_next = bool(text(links["next"]))
    else:
        # Nothing to go by: turn pages until one is empty or repeated.
        has_next = bool(_elements(answer)) and isinstance(answer, Mapping)
    return {
        "page": integer(meta.get("currentPage")) or page,
        "total_pages": total_pages,
        "total_items": integer(meta.get("totalItems")) or 0,
        "has_next": has_next,
    }


def _first_text(element, *keys):
    return next((text(element[key]) for key in keys if text(element.get(key))), "")


def _first_integer(element, *keys):
    numbers = (integer(element.get(key)) for key in keys)
    return next((number for number in numbers if number is not None), None)
