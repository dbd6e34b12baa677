"""What the ERP does to an order: confirm, invoice, ship, deliver, cancel (section 7).

Success is HTTP 200 (section 7.1). GUESS (section 11.9): the answer's small JSON.
"""

import re
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, field_validator

from . import labels
from .deps import HubDep, StoreDep
from .errors import HubError
from .order_flow import (
    APPROVED,
    CANCELED,
    COMPLETED,
    INVOICED,
    SHIPPED,
    advance,
    set_status,
)
from .order_making import FULFILMENT, make_shipment
from .orders import find
from .state import Hub, Order

router = APIRouter(tags=["pedidos"])

# 44 digits (section 7.6); a CNPJ inside may hold letters since July 2026.
ACCESS_KEY = re.compile(r"^\d{6}[0-9A-Z]{12}\d{26}$")


CANCEL = "/orders/{order_id}/cancel/{channel_id}"


class Confirm(BaseModel):
    orderIdStore: str | int  # a text for the vendor; one client sends a number


class Invoice(BaseModel):
    nfeDate: datetime
    nfeNumber: str = Field(min_length=1)
    nfeSerialNumber: str = Field(min_length=1)
    nfeAccessKey: str
    xml: str

    @field_validator("nfeAccessKey")
    @classmethod
    def _key_has_44_digits(cls, key: str) -> str:
        if not ACCESS_KEY.match(key):
            raise ValueError("a chave de acesso deve ter 44 dígitos")
        return key

    @field_validator("xml")
    @classmethod
    def _xml_is_text(cls, xml: str) -> str:
        if not xml.lstrip("\ufeff \r\n\t").startswith("<"):
            raise ValueError("o XML da nota deve ser enviado como texto")
        return xml


class Shipment(BaseModel):
    # GUESS (section 13, line 33): carrier and number are required.
    shippingCarrier: str
    trackingNumber: str
    trackingUrl: str | None = None


class Delivered(BaseModel):
    deliveredAt: datetime


def done(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "orderIdStore": order.detail["orderIdStore"],
        "status": order.status,
    }


def written(body: BaseModel, raw: dict[str, Any]) -> dict[str, Any]:
    """Keep the fields of the reference as the caller wrote them."""
    return {key: raw.get(key) for key in type(body).model_fields}


@router.post("/orders/{order_id}/confirm")
async def confirm_order(
    order_id: str, body: Confirm, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Mark as integrated; changes no status (section 7.5)."""
    order = find(hub, store, order_id)
    if order.status == CANCELED:
        raise HubError(400, "Não é possível confirmar um pedido com status CANCELED")
    if order.integrated and hub.faults.refuse_repeat:
        raise HubError(400, "Pedido já confirmado")
    order.integrated = True
    order.detail["orderIdStore"] = str(body.orderIdStore)
    order.detail["orderIdSeller"] = str(body.orderIdStore)
    order.detail["updatedAt"] = hub.now()
    hub.touch()
    return done(order)


@router.post("/orders/{order_id}/invoice")
async def invoice_order(
    order_id: str, body: Invoice, request: Request, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Take the NF-e: its data and the authorised XML as text (section 7.6)."""
    order = find(hub, store, order_id)
    again = advance(hub, order, source=APPROVED, target=INVOICED, action="faturar")
    order.detail["invoice"] = written(body, await request.json())
    if not again:
        set_status(hub, order, INVOICED)
    hub.touch()
    return done(order)


@router.post("/orders/{order_id}/shipment")
async def ship_order(
    order_id: str, body: Shipment, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Take the tracking; other fields of a shipment are ignored (section 7.7)."""
    order = find(hub, store, order_id)
    refuse_fulfilment(order)
    again = advance(hub, order, source=INVOICED, target=SHIPPED, action="despachar")
    shipment = order.detail["shipment"] or make_shipment(hub, "", 0)
    order.detail["shipment"] = {**shipment, **body.model_dump()}
    if not again:
        set_status(hub, order, SHIPPED)
    hub.touch()
    return done(order)


@router.post("/orders/{order_id}/delivered")
async def deliver_order(
    order_id: str, body: Delivered, request: Request, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    order = find(hub, store, order_id)
    again = advance(hub, order, source=SHIPPED, target=COMPLETED, action="entregar")
    order.detail["deliveredAt"] = (await request.json())["deliveredAt"]
    if not again:
        set_status(hub, order, COMPLETED)
    hub.touch()
    return done(order)


def refuse_fulfilment(order: Order) -> None:
    # GUESS (section 11.15): the marketplace ships these orders and prints the label.
    if order.detail["orderType"] == FULFILMENT:
        raise HubError(400, "Pedido fulfillment: o envio é feito pelo marketplace")


@router.patch(CANCEL, include_in_schema=False)
@router.delete(CANCEL, include_in_schema=False)
@router.put(CANCEL, include_in_schema=False)
@router.post(CANCEL)
async def cancel_order(
    order_id: str, channel_id: int, request: Request, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    """Cancel at any stage; no body (section 7.9)."""
    # GUESS (section 13, line 34): the verb, and that the last part is the channel id.
    if request.method != hub.faults.cancel_verb:
        # The stack that it seems built on knows no 405 (section 7.9).
        raise HubError(404, f"Cannot {request.method} {request.url.path}")
    order = find(hub, store, order_id)
    if channel_id != order.channel:
        raise HubError(400, "O canal de venda não é o do pedido")
    if order.status == CANCELED:
        if hub.faults.refuse_repeat:
            raise HubError(400, "Pedido já está com status CANCELED")
        return done(order)
    if hub.faults.cancel_later:
        return done(order)
    set_status(hub, order, CANCELED)
    return done(order)


@router.get("/orders/{order_id}/label")
async def read_label(order_id: str, hub: HubDep, store: StoreDep) -> Response:
    """Print the shipping label once the order is invoiced (section 7.10)."""
    order = find(hub, store, order_id)
    refuse_fulfilment(order)
    require_label(order)
    return labels.answer(order, hub.faults.label_form, label_url(hub, order))


def require_label(order: Order) -> None:
    # GUESS (section 11.10): the marketplace makes the label after the invoice.
    if order.status not in (INVOICED, SHIPPED, COMPLETED):
        raise HubError(400, "Etiqueta ainda não disponível")


def label_url(hub: Hub, order: Order) -> str:
    """Return an address of the label that needs no token, as a browser opens it."""
    return f"{hub.public_url}/painel/pedidos/{order.id}/etiqueta.pdf"
