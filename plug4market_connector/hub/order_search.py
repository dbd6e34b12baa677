"""Looking for orders in the hub's lists, within a number of calls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .errors import TransientError
from .orders import OrderHeader

if TYPE_CHECKING:
    from .client import Plug4MarketClient


@dataclass(kw_only=True)
class OrderSearch:
    """What a search through ``GET /orders`` found, and how far it came.

    No filter on the marketplace's number is known (docs/hub-api.md 7.2): every order of
    the dates is looked at, the oldest first. ``reached`` is the creation of the last
    one; a search that is not ``complete`` goes on from there, and ``error`` says
    whether the hub stopped it or the number of calls.
    """

    wanted: Callable[[OrderHeader], bool]
    found: list[OrderHeader] = field(default_factory=list)
    looked_at: int = 0
    reached: datetime | None = None
    complete: bool = False
    error: TransientError | None = None

    def run(
        self,
        client: "Plug4MarketClient",
        *,
        calls: int,
        only_first: bool = False,
        **filters: Any,
    ) -> "OrderSearch":
        """Turn at most ``calls`` pages; stop at the first find if ``only_first``.

        :raise TransientError: when not even the first page could be read
        """
        seen: set[str] = set()
        for number in range(1, calls + 1):
            try:
                page = client.list_orders(page=number, **filters)
            except TransientError as error:
                if not seen:
                    raise
                self.error = error
                return self
            new = [header for header in page.headers if header.uid_key not in seen]
            seen.update(header.uid_key for header in new)
            self._take(new)
            # An empty or repeated page is the end, whatever the hub says (13 #20).
            self.complete = not (new and page.has_next)
            if self.complete or (only_first and self.found):
                break
        return self

    def _take(self, headers: list[OrderHeader]) -> None:
        self.looked_at += len(headers)
        self.found += filter(self.wanted, headers)
        moments = [header.created_at for header in headers if header.created_at]
        self.reached = max(moments, default=self.reached)
