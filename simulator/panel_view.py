"""What every page of the panel shares: templates, filters, messages."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates

from . import order_flow
from .channels import CHANNELS, channel_name
from .clock import parse
from .state import Hub

BRASILIA = timezone(timedelta(hours=-3))
ROWS_SHOWN = 200
MENU = (
    ("inicio", "/", "Início"),
    ("lojas", "/painel/lojas", "Lojas"),
    ("produtos", "/painel/produtos", "Produtos"),
    ("pedidos", "/painel/pedidos", "Pedidos"),
    ("webhook", "/painel/webhook", "Webhook"),
    ("chamadas", "/painel/chamadas", "Chamadas"),
    ("falhas", "/painel/falhas", "Falhas"),
)
STATUS_NAMES = {
    order_flow.NEW: "Novo",
    order_flow.CREATED: "Criado",
    order_flow.APPROVED: "Aprovado",
    order_flow.INVOICED: "Faturado",
    order_flow.SHIPPED: "Despachado",
    order_flow.COMPLETED: "Concluído",
    order_flow.CANCELED: "Cancelado",
}
MESSAGES = {
    "loja": "Loja criada. Gere os tokens em Detalhes.",
    "pedido": "Pedido de teste criado.",
    "status": "Status alterado; o webhook foi avisado.",
    "aviso": "Aviso enviado de novo ao webhook.",
    "sem-webhook": "Não há endereço de webhook para esta loja.",
    "webhook": "Endereço do webhook salvo.",
    "limpo": "Lista limpa.",
    "limite": "Limite de chamadas salvo.",
    "falha": "Falha alterada.",
    "sem-falhas": "Todas as falhas foram desligadas.",
}


def brl(amount: Any) -> str:
    """Write an amount as Brazilians do: R$ 1.234,56."""
    text = f"{float(amount or 0):,.2f}"
    return "R$\u00a0" + text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def when(text: str | None) -> str:
    if not text:
        return "—"
    try:
        moment = parse(text)
    except ValueError:
        return text
    return moment.astimezone(BRASILIA).strftime("%d/%m/%Y\u00a0%H:%M:%S")


def clock_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, BRASILIA).strftime("%d/%m %H:%M:%S")


def cnpj_text(cnpj: str) -> str:
    if len(cnpj) != 14:
        return cnpj
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
templates.env.filters.update(
    brl=brl,
    when=when,
    clock_time=clock_time,
    cnpj=cnpj_text,
    channel=channel_name,
    status_name=lambda status: STATUS_NAMES.get(status, status),
)
templates.env.globals.update(
    menu=MENU, channels=CHANNELS, status_names=STATUS_NAMES, rows_shown=ROWS_SHOWN
)


def page(
    request: Request,
    hub: Hub,
    name: str,
    *,
    here: str,
    status_code: int = 200,
    error: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """Render a page; `?feito=` picks a message that says what was just done."""
    return templates.TemplateResponse(
        request,
        f"{name}.html",
        {
            "hub": hub,
            "here": here,
            "error": error,
            "message": MESSAGES.get(request.query_params.get("feito", "")),
            "active_faults": len(hub.faults.model_dump(exclude_defaults=True)),
            **context,
        },
        status_code,
    )


def back(path: str, done: str) -> RedirectResponse:
    separator = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{separator}feito={done}", 303)
