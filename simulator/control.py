"""The control API: what tests and `./dev` do to the hub, without a token."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from . import order_flow, order_making, order_view, products, tokens
from .calls import RING_SIZE, last
from .channels import CHANNELS, MERCADO_LIVRE
from .deps import HubDep
from .faults import Faults
from .orders import Status
from .settings import Settings
from .state import Hub, Order, Store

router = APIRouter(prefix="/__control__", tags=["controle"])


class StrictBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewStore(StrictBody):
    cnpj: str = Field(min_length=1)
    name: str = ""


class NewTokens(StrictBody):
    access_ttl: float = tokens.ACCESS_TTL
    refresh_ttl: float = tokens.REFRESH_TTL
    revoke_old: bool = False


class SettingsChange(BaseModel):
    """Any part of the settings; what is not named stays."""

    model_config = ConfigDict(extra="allow")


class NewItem(StrictBody):
    sku: str
    quantity: int = Field(gt=0)
    price: float | None = Field(None, ge=0)


class NewOrder(StrictBody):
    store: str
    status: Status = "APPROVED"
    channel: int = MERCADO_LIVRE
    items: list[NewItem] = Field(min_length=1)
    patch: dict[str, Any] = Field(default_factory=dict)
    notify: bool = True
    shippingCost: float = Field(order_making.DEFAULT_FREIGHT, ge=0)
    interest: float = Field(0, ge=0)
    orderType: int = order_making.ORDINARY


class NewStatus(StrictBody):
    status: Status


class Repeat(StrictBody):
    times: int = Field(1, ge=1, le=1000)


def store_of(hub: Hub, cnpj: str) -> Store:
    if cnpj not in hub.stores:
        raise HTTPException(404, f"no store {cnpj}")
    return hub.stores[cnpj]


def order_of(hub: Hub, order_id: str) -> Order:
    if order_id.lower() not in hub.orders:
        raise HTTPException(404, f"no order {order_id}")
    return hub.orders[order_id.lower()]


@router.get("/health")
async def health() -> dict[str, bool]:
    return {"ok": True}


@router.post("/reset")
async def reset(hub: HubDep) -> dict[str, bool]:
    hub.reset()
    return {"ok": True}


@router.post("/stores")
async def create_store(body: NewStore, hub: HubDep) -> dict[str, str]:
    store = hub.add_store(body.cnpj, body.name)
    return {
        **tokens.issue_pair(hub, store),
        "cnpj": store.cnpj,
        "softwareHouseCnpj": hub.software_house.cnpj,
    }


@router.post("/stores/{cnpj}/tokens")
async def create_tokens(
    cnpj: str, hub: HubDep, body: NewTokens | None = None
) -> dict[str, str]:
    """Do what the panel's button "Gerar Tokens" does."""
    store = store_of(hub, cnpj)
    body = body or NewTokens()
    if body.revoke_old:
        tokens.revoke_all(hub, store)
    return tokens.issue_pair(
        hub, store, access_ttl=body.access_ttl, refresh_ttl=body.refresh_ttl
    )


@router.get("/settings")
async def read_settings(hub: HubDep) -> Settings:
    return hub.settings


@router.put("/settings")
async def change_settings(body: SettingsChange, hub: HubDep) -> Settings:
    try:
        hub.settings = Settings(**{**hub.settings.model_dump(), **body.model_dump()})
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    hub.touch()
    return hub.settings


@router.get("/faults")
async def read_faults(hub: HubDep) -> Faults:
    return hub.faults


@router.put("/faults")
async def replace_faults(body: Faults, hub: HubDep) -> Faults:
    """Switch on what is named and everything else off."""
    hub.faults = body
    return hub.faults


@router.delete("/faults")
async def clear_faults(hub: HubDep) -> Faults:
    hub.faults = Faults()
    return hub.faults


@router.get("/calls")
async def list_calls(
    hub: HubDep,
    store: str | None = None,
    path_prefix: str | None = None,
    method: str | None = None,
    limit: Annotated[int, Query(ge=1)] = RING_SIZE,
) -> list[dict[str, Any]]:
    """List the calls the hub received, newest last."""
    calls = hub.calls.matching(store, path_prefix, method)
    return [call.describe() for call in last(calls, limit)]


