"""The page of the fault switches; each has a form of its own."""

from dataclasses import dataclass
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ValidationError

from .deps import HubDep
from .errors import HubError
from .faults import Counted, Faults
from .panel_view import back, page
from .state import Hub

router = APIRouter(include_in_schema=False)

GROUPS: tuple[tuple[str, dict[str, tuple[str, str]]], ...] = (
    (
        "Respostas",
        {
            "expired_access": ("Token de acesso vencido", "Responde 401."),
            "too_many_requests": ("Chamadas demais", "Responde 429."),
            "bad_request": ("Requisição recusada", "Responde 400 com a mensagem."),
            "server_error": ("Erro interno", "Responde 500 e não faz nada."),
            "bad_gateway": ("Erro 502 em HTML", "Como um proxy sem o hub atrás."),
            "empty_answer": ("Resposta vazia", "Faz o trabalho e responde 200 vazio."),
            "huge_answer": ("Resposta enorme", "Faz o trabalho e responde 100 MB."),
            "slow_answer": ("Resposta lenta", "Espera antes de trabalhar."),
            "distance": ("Hub distante", "Chamada e resposta viajam; algumas falham."),
            "trickle": ("Resposta aos poucos", "O corpo chega byte a byte."),
            "close_kept": ("Fecha a conexão", "Responde e fecha sem avisar."),
            "drop_connection": ("Conexão cortada", "Fecha sem resposta nem trabalho."),
            "lost_answer": ("Resposta perdida", "Faz o trabalho e perde a resposta."),
            "fixed_window": ("Minuto do relógio", "O limite zera a cada minuto."),
            "count_refused": ("Recusadas contam", "No limite, toda chamada conta."),
            "limit_retry_after": ("Retry-After no limite", "Segundos no cabeçalho."),
        },
    ),
    (
        "Tokens",
        {
            "refuse_refresh": ("Renovação recusada", "POST /auth/refresh dá 401."),
            "keep_old_refresh": (
                "Token de renovação antigo vale",
                "Um token de renovação já usado continua valendo.",
            ),
        },
    ),
    (
        "Webhook",
        {
            "webhook_times": ("Avisos repetidos", "Quantas vezes cada aviso sai."),
            "webhook_reorder_seconds": (
                "Avisos fora de ordem",
                "Segura o aviso por estes segundos; um mais novo passa à frente.",
            ),
            "webhook_lost": ("Avisos perdidos", "Os próximos avisos não saem."),
        },
    ),
    (
        "Pedidos e produtos",
        {
            "uppercase_ids": ("UUID em maiúsculas", "Nos pedidos e nos avisos."),
            "null_fields": ("Campos nulos", "null em tudo o que pode ser nulo."),
            "missing_newer_fields": (
                "Sem os campos novos",
                "Sem ibge, estimatedHandlingLimit e saleChannelName.",
            ),
            "swapped_types": ("Tipos trocados", "Número onde é texto e o contrário."),
            "strings": ("Textos hostis", "Todo texto do pedido, menos id e status."),
            "buyer": ("Dados do comprador", "Documento, e-mail e telefone."),
            "duplicate_sku": ("SKU já existe", "POST /products diz que já existe."),
            "longest_name": ("Nome mais longo", "Recusa nomes com mais caracteres."),
            "repeat_pages": (
                "Páginas repetidas",
                "GET /products dá sempre a página 1.",
            ),
            "ids_only": ("Só ids em cor e tamanho", "Um nome no lugar do id dá 400."),
            "fixed_groups": ("Grupo fixo", "Um PUT não pode mudar productId."),
            "largest_page": ("Maior página", "Uma página maior é recusada."),
            "channel_list": ("Lista de canais", "A forma de GET /sales-channels."),
            "refuse_repeat": ("Recusar repetição", "Repetir uma ação responde 400."),
            "label_form": ("Forma da etiqueta", "Como a etiqueta é entregue."),
            "cancel_later": (
                "Cancelar depois",
                "Aceita o cancelamento, mas ainda não cancela.",
            ),
            "cancel_verb": ("Verbo do cancelamento", "O único que o hub aceita."),
        },
    ),
)
FIELD_LABELS = {
    "calls": "Próximas chamadas",
    "path_prefix": "Caminho começa com",
    "path_contains": "Caminho contém",
    "method": "Método",
    "store": "Loja (CNPJ)",
    "until_refresh": "Até a próxima renovação",
    "retry_after": "Retry-After (s)",
    "form": "Forma",
    "message": "Mensagem",
    "field": "Só com o campo",
    "seconds": "Segundos",
    "jitter": "Variação (0 a 1)",
    "way_in": "Parte na ida (0 a 1)",
    "failures": "Parte que falha (0 a 1)",
    "refusals": "Parte com 429 (0 a 1)",
    "how": "Como se perde",
}
ENDLESS = "sem-fim"


