"""What the buttons of the panel do."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from . import order_flow, order_making, tokens
from .channels import CHANNELS
from .deps import HubDep
from .panel import order_of, orders_page, store_of, store_page, webhook_page
from .panel_view import back
from .settings import Settings

router = APIRouter(include_in_schema=False)

# The buttons of a test order and the status each leads to.
MOVES = {
    "aprovar": order_flow.APPROVED,
    "concluir": order_flow.COMPLETED,
    "cancelar": order_flow.CANCELED,
}

Text = Annotated[str, Form()]


@router.post("/painel/lojas")
async def create_store(hub: HubDep, cnpj: Text, nome: Text = "") -> RedirectResponse:
    digits = "".join(filter(str.isalnum, cnpj)).upper()
    store = hub.add_store(digits, nome.strip())
    return back(f"/painel/lojas/{quote(store.cnpj)}", "loja")


@router.post("/painel/lojas/{cnpj}/tokens")
async def create_tokens(
    cnpj: str, request: Request, hub: HubDep, revogar: Text = ""
) -> HTMLResponse:
    """Show a new pair once, as the button "Gerar Tokens" does."""
    store = store_of(hub, cnpj)
    if revogar:
        tokens.revoke_all(hub, store)
    return store_page(request, hub, store, tokens.issue_pair(hub, store))


@router.post("/painel/pedidos")
async def create_order(request: Request, hub: HubDep) -> Response:
    """Make a test order of the rows that name an SKU."""
    form = await request.form()
    rows = zip(
        form.getlist("sku"),
        form.getlist("quantidade"),
        form.getlist("preco"),
        strict=True,
    )
    try:
        items = [
            {"sku": sku.strip(), "quantity": int(number), "price": amount(price)}
            for sku, number, price in rows
            if sku.strip()
        ]
        channel, freight = int(form["canal"]), amount(form["frete"]) or 0
    except (ValueError, KeyError):
        return orders_page(request, hub, error="Há um número que não se entende.")
    store, status = hub.stores.get(form.get("loja", "")), form.get("status")
    if store is None:
        return orders_page(request, hub, error="Crie uma loja primeiro.")
    if not items or any(item["quantity"] < 1 for item in items):
        return orders_page(request, hub, error="Informe um SKU e a quantidade.")
    if status not in order_flow.STATUSES or channel not in CHANNELS:
        return orders_page(request, hub, error="Status ou canal desconhecido.")
    sale = order_making.Sale(
        channel=channel, status=status, items=items, freight=freight
    )
    order = order_making.create_order(hub, store, sale)
    order_flow.notify(hub, order)
    return back(f"/painel/pedidos/{order.id}", "pedido")


def amount(text: str) -> float | None:
    """Read an amount with a comma or a point; empty is None."""
    text = text.strip()
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    number = float(text) if text else None
    if number is not None and not 0 <= number < 10**9:
        raise ValueError(text)
    return number


@router.post("/painel/pedidos/{order_id}/status")
async def change_status(order_id: str, hub: HubDep, status: Text) -> RedirectResponse:
    """Change the status as the marketplace does."""
    order = order_of(hub, order_id)
    if status in order_flow.STATUSES:
        order_flow.set_status(hub, order, status)
    return back(f"/painel/pedidos/{order.id}", "status")


@router.post("/painel/pedidos/{order_id}/aviso")
async def repeat_webhook(
    order_id: str, hub: HubDep, volta: Text = ""
) -> RedirectResponse:
    order = order_of(hub, order_id)
    order_flow.notify(hub, order)
    known = hub.settings.webhook_url_of(order.store_cnpj)
    page = "/painel/webhook" if volta == "webhook" else f"/painel/pedidos/{order.id}"
    return back(page, "aviso" if known else "sem-webhook")


@router.post("/painel/pedidos/{order_id}/{move}")
async def move_order(order_id: str, move: str, hub: HubDep) -> RedirectResponse:
    """Approve, complete or cancel."""
    return await change_status(order_id, hub, MOVES.get(move, ""))


@router.post("/painel/webhook")
async def save_webhook(
    request: Request, hub: HubDep, url: Text = "", nome: Text = ""
) -> Response:
    """Save the general address, the name and the addresses of single stores."""
    form = await request.form()
    urls = {
        cnpj: str(form.get(f"url-{cnpj}", "")).strip()
        for cnpj in hub.stores
        if str(form.get(f"url-{cnpj}", "")).strip()
    }
    try:
        hub.settings = Settings(
            rate_limit=hub.settings.rate_limit,
            webhook_url=url.strip() or None,
            webhook_urls=urls,
            webhook_name=nome.strip() or hub.settings.webhook_name,
        )
    except ValueError:
        return webhook_page(
            request, hub, "O simulador só chama endereços desta máquina (127.0.0.1)."
        )
    hub.touch()
    return back("/painel/webhook", "webhook")


@router.post("/painel/webhook/limpar")
async def clear_webhooks(hub: HubDep) -> RedirectResponse:
    hub.webhooks.clear()
    return back("/painel/webhook", "limpo")


@router.post("/painel/chamadas/limpar")
async def clear_calls(hub: HubDep) -> RedirectResponse:
    hub.calls.clear()
    return back("/painel/chamadas", "limpo")


@router.post("/painel/chamadas/limite")
async def change_limit(hub: HubDep, limite: Text = "") -> RedirectResponse:
    """Save the calls a minute; empty is without limit."""
    limit = int(limite) if limite.strip().isdigit() else None
    hub.settings = hub.settings.model_copy(update={"rate_limit": limit})
    hub.touch()
    return back("/painel/chamadas", "limite")