@router.delete("/calls")
async def clear_calls(hub: HubDep) -> dict[str, bool]:
    hub.calls.clear()
    return {"ok": True}


@router.get("/calls/max-per-minute")
async def max_calls_per_minute(hub: HubDep, store: str | None = None) -> dict[str, int]:
    """Tell the most calls of a store in any 60 seconds, refused ones included."""
    return {"max": hub.calls.peak(store)}


@router.get("/calls/at-once")
async def calls_at_once(hub: HubDep) -> dict[str, int]:
    """Tell how many calls are under way now, and the most since the log was cleared."""
    return {"now": hub.calls.under_way, "most": hub.calls.most_at_once}


@router.get("/calls/arrivals")
async def call_arrivals(hub: HubDep) -> dict[str, list[float]]:
    """Tell when each store's limited calls arrived, in seconds since 1970."""
    return hub.calls.arrivals()


@router.post("/orders", status_code=201)
async def create_order(body: NewOrder, hub: HubDep) -> dict[str, Any]:
    """Sell something on a marketplace."""
    if body.channel not in CHANNELS:
        raise HTTPException(422, f"no channel {body.channel}")
    sale = order_making.Sale(
        channel=body.channel,
        status=body.status,
        items=[item.model_dump() for item in body.items],
        freight=body.shippingCost,
        interest=body.interest,
        order_type=body.orderType,
        patch=body.patch,
    )
    order = order_making.create_order(hub, store_of(hub, body.store), sale)
    if body.notify:
        order_flow.notify(hub, order)
    return order_view.full(order, hub.faults)


@router.post("/orders/{order_id}/status")
async def change_status(order_id: str, body: NewStatus, hub: HubDep) -> dict[str, Any]:
    """Change a status as the marketplace does: from any to any."""
    order = order_of(hub, order_id)
    order_flow.set_status(hub, order, body.status)
    return order_view.full(order, hub.faults)


@router.patch("/orders/{order_id}")
async def change_order(
    order_id: str, patch: dict[str, Any], hub: HubDep
) -> dict[str, Any]:
    """Change what an order says, as a marketplace may (section 13, line 49)."""
    order = order_of(hub, order_id)
    order_making.deep_merge(order.detail, {"updatedAt": hub.now(), **patch})
    hub.touch()
    return order_view.full(order, hub.faults)


@router.post("/orders/{order_id}/webhook")
async def repeat_webhook(
    order_id: str, hub: HubDep, body: Repeat | None = None
) -> dict[str, bool]:
    order_flow.notify(hub, order_of(hub, order_id), (body or Repeat()).times)
    return {"ok": True}


@router.get("/orders")
async def list_orders(hub: HubDep, store: str | None = None) -> list[dict[str, Any]]:
    """List the raw state: the detail with what the hub knows besides."""
    return [
        {
            **order.detail,
            "storeCnpj": order.store_cnpj,
            "channelId": order.channel,
            "integratedStore": order.integrated,
        }
        for order in hub.orders.values()
        if not store or order.store_cnpj == store
    ]


@router.get("/products")
async def list_products(hub: HubDep, store: str | None = None) -> list[dict[str, Any]]:
    return [
        {**product, "storeCnpj": owner.cnpj}
        for owner in hub.stores.values()
        if not store or owner.cnpj == store
        for product in owner.products.values()
    ]


@router.put("/products/{sku:path}")
async def set_product(
    sku: str, hub: HubDep, store: str, values: Annotated[dict[str, Any], Body()]
) -> dict[str, Any]:
    """Make or change a SKU as somebody in the panel does: nothing is checked.

    A field that is null is taken away.
    """
    known = hub.stores[store].products
    product = known.setdefault(sku, {**products.new(hub), "sku": sku})
    product.update(values)
    for name in [name for name, value in values.items() if value is None]:
        del product[name]
    hub.touch()
    return product


@router.get("/webhooks")
async def list_webhooks(hub: HubDep) -> list[dict[str, Any]]:
    """List the deliveries attempted, oldest first."""
    return list(hub.webhooks.deliveries)


@router.delete("/webhooks")
async def clear_webhooks(hub: HubDep) -> dict[str, bool]:
    hub.webhooks.clear()
    return {"ok": True}
