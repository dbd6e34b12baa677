"""Pages in the envelope that clients recorded: data, links, meta (section 7.2)."""

from typing import Any
from urllib.parse import urlencode

from .errors import HubError

DEFAULT_SIZE = 20
LARGEST_SIZE = 100


def page_size(*asked: int | None, largest: int | None = None) -> int:
    """Return the first size asked for, within the limits.

    :param largest: what is more is refused, as a switch may want it
    """
    # GUESS (section 11.14): at most 100, 20 when nothing is asked; more is cut.
    size = next((size for size in asked if size is not None), DEFAULT_SIZE)
    if largest is not None and size > largest:
        raise HubError(400, f"_size must not be greater than {largest}")
    return min(max(size, 1), LARGEST_SIZE)


def envelope(
    path: str, rows: list[Any], page: int, size: int, query: dict[str, Any]
) -> dict[str, Any]:
    """Cut one page out of `rows`, which stay as they are."""
    page = max(page, 1)
    pages = -(-len(rows) // size)
    data = rows[(page - 1) * size : page * size]

    def link(number: int) -> str:
        # GUESS (section 13, line 23): links are relative.
        if not 1 <= number <= max(pages, 1):
            return ""
        wanted = {
            key: spelt(value) for key, value in query.items() if value is not None
        }
        return f"{path}?{urlencode({**wanted, '_page': number}, doseq=True)}"

    return {
        "data": data,
        "links": {
            "first": link(1),
            "previous": link(page - 1),
            "next": link(page + 1),
            "last": link(max(pages, 1)),
        },
        "meta": {
            "totalItems": len(rows),
            "itemsPerPage": size,
            "itemCount": len(data),
            "totalPages": pages,
            "currentPage": page,
        },
    }


def spelt(value: Any) -> Any:
    """Write a flag as a query does."""
    return str(value).lower() if isinstance(value, bool) else value
