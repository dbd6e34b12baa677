"""The routes of orders (section 7)."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from . import order_flow, order_making, order_view, people
from .channels import CHANNELS
from .deps import HubDep, StoreDep
from .errors import HubError
from .paging import envelope, page_size
from .products import in_range
from .state import Hub, Order, Store

router = APIRouter(tags=["pedidos"])

Status = Literal[
    "NEW", "CREATED", "APPROVED", "INVOICED", "SHIPPED", "COMPLETED", "CANCELED"
]


def find(hub: Hub, store: Store, order_id: str) -> Order:
    """Return the store's order; ids occur in lower and upper case (section 1)."""
    order = hub.orders.get(order_id.lower())
    if order is None or order.store_cnpj != store.cnpj:
        raise HubError(404, "Pedido não encontrado")
    return order


class OrderFilters(BaseModel):
    """The query of section 7.2."""

    # GUESS (section 13, line 21): several statuses are a repeated parameter.
    status: list[Status] = Field(default_factory=list)
    integratedStore: bool | None = None
    orderIdStore: str | None = None
    orderSaleChannelId: int | None = None
    createdStartDate: datetime | None = None
    createdEndDate: datetime | None = None

    def keep(self, order: Order) -> bool:
        detail = order.detail
        return (
            (not self.status or order.status in self.status)
            and self.integratedStore in (None, order.integrated)
            and self.orderSaleChannelId in (None, order.channel)
            and self._number_matches(detail["orderIdStore"])
            and in_range(
                detail["createdAt"], self.createdStartDate, self.createdEndDate
            )
        )

    def _number_matches(self, number: str | None) -> bool:
        """The literal NULL asks for what is not yet confirmed."""
        if self.orderIdStore is None:
            return True
        wanted = None if self.orderIdStore.upper() == "NULL" else self.orderIdStore
        return number == wanted


def sort_orders(orders: list[Order], sort: str | None) -> list[Order]:
    """Sort by a field of the list; the sign comes first, `+` as %2B (section 7.2)."""
    # GUESS (section 7.2): oldest first when nothing is asked.
    if not sort:
        return orders
    descending, key = sort.startswith("-"), sort.strip().lstrip("+-").strip()
    if key not in ("createdAt", "updatedAt", "status", "saleChannelOrderId"):
        raise HubError(400, f"_sort não aceita {key}")
    return sorted(orders, key=lambda order: order.detail[key], reverse=descending)


@router.get("/orders")
async def list_orders(
    hub: HubDep,
    store: StoreDep,
    filters: Annotated[OrderFilters, Query()],
    page: Annotated[int, Query(alias="_page")] = 1,
    vendor_size: Annotated[int | None, Query(alias="_size")] = None,
    size: int | None = None,
    sort: Annotated[str | None, Query(alias="_sort")] = None,
) -> dict[str, Any]:
    """List the store's orders, headers only."""
    orders = [order for order in hub.store_orders(store) if filters.keep(order)]
    query = filters.model_dump(exclude_none=True, mode="json")
    query |= {"_size": vendor_size, "size": size, "_sort": sort}
    # GUESS (section 13, line 20): both spellings of the size are honoured.
    answer = envelope(
        "/orders",
        sort_orders(orders, sort),
        page,
        page_size(vendor_size, size, largest=hub.faults.largest_page),
        query,
    )
    shown = [order_view.summary(order, hub.faults) for order in answer["data"]]
    return {**answer, "data": shown}


class SandboxItem(BaseModel):
    sku: str
    quantity: int = Field(gt=0)


class SandboxOrder(BaseModel):
    """The vendor's sample of a test order (section 7.11)."""

    marketplace: int
    status: int = Field(ge=1, le=6)
    shippingCost: float = 0
    shippingName: str = "SEDEX"
    paymentName: str = "DINHEIRO"
    interest: float = 0
    totalCommission: float | None = None
    typeBilling: Literal["PF", "PJ"] = "PF"
    orderItems: list[SandboxItem] = Field(min_length=1)
    shipping: dict[str, Any] = Field(default_factory=dict)
    billing: dict[str, Any] = Field(default_factory=dict)


@router.post("/orders/new/sandbox", status_code=201)
async def create_sandbox_order(
    body: SandboxOrder, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Create a test order; its prices come from the products."""
    if body.marketplace not in CHANNELS:
        raise HubError(400, "Canal de venda desconhecido")
    # GUESS (section 10): items must be registered SKUs.
    unknown = [i.sku for i in body.orderItems if i.sku not in store.products]
    if unknown:
        raise HubError(400, f"Produto não encontrado: {', '.join(unknown)}")
    sale = order_making.Sale(
        channel=body.marketplace,
        status=order_flow.STATUS_BY_NUMBER[body.status],
        items=[item.model_dump() for item in body.orderItems],
        freight=body.shippingCost,
        interest=body.interest,
        commission=body.totalCommission,
        shipping_name=body.shippingName,
        payment=body.paymentName,
        billing={**company(hub, body.typeBilling), **filled(body.billing)},
        shipping=filled(body.shipping),
    )
    order = order_making.create_order(hub, store, sale)
    order_flow.notify(hub, order)
    # GUESS (section 7.11): the answer is the order.
    return order_view.full(order, hub.faults)


def company(hub: Hub, kind: str) -> dict[str, Any]:
    """Return what makes the invented buyer a company (section 7.11)."""
    if kind != "PJ":
        return {}
    return {"name": "Comércio Modelo Ltda", "documentId": people.cnpj(hub.random)}


def filled(address: dict[str, Any]) -> dict[str, Any]:
    """Drop what the caller left empty, so that the invented buyer fills it."""
    return {key: value for key, value in address.items() if value not in ("", None)}


@router.get("/orders/{order_id}", response_model=dict[str, Any])
async def read_order(order_id: str, hub: HubDep, store: StoreDep) -> Response:
    # In ASCII: half a surrogate pair is JSON that UTF-8 cannot write.
    order = json.dumps(order_view.full(find(hub, store, order_id), hub.faults))
    return Response(order, media_type="application/json")