@dataclass(frozen=True)
class Input:
    """One input of a form: its name, what it shows and how."""

    name: str
    label: str
    value: Any
    kind: str  # text, number, flag or choice
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Switch:
    name: str
    label: str
    help: str
    on: bool
    counted: bool
    inputs: list[Input]


def input_of(model: BaseModel, name: str, label: str) -> Input:
    annotation = type(model).model_fields[name].annotation
    value = getattr(model, name)
    choices = tuple(arg for arg in get_args(annotation) if isinstance(arg, str))
    if choices:
        return Input(name, label, value, "choice", choices)
    if annotation is bool:
        return Input(name, label, value, "flag")
    numeric = annotation in (int, float) or int in get_args(annotation)
    return Input(name, label, value, "number" if numeric else "text")


def switch_of(faults: Faults, name: str, label: str, explained: str) -> Switch:
    value = getattr(faults, name)
    on = name in faults.model_dump(exclude_defaults=True)
    if isinstance(value, Counted):
        fields = [key for key in type(value).model_fields if key != "calls"]
        inputs = [input_of(value, key, FIELD_LABELS[key]) for key in fields]
        endless = getattr(value, "until_refresh", False)
        return Switch(name, label, explained, value.on or endless, True, inputs)
    return Switch(name, label, explained, on, False, [input_of(faults, name, label)])


@router.get("/painel/falhas")
async def faults(request: Request, hub: HubDep) -> HTMLResponse:
    return faults_page(request, hub)


def faults_page(request: Request, hub: Hub, error: str | None = None) -> HTMLResponse:
    groups = [
        (
            title,
            [switch_of(hub.faults, name, *texts) for name, texts in switches.items()],
        )
        for title, switches in GROUPS
    ]
    return page(
        request,
        hub,
        "falhas",
        here="falhas",
        status_code=400 if error else 200,
        error=error,
        groups=groups,
        endless=ENDLESS,
    )


@router.post("/painel/falhas/limpar")
async def clear_faults(hub: HubDep) -> Response:
    hub.faults = Faults()
    return back("/painel/falhas", "sem-falhas")


@router.post("/painel/falhas/{name}")
async def change_fault(name: str, request: Request, hub: HubDep) -> Response:
    """Switch one fault on with the form's values, or off."""
    if name not in Faults.model_fields:
        raise HubError(404, "Falha desconhecida")
    form = dict(await request.form())
    if form.pop("acao", "ligar") == "desligar":
        setattr(hub.faults, name, getattr(Faults(), name))
        return back("/painel/falhas", "falha")
    try:
        setattr(hub.faults, name, value_of(name, form))
    except ValidationError as error:
        problem = error.errors()[0]
        return faults_page(request, hub, f"{name}: {problem['msg']}")
    return back("/painel/falhas", "falha")


def value_of(name: str, form: dict[str, Any]) -> Any:
    """Turn a form into the switch's value; empty inputs mean the default."""
    current = getattr(Faults(), name)
    if not isinstance(current, Counted):
        return form.get(name, True)
    values = {key: value for key, value in form.items() if value != ""}
    if values.pop(ENDLESS, None):
        values["calls"] = None
    return values
