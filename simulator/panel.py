"""The pages of the web panel, named as in the real one (section 2.1)."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from . import labels, products
from .calls import WINDOW, last, readable
from .deps import HubDep
from .errors import HubError
from .nfe import BRASILIA, build_nfe
from .order_actions import require_label
from .panel_view import ROWS_SHOWN, page
from .state import Hub, Order, Store

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


def store_of(hub: Hub, cnpj: str) -> Store:
    if cnpj not in hub.stores:
        raise HubError(404, "Loja não encontrada")
    return hub.stores[cnpj]


def order_of(hub: Hub, order_id: str) -> Order:
    if order_id.lower() not in hub.orders:
        raise HubError(404, "Pedido não encontrado")
    return hub.orders[order_id.lower()]


def minute_of(hub: Hub, store: Store) -> int:
    return hub.calls.in_last_minute(store.cnpj, hub.clock())


@router.get("/")
async def home(request: Request, hub: HubDep) -> HTMLResponse:
    return page(
        request,
        hub,
        "inicio",
        here="inicio",
        product_count=sum(len(store.products) for store in hub.stores.values()),
        delivered=len(hub.webhooks.deliveries),
    )


@router.get("/painel/lojas")
async def stores(request: Request, hub: HubDep) -> HTMLResponse:
    return page(request, hub, "lojas", here="lojas")


@router.get("/painel/lojas/{cnpj}")
async def store(cnpj: str, request: Request, hub: HubDep) -> HTMLResponse:
    return store_page(request, hub, store_of(hub, cnpj))


def store_page(
    request: Request, hub: Hub, store: Store, pair: dict[str, str] | None = None
) -> HTMLResponse:
    return page(
        request,
        hub,
        "loja",
        here="lojas",
        store=store,
        pair=pair,
        minute=minute_of(hub, store),
        states=[state for state in store.pairs.values()],
    )


@router.get("/painel/produtos")
async def product_list(
    request: Request, hub: HubDep, loja: str = "", busca: str = ""
) -> HTMLResponse:
    wanted = busca.lower()
    found = [
        (owner, products.present(product))
        for owner in hub.stores.values()
        if loja in ("", owner.cnpj)
        for product in owner.products.values()
        if wanted in f"{product['sku']} {product['name']}".lower()
    ]
    return page(
        request,
        hub,
        "produtos",
        here="produtos",
        rows=found[:ROWS_SHOWN],
        total=len(found),
        loja=loja,
        busca=busca,
    )


@router.get("/painel/produtos/{cnpj}/{sku:path}")
async def product(cnpj: str, sku: str, request: Request, hub: HubDep) -> HTMLResponse:
    owner = store_of(hub, cnpj)
    stored = products.find(owner, sku)
    prices = {
        channel["id"]: products.price_on(stored, channel["id"], hub.clock())
        for channel in stored["salesChannels"]
    }
    return page(
        request,
        hub,
        "produto",
        here="produtos",
        store=owner,
        product=products.present(stored),
        prices=prices,
        raw=pretty(stored),
    )


@router.get("/painel/pedidos")
async def order_list(
    request: Request, hub: HubDep, loja: str = "", status: str = ""
) -> HTMLResponse:
    return orders_page(request, hub, loja=loja, status=status)


def orders_page(
    request: Request,
    hub: Hub,
    *,
    loja: str = "",
    status: str = "",
    error: str | None = None,
) -> HTMLResponse:
    """Show the orders, newest first, and the form for a test order."""
    found = [
        order
        for order in reversed(hub.orders.values())
        if loja in ("", order.store_cnpj) and status in ("", order.status)
    ]
    skus = sorted({sku for store in hub.stores.values() for sku in store.products})
    return page(
        request,
        hub,
        "pedidos",
        here="pedidos",
        status_code=400 if error else 200,
        error=error,
        rows=found[:ROWS_SHOWN],
        total=len(found),
        loja=loja,
        status=status,
        skus=skus[:1000],
    )


@router.get("/painel/pedidos/{order_id}")
async def order(order_id: str, request: Request, hub: HubDep) -> HTMLResponse:
    found = order_of(hub, order_id)
    deliveries = [
        delivery
        for delivery in list(hub.webhooks.deliveries)
        if delivery["payload"]["order"]["orderId"].lower() == found.id
    ]
    return page(
        request,
        hub,
        "pedido",
        here="pedidos",
        order=found,
        detail=found.detail,
        deliveries=deliveries,
        raw=pretty(found.detail),
    )


@router.get("/painel/pedidos/{order_id}/etiqueta.pdf")
async def order_label(order_id: str, hub: HubDep) -> Response:
    """Show the label without a token; also where a label's JSON URL leads."""
    found = order_of(hub, order_id)
    require_label(found)
    return Response(labels.pdf(found), media_type="application/pdf")


@router.get("/painel/pedidos/{order_id}/nfe.xml")
async def order_nfe(order_id: str, hub: HubDep) -> Response:
    """Play the store's invoice issuer: an NF-e of the test environment that fits."""
    found = order_of(hub, order_id)
    detail = found.detail
    xml = build_nfe(
        issuer=found.store_cnpj,
        issuer_name=hub.stores[found.store_cnpj].name,
        recipient=detail["billing"]["documentId"] or "52998224725",
        recipient_name=detail["billing"]["name"] or "Comprador",
        total=f"{detail['totalAmount']:.2f}",
        freight=f"{detail['shippingCost'] or 0:.2f}",
        number=detail["orderId"],
        date=datetime.now(BRASILIA).replace(microsecond=0),
        environment="2",
        purchase_number=detail["saleChannelOrderId"],
        extra_info=f"Pedido {detail['saleChannelOrderId']}",
    )
    name = f"nfe-{detail['saleChannelOrderId']}.xml"
    return Response(
        xml,
        media_type="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/painel/webhook")
async def webhook(request: Request, hub: HubDep) -> HTMLResponse:
    return webhook_page(request, hub)


def webhook_page(request: Request, hub: Hub, error: str | None = None) -> HTMLResponse:
    deliveries = last(list(hub.webhooks.deliveries), ROWS_SHOWN)
    return page(
        request,
        hub,
        "webhook",
        here="webhook",
        status_code=400 if error else 200,
        error=error,
        deliveries=deliveries[::-1],
        total=len(hub.webhooks.deliveries),
        pending=hub.webhooks.pending(),
    )


@router.get("/painel/chamadas")
async def calls(
    request: Request, hub: HubDep, loja: str = "", metodo: str = "", caminho: str = ""
) -> HTMLResponse:
    found = last(hub.calls.matching(loja, caminho, metodo), ROWS_SHOWN)
    return page(
        request,
        hub,
        "chamadas",
        here="chamadas",
        rows=[
            (call, pretty(readable(call.request)), pretty(readable(call.answer)))
            for call in reversed(found)
        ],
        usage=[
            (store, minute_of(hub, store), hub.calls.peak(store.cnpj))
            for store in hub.stores.values()
        ],
        window=int(WINDOW),
        loja=loja,
        metodo=metodo,
        caminho=caminho,
        query=urlencode({"loja": loja, "metodo": metodo, "caminho": caminho}),
    )


def pretty(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, indent=2)
