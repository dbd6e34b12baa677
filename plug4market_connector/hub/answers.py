"""Lists, channels, categories and labels as the hub answers them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import UnexpectedAnswer
from .log import logger
from .orders import OrderHeader
from .values import JsonObject, boolean, integer, mapping, mappings, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a list stands; 0 means the hub did not say (docs/hub-api.md 7.2)."""

    page: int
    total_pages: int
    total_items: int
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage(Page):
    """One page of ``GET /orders``."""

    headers: tuple[OrderHeader, ...]

    @classmethod
    def from_json(cls, answer: object, page: int) -> "OrderPage":
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

    products: tuple[JsonObject, ...] = field(repr=False)

    @classmethod
    def from_json(cls, answer: object, page: int) -> "ProductPage":
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
    """A node of the store's own tree; a root's ``parent`` is "#".

    See docs/hub-api.md 6.2.
    """

    hub_id: str
    alternative_id: str
    parent: str
    name: str
    has_children: bool


def read_channels(answer: object) -> list[HubSalesChannel]:
    """Return the channels of a list or ``{data: [...]}`` (docs/hub-api.md 13 #6).

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


def read_categories(answer: object) -> list[HubCategory]:
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


def new_headers(pages: Iterable[OrderPage]) -> Iterator[OrderHeader]:
    """Yield each OrderHeader once; stop at a page with nothing new (13 #20)."""
    seen: set[str] = set()
    for page in pages:
        new = {h.uid_key: h for h in page.headers if h.uid_key not in seen}
        if not new:
            return
        seen.update(new)
        yield from new.values()


def _elements(answer: object) -> tuple[JsonObject, ...]:
    """Return the objects of a list or of ``{data: [...]}``."""
    if isinstance(answer, Mapping) and "data" in answer:
        answer = answer["data"]
    if not isinstance(answer, list | None):
        raise UnexpectedAnswer("Plug4Market sent something else than a list.")
    return mappings(answer)


def _position(answer: object, page: int) -> dict[str, Any]:
    """Return the fields of Page: ``meta`` first, then ``links``.

    See docs/hub-api.md 13 #20.
    """
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


def _first_text(element: JsonObject, *keys: str) -> str:
    return next((text(element[key]) for key in keys if text(element.get(key))), "")


def _first_integer(element: JsonObject, *keys: str) -> int | None:
    numbers = (integer(element.get(key)) for key in keys)
    return next((number for number in numbers if number is not None), None)
