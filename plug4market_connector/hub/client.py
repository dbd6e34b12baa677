"""Every call of the hub's API that the connector makes, one short method each.

Below: paths and queries as the hub reads them, and what a call would send, found by
the code that sends it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import quote

from .answers import (
    HubCategory,
    HubSalesChannel,
    OrderPage,
    ProductPage,
    new_headers,
    read_categories,
    read_channels,
)
from .const import CANCEL_FORMS, MAX_LABEL_BYTES, MAX_PAGES, PAGE_SIZE
from .errors import (
    AnswerTooLarge,
    NoSuchRoute,
    RejectedByHub,
    UnexpectedAnswer,
    UnusableLabel,
)
from .labels import Label, download_label, read_label
from .orders import HubOrder, OrderHeader
from .products import hub_name
from .transport import HubTransport
from .values import JsonObject, iso


class EdgeObject(Protocol):
    """What knows its own JSON."""

    def to_json(self, **options: Any) -> dict[str, Any]:
        """Return the JSON object of the hub."""


Body = JsonObject | EdgeObject
# What is asked for once a page of PAGE_SIZE was refused.
SMALLER_PAGES = (50, 20, 10)


class Plug4MarketClient(HubTransport):
    """The hub's API for one store: the token says which (docs/hub-api.md 2).

    Parameters as in HubTransport. Every method raises the family of ``errors``.
    """

    # What the hub has refused so far is not asked for again.
    _largest_page = PAGE_SIZE

    # -- channels ---------------------------------------------------------------------

    def list_sales_channels(self) -> list[HubSalesChannel]:
        """Return the channels as HubSalesChannel (docs/hub-api.md 4.1)."""
        return read_channels(self.request("GET", "/sales-channels"))

    # -- orders -----------------------------------------------------------------------

    def list_orders(
        self,
        *,
        page: int = 1,
        size: int = PAGE_SIZE,
        status: str | None = None,
        integrated: bool | None = None,
        created_from: date | None = None,
        created_to: date | None = None,
        channel_id: int | None = None,
    ) -> OrderPage:
        """Return one OrderPage, oldest order first (docs/hub-api.md 7.2).

        One status a call: whether the hub takes several is unknown (13 #21).
        """
        params = {
            "_page": page,
            "_sort": "+createdAt",
            "status": status,
            "integratedStore": integrated,
            "createdStartDate": iso(created_from),
            "createdEndDate": iso(created_to),
            "orderSaleChannelId": channel_id,
        }
        answer = self._list("/orders", "_size", size, query(params))
        return OrderPage.from_json(answer, page)

    def iter_orders(self, **filters: Any) -> Iterator[OrderHeader]:
        """Yield the OrderHeader of every page, each order once.

        A filter on what the caller changes meanwhile (``integrated=False``) makes later
        pages move up: collect all headers before confirming any.
        """
        pages = self._pages(lambda page: self.list_orders(page=page, **filters))
        yield from new_headers(pages)

    def get_order(self, uid: str) -> HubOrder:
        """Return the HubOrder (docs/hub-api.md 7.3)."""
        return HubOrder.from_json(self.request("GET", order_path(uid)))

    def confirm_order(self, uid: str, store_number: str) -> Any:
        """Tell our own number: the order leaves the polling list.

        See docs/hub-api.md 7.5.
        """
        body = {"orderIdStore": str(store_number)}
        return self._act(uid, "confirm", body)

    def send_invoice(
        self,
        uid: str,
        *,
        nfe_date: date,
        nfe_number: str | int,
        nfe_serial_number: str | int,
        nfe_access_key: str,
        xml: str,
    ) -> Any:
        """Send the authorised NF-e; ``xml`` is the nfeProc as text.

        See docs/hub-api.md 7.6.
        """
        body = {
            "nfeDate": iso(nfe_date),
            "nfeNumber": str(nfe_number),
            "nfeSerialNumber": str(nfe_serial_number),
            "nfeAccessKey": nfe_access_key,
            "xml": xml,
        }
        return self._act(uid, "invoice", body)

    def send_shipment(
        self,
        uid: str,
        *,
        shipping_carrier: str,
        tracking_number: str,
        tracking_url: str = "",
    ) -> Any:
        """Send carrier and tracking: always three texts.

        See docs/hub-api.md 7.7 and 13 #33.
        """
        body = {
            "shippingCarrier": shipping_carrier or "",
            "trackingNumber": tracking_number or "",
            "trackingUrl": tracking_url or "",
        }
        return self._act(uid, "shipment", body)

    def send_delivered(self, uid: str, delivered_at: date) -> Any:
        """Tell when the buyer got it (docs/hub-api.md 7.8)."""
        return self._act(uid, "delivered", {"deliveredAt": iso(delivered_at)})

    def cancel_order(self, uid: str, channel_id: int, *, form: str = "") -> str:
        """Ask for the cancellation; return the form of the call that the hub has.

        docs/hub-api.md 7.9 and 13 #34: verb and path are guesses from one client. A
        form that the hub does not have does nothing, and the next one is tried. The
        order's status tells later if it happened.

        :param form: verb and path to begin with, with {id} and {channel} in them
        :raise NoSuchRoute: when the hub has none of them
        """
        missing: NoSuchRoute | None = None
        for known in dict.fromkeys(filter(None, (form, *CANCEL_FORMS))):
            verb, path = cancel_call(known, uid, channel_id)
            try:
                self.request(verb, path, expect="any")
            except NoSuchRoute as error:
                missing = error
            else:
                return known
        assert missing
        raise missing

    def get_label(self, uid: str) -> Label:
        """Return the Label, sniffed; its address is never fetched.

        See docs/hub-api.md 7.10.
        """
        path = f"{order_path(uid)}/label"
        response = self.exchange("GET", path, limit=MAX_LABEL_BYTES)
        kind = response.headers.get("Content-Type", "")
        return read_label(response.content, kind, f"label-{uid}")

    def fetch_label(self, uid: str) -> Label:
        """Return the Label with its content, from wherever the hub keeps it.

        :raise UnexpectedAnswer: when there is none yet: an empty or a JSON answer, or
            a page, is no label (docs/hub-api.md 13 #35)
        :raise UnusableLabel: when what came cannot be printed
        """
        try:
            label = self.get_label(uid)
            if label.url:
                content, kind = download_label(label.url, self.base_url)
                label = read_label(content, kind, f"label-{uid}")
        except AnswerTooLarge as error:
            raise UnusableLabel("too_large") from error
        if label.kind in ("pdf", "zpl", "zip"):
            return label
        if label.content.lstrip().startswith((b"{", b"[")):
            raise UnexpectedAnswer("Plug4Market answered without a label.")
        raise UnusableLabel("unknown")

    def create_test_order(self, body: JsonObject) -> Any:
        """Create an order in the sandbox and return the answer.

        See docs/hub-api.md 7.11.
        """
        return self.request("POST", "/orders/new/sandbox", json=body, expect="any")

    # -- products ---------------------------------------------------------------------

    def create_product(self, body: Body) -> Any:
        """Create one SKU; AlreadyExists when the hub has it (docs/hub-api.md 5.4).

        ``salesChannels`` must be there, and may be empty (docs/hub-api.md 13 #10).
        """
        json = {"salesChannels": [], **_json_of(body)}
        return self.request("POST", "/products", json=json, expect="any")

    def update_product(self, sku: str, body: Body) -> Any:
        """Change what the body holds of one SKU (docs/hub-api.md 5.1)."""
        path = product_path(sku)
        return self.request("PUT", path, json=_json_of(body), expect="any")

    def get_product(self, sku: str) -> JsonObject:
        """Return the hub's JSON of one SKU, as the vendor reads it (13 #18)."""
        answer = self.request("GET", product_path(sku), params={"store": "true"})
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer("Plug4Market sent a product that is no object.")
        return answer

    def list_products(
        self, *, page: int = 1, size: int = PAGE_SIZE, **filters: Any
    ) -> ProductPage:
        """Return one ProductPage.

        Filters are those of docs/hub-api.md 5.6 in snake_case: ``sku``, ``product_id``,
        ``only_error``, ``updated_start_date``...
        """
        wanted = {hub_name(name): value for name, value in filters.items()}
        params = query({"_page": page, **wanted})
        answer = self._list("/products", "size", size, params)
        return ProductPage.from_json(answer, page)

    def _list(self, path: str, name: str, size: int, params: dict[str, Any]) -> Any:
        """Return a page of at most ``size``; a smaller one where the hub wants it.

        docs/hub-api.md 13 #20: that it takes 100 is not proven.
        """
        size = min(size, self._largest_page)
        try:
            return self.request("GET", path, params={**params, name: size})
        except RejectedByHub as error:
            smaller = [known for known in SMALLER_PAGES if known < size]
            if not smaller or not _is_about_size(error):
                raise
            self._largest_page = smaller[0]
            return self._list(path, name, size, params)

    def add_image(self, sku: str, base64_image: bytes | str) -> Any:
        """Add an image given as bare base64, without "data:" (docs/hub-api.md 5.7)."""
        bare = (
            base64_image.decode() if isinstance(base64_image, bytes) else base64_image
        )
        body = {"base64Image": bare.partition(";base64,")[2] or bare}
        path = f"{product_path(sku)}/images"
        return self.request("POST", path, json=body, expect="any")

    # -- listings (docs/hub-api.md 5.8) ------------------------------------------------

    def create_announcements(
        self, channel_id: int, announcements: Iterable[Body]
    ) -> Any:
        """List SKUs on one channel."""
        body = {
            "saleChannel": int(channel_id),
            "announcements": [_json_of(announcement) for announcement in announcements],
        }
        return self.request("POST", "/products/announcements", json=body, expect="any")

    def update_announcement(self, sku: str, channel_id: int, announcement: Body) -> Any:
        """Change one listing, named by its ``announcement_id``."""
        return self._change_announcement("PUT", sku, channel_id, announcement)

    def delete_announcement(self, sku: str, channel_id: int, announcement: Body) -> Any:
        """Remove one listing (a DELETE with a body)."""
        return self._change_announcement("DELETE", sku, channel_id, announcement)

    # -- the store's own categories (docs/hub-api.md 6.2) ------------------------------

    def list_custom_categories(self, parent_id: str | None = None) -> list[HubCategory]:
        """Return the root HubCategory nodes, or the children of one."""
        tail = f"/{quoted(parent_id, 'category')}" if parent_id else ""
        return read_categories(self.request("GET", f"/custom-categories{tail}"))

    def create_custom_category(
        self, name: str, alternative_id: str, father_alternative_id: str = ""
    ) -> Any:
        """Create one category under an existing one; read the tree again for its id."""
        body = _category_json(name, alternative_id, father_alternative_id)
        return self.request("POST", "/custom-categories", json=body, expect="any")

    def map_custom_category(
        self,
        name: str,
        alternative_id: str,
        father_alternative_id: str,
        channel_id: int | str,
        channel_category: str,
    ) -> Any:
        """Say which category of a channel the store's own one is.

        See docs/hub-api.md 6.3.
        """
        body = {
            "categories": [_category_json(name, alternative_id, father_alternative_id)],
            "saleChannelCategoryId": str(channel_category),
            "saleChannel": int(channel_id),
        }
        path = "/custom-categories/sale_channel"
        return self.request("POST", path, json=body, expect="any")

    # -- underneath -------------------------------------------------------------------

    def _act(self, uid: str, action: str, body: JsonObject) -> Any:
        """Post an action of an order; what the hub answers is not relied on (7.1)."""
        path = f"{order_path(uid)}/{action}"
        return self.request("POST", path, json=body, expect="any")

    def _change_announcement(
        self, method: str, sku: str, channel_id: int, announcement: Body
    ) -> Any:
        path = f"{product_path(sku)}/announcements"
        body = _json_of(announcement, channel_id=int(channel_id))
        return self.request(method, path, json=body, expect="any")

    def _pages(self, read_page: Callable[[int], OrderPage]) -> Iterator[OrderPage]:
        """Yield pages until the last; who consumes stops at an empty or known one."""
        for number in range(1, MAX_PAGES + 1):
            page = read_page(number)
            yield page
            if not page.has_next:
                return


def _category_json(
    name: str, alternative_id: str, father_alternative_id: str
) -> dict[str, str]:
    return {
        "name": name,
        "alternativeId": str(alternative_id),
        "fatherAlternativeId": str(father_alternative_id or ""),
    }


def _is_about_size(error: RejectedByHub) -> bool:
    """Tell whether the hub refused how many elements a page was to have."""
    said = " ".join(error.messages).lower()
    return any(word in said for word in ("size", "tamanho", "por página", "per page"))


def _json_of(body: Body, **options: Any) -> dict[str, Any]:
    """Return the JSON of an edge object; a mapping is sent as it is."""
    return dict(body) if isinstance(body, Mapping) else body.to_json(**options)


def order_path(uid: str) -> str:
    """Return the path of one order."""
    return f"/orders/{quoted(uid, 'order id')}"


def cancel_call(form: str, uid: str, channel_id: int) -> tuple[str, str]:
    """Return verb and path of a form like "POST /orders/{id}/cancel/{channel}"."""
    verb, _space, template = form.partition(" ")
    steps = {"id": quoted(uid, "order id"), "channel": quoted(channel_id, "channel")}
    return verb, template.format(**steps)


def product_path(sku: str) -> str:
    """Return the path of one SKU (docs/hub-api.md 5.1)."""
    return f"/products/{quoted(sku, 'SKU')}"


def quoted(part: object, name: str) -> str:
    """Return the part fit for one step of a path, slashes and all.

    Empty, "." and ".." would turn the path into another one: they are not sent.
    """
    written = str(part or "")
    if not written.strip() or written in (".", ".."):
        raise RejectedByHub(f"{written!r} cannot be used as {name} in Plug4Market.")
    return quote(written, safe="")


def query(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query without None, booleans and dates as the hub writes them."""
    written = {key: value for key, value in params.items() if value is not None}
    for key, value in written.items():
        if isinstance(value, bool):
            written[key] = "true" if value else "false"
        elif isinstance(value, date):
            written[key] = iso(value)
    return written


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request that was not made."""

    verb: str
    path: str
    body: Any


class _Recorder(Plug4MarketClient):
    """A client that keeps its first request and makes none."""

    def __init__(self) -> None:
        self.planned: PlannedRequest | None = None

    def request(
        self, method: str, path: str, *, json: object = None, **_options: Any
    ) -> Any:
        self.planned = self.planned or PlannedRequest(method, path, json)
        return {}


def planned_request(
    call: Callable[[Plug4MarketClient], object],
) -> PlannedRequest | None:
    """Return the PlannedRequest of ``call(client)``, which makes one call."""
    recorder = _Recorder()
    call(recorder)
    return recorder.planned
