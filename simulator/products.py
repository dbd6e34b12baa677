"""Products: one resource is one SKU, variations share `productId` (section 5)."""

from datetime import datetime, timezone
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel

from . import clock, product_rules
from .channels import channel_name
from .deps import HubDep, StoreDep
from .errors import EXISTS, EXISTS_IN_OTHER_GROUP, HubError, product_error
from .paging import envelope, page_size
from .state import Hub, Store

router = APIRouter(tags=["produtos"])

ProductBody = Annotated[dict[str, Any], Body()]


def find(store: Store, sku: str) -> dict[str, Any]:
    product = store.products.get(sku)
    if product is None:
        raise HubError(404, "Produto não encontrado")
    return product


def check(hub: Hub, body: dict[str, Any], *, create: bool) -> None:
    problems = product_rules.problems_of(body, create=create)
    longest = hub.faults.longest_name
    if longest and len(str(body.get("name", ""))) > longest:
        problems.append(f"name deve ter no máximo {longest} caracteres")
    if hub.faults.ids_only:
        problems += product_rules.labels_where_ids_belong(body)
    if problems:
        raise product_error(*problems)


def set_channels(product: dict[str, Any], channels: list[dict[str, Any]]) -> None:
    """Replace the set of channels; a price left out stays (section 5.3, rules 1, 4)."""
    before = {channel["id"]: channel for channel in product.get("salesChannels", [])}
    kept = ("id", "price", "forSale", "sellerId", "listingType")
    product["salesChannels"] = [
        {
            **before.get(channel["id"], {}),
            **{
                key: value
                for key, value in channel.items()
                if key in kept and (key != "price" or value is not None)
            },
        }
        for channel in channels
    ]


def price_on(product: dict[str, Any], channel: int, now: float) -> float:
    """Return what a buyer pays on a channel today.

    The default price changes only itself (section 5.3, rule 3), so it counts where
    the channel was never given a price of its own.
    """
    entry = next((c for c in product["salesChannels"] if c["id"] == channel), {})
    own = entry.get("price")
    sale = entry.get("forSale") or (product if own is None else None)
    if sale and sale.get("salePrice") is not None:
        today = datetime.fromtimestamp(now, timezone.utc)
        start, end = (clock.parse(sale[key]) for key in product_rules.DATES)
        if start <= today <= end:
            return sale["salePrice"]
    return product["price"] if own is None else own


def channel_errors(product: dict[str, Any]) -> list[str]:
    """List why a marketplace would not take the product (section 5.5)."""
    errors = []
    if not product.get("images"):
        errors.append("O produto precisa de pelo menos uma imagem")
    if not product.get("categoryId") and not product.get("customCategory"):
        errors.append("O produto não tem categoria")
    if not all(product.get(key) for key in ("width", "height", "length", "weight")):
        errors.append("Peso e dimensões devem ser maiores que zero")
    return errors


def present(product: dict[str, Any]) -> dict[str, Any]:
    """Return a product as it is read."""
    # GUESS (section 11.6): the request's fields with id, dates and channel states.
    errors = channel_errors(product)
    status = "ERROR" if errors else "ACTIVE" if product["active"] else "INACTIVE"
    channels = product.get("salesChannels")
    # The control API sets what a test wants to see read, such as bare numbers.
    if not isinstance(channels, list) or not all(
        isinstance(channel, dict) and "id" in channel for channel in channels
    ):
        return product
    return {
        **product,
        "salesChannels": [
            {
                **channel,
                "name": channel_name(channel["id"]).upper(),
                "status": status,
                "errors": errors,
            }
            for channel in channels
        ],
    }


def new(hub: Hub) -> dict[str, Any]:
    """Return a product of which nothing is said yet."""
    now = hub.now()
    return {
        "id": hub.new_object_id(),
        "active": True,
        "reviewed": False,
        "images": [],
        "salesChannels": [],
        "announcements": [],
        "createdAt": now,
        "updatedAt": now,
    }


@router.post("/products", status_code=201)
async def create_product(body: ProductBody, hub: HubDep, store: StoreDep) -> Any:
    """Create one SKU; the two failures of section 5.4 are HTTP 400."""
    # GUESS (section 13, line 9): their HTTP status.
    check(hub, body, create=True)
    existing = store.products.get(body["sku"])
    forced = hub.faults.duplicate_sku
    if forced.take():
        raise product_error(
            EXISTS if forced.form == "exists" else EXISTS_IN_OTHER_GROUP
        )
    if existing:
        same_group = existing["productId"] == body["productId"]
        raise product_error(EXISTS if same_group else EXISTS_IN_OTHER_GROUP)
    product = {**new(hub), **product_rules.known_fields(body)}
    set_channels(product, body["salesChannels"])
    store.products[body["sku"]] = product
    hub.touch()
    return present(product)


@router.put("/products/{sku:path}")
async def update_product(
    sku: str, body: ProductBody, hub: HubDep, store: StoreDep
) -> Any:
    """Change what the body names and nothing else (section 5.1)."""
    product = find(store, sku)
    check(hub, body, create=False)
    # GUESS (section 5.1): the path is the key, so a body may not rename the SKU.
    if body.get("sku", sku) != sku:
        raise product_error("O SKU de um produto não pode ser alterado")
    moved = body.get("productId", product["productId"]) != product["productId"]
    if hub.faults.fixed_groups and moved:
        raise product_error(EXISTS_IN_OTHER_GROUP)
    apply_update(hub, product, body)
    return present(product)


def apply_update(hub: Hub, product: dict[str, Any], body: dict[str, Any]) -> None:
    product.update(product_rules.known_fields(body))
    if "salesChannels" in body:
        set_channels(product, body["salesChannels"])
    product["updatedAt"] = hub.now()
    hub.touch()


class ProductFilters(BaseModel):
    """The query of section 5.6."""

    q: str | None = None
    brand: str | None = None
    ncm: str | None = None
    ean: str | None = None
    productId: str | None = None
    customId: str | None = None
    categoryId: str | None = None
    sku: str | None = None
    priceGte: float | None = None
    priceLte: float | None = None
    minimumStock: float | None = None
    salesChannels: int | None = None
    salesChannelStatus: str | None = None
    createdStartDate: datetime | None = None
    createdEndDate: datetime | None = None
    updatedStartDate: datetime | None = None
    updatedEndDate: datetime | None = None
    active: bool | None = None
    hasImage: bool | None = None
    outOfStock: bool | None = None
    store: bool | None = None  # meaning unknown (section 13, line 18): ignored
    onlyError: bool | None = None

    def keep(self, product: dict[str, Any]) -> bool:
        return (
            self._texts_match(product)
            and self._numbers_match(product)
            and self._dates_match(product)
            and self._flags_match(product)
            and self._channels_match(product)
        )

    def _texts_match(self, product: dict[str, Any]) -> bool:
        exact = ("brand", "ncm", "ean", "productId", "customId", "categoryId", "sku")
        if self.q:
            searched = (product["sku"], product["name"], product["productName"])
            if not any(self.q.lower() in text.lower() for text in searched):
                return False
        return all(
            wanted is None or product.get(key) == wanted
            for key in exact
            for wanted in [getattr(self, key)]
        )

    def _numbers_match(self, product: dict[str, Any]) -> bool:
        return (
            (self.priceGte is None or product["price"] >= self.priceGte)
            and (self.priceLte is None or product["price"] <= self.priceLte)
            and (self.minimumStock is None or product["stock"] >= self.minimumStock)
        )

    def _dates_match(self, product: dict[str, Any]) -> bool:
        return in_range(
            product["createdAt"], self.createdStartDate, self.createdEndDate
        ) and in_range(product["updatedAt"], self.updatedStartDate, self.updatedEndDate)

    def _flags_match(self, product: dict[str, Any]) -> bool:
        facts = {
            "active": product["active"],
            "hasImage": bool(product["images"]),
            "outOfStock": product["stock"] <= 0,
        }
        return all(getattr(self, key) in (None, fact) for key, fact in facts.items())

    def _channels_match(self, product: dict[str, Any]) -> bool:
        channels = present(product)["salesChannels"]
        if self.salesChannels is not None:
            channels = [c for c in channels if c["id"] == self.salesChannels]
            if not channels:
                return False
        if self.onlyError and not any(c["errors"] for c in channels):
            return False
        wanted = self.salesChannelStatus
        return wanted is None or any(c["status"] == wanted for c in channels)


def in_range(text: str, start: datetime | None, end: datetime | None) -> bool:
    if start is None and end is None:
        return True
    moment = clock.parse(text)
    return (start is None or clock.aware(start) <= moment) and (
        end is None or moment <= clock.aware(end)
    )


@router.get("/products")
async def list_products(
    hub: HubDep,
    store: StoreDep,
    filters: Annotated[ProductFilters, Query()],
    page: Annotated[int, Query(alias="_page")] = 1,
    size: int | None = None,
) -> dict[str, Any]:
    """List the store's SKUs."""
    # GUESS (section 11.7): in the same envelope as orders.
    rows = [product for product in store.products.values() if filters.keep(product)]
    page = 1 if hub.faults.repeat_pages else page
    query = {**filters.model_dump(exclude_none=True, mode="json"), "size": size}
    answer = envelope(
        "/products", rows, page, page_size(size, largest=hub.faults.largest_page), query
    )
    return {**answer, "data": [present(product) for product in answer["data"]]}


@router.get("/products/{sku:path}/active")
async def read_active(sku: str, store: StoreDep) -> dict[str, Any]:
    """Tell the state of a product on its channels."""
    # GUESS (section 11.6): only the route's name is recorded.
    product = find(store, sku)
    return {
        "sku": sku,
        "active": product["active"],
        "salesChannels": [
            {key: channel[key] for key in ("id", "name", "status", "errors")}
            for channel in present(product)["salesChannels"]
        ],
    }


@router.get("/products/{sku:path}")
async def read_product(
    sku: str, store_of_token: StoreDep, store: bool | None = None
) -> Any:
    """Read one SKU; the vendor sends `?store=true`, whose meaning is unknown."""
    return present(find(store_of_token, sku))


@router.delete("/products/{sku:path}")
async def delete_product(sku: str, hub: HubDep, store: StoreDep) -> Any:
    # GUESS (section 11.13): a product is switched off, not removed.
    product = find(store, sku)
    apply_update(hub, product, {"active": False})
    return present(product)
