"""The hub's tree of categories and the store's own one (section 6)."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from .channels import CHANNELS
from .deps import HubDep, StoreDep
from .errors import HubError
from .state import Hub, Store

router = APIRouter(tags=["categorias"])

ROOT = "#"
# GUESS (section 6.1): a sample of the tree; one doubtful client says the route exists.
HUB_TREE = {
    "Casa e Decoração": ("Iluminação", "Cama, Mesa e Banho", "Móveis"),
    "Eletrônicos": ("Áudio", "Celulares", "Informática"),
    "Esporte e Lazer": ("Ciclismo", "Fitness"),
    "Ferramentas": ("Elétricas", "Manuais"),
    "Moda": ("Calçados", "Feminino", "Masculino"),
}


class NewCategory(BaseModel):
    name: str
    alternativeId: str
    fatherAlternativeId: str = ""


class ChannelMapping(BaseModel):
    categories: list[NewCategory]
    saleChannelCategoryId: str
    saleChannel: int


def _hub_nodes() -> list[dict[str, Any]]:
    """Lay the sample tree out as jsTree nodes (section 6.2 shows their shape)."""
    nodes, number = [], 0
    for root, children in HUB_TREE.items():
        number += 1
        root_id = f"5d420c{number:018x}"
        nodes.append({"id": root_id, "parent": ROOT, "text": root, "children": True})
        for child in children:
            number += 1
            node_id = f"5d420c{number:018x}"
            nodes.append(
                {"id": node_id, "parent": root_id, "text": child, "children": False}
            )
    return nodes


HUB_NODES = _hub_nodes()


@router.get("/categories")
async def list_categories(_store: StoreDep) -> list[dict[str, Any]]:
    return [node for node in HUB_NODES if node["parent"] == ROOT]


@router.get("/categories/{category_id}")
async def list_subcategories(
    category_id: str, _store: StoreDep
) -> list[dict[str, Any]]:
    if not any(node["id"] == category_id for node in HUB_NODES):
        raise HubError(404, "Categoria não encontrada")
    return [node for node in HUB_NODES if node["parent"] == category_id]


def present(store: Store, node: dict[str, Any]) -> dict[str, Any]:
    """Return a node as a client recorded it: `children` is a boolean."""
    children = any(other["parent"] == node["id"] for other in store.categories.values())
    shown = {key: node[key] for key in ("id", "alternativeId", "parent", "text")}
    return {**shown, "children": children}


def children_of(store: Store, parent: str) -> list[dict[str, Any]]:
    nodes = store.categories.values()
    return [present(store, node) for node in nodes if node["parent"] == parent]


def by_code(store: Store, code: str) -> dict[str, Any] | None:
    nodes = store.categories.values()
    return next((node for node in nodes if node["alternativeId"] == code), None)


@router.get("/custom-categories")
async def list_custom_categories(store: StoreDep) -> list[dict[str, Any]]:
    return children_of(store, ROOT)


@router.get("/custom-categories/{parent_id}")
async def list_custom_subcategories(
    parent_id: str, store: StoreDep
) -> list[dict[str, Any]]:
    if parent_id not in store.categories:
        raise HubError(404, "Categoria não encontrada")
    return children_of(store, parent_id)


def add_category(hub: Hub, store: Store, body: NewCategory) -> dict[str, Any]:
    """Add one node; parents come before children (section 6.2)."""
    if not body.name.strip() or not body.alternativeId.strip():
        raise HubError(400, "name e alternativeId são obrigatórios")
    father = None
    if body.fatherAlternativeId:
        father = by_code(store, body.fatherAlternativeId)
        if father is None:
            raise HubError(400, "Categoria pai não encontrada")
    node = {
        "id": hub.new_object_id(),
        "alternativeId": body.alternativeId,
        "parent": father["id"] if father else ROOT,
        "text": body.name,
        "channels": {},
    }
    store.categories[node["id"]] = node
    hub.touch()
    return node


@router.post("/custom-categories", status_code=201)
async def create_custom_category(
    body: NewCategory, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    # GUESS (section 13, line 15): a second use of a code is refused, and the answer
    # is the node.
    if by_code(store, body.alternativeId):
        raise HubError(400, "alternativeId já cadastrado")
    return present(store, add_category(hub, store, body))


@router.post("/custom-categories/sale_channel", status_code=201)
async def map_custom_categories(
    body: ChannelMapping, hub: HubDep, store: StoreDep
) -> list[dict[str, Any]]:
    """Map categories to a channel's own one (section 6.3)."""
    if body.saleChannel not in CHANNELS:
        raise HubError(400, "Canal de venda desconhecido")
    mapped = []
    for category in body.categories:
        # GUESS (section 6.3): the whole category is sent, so an unknown one is created.
        node = by_code(store, category.alternativeId)
        node = node or add_category(hub, store, category)
        node["channels"][str(body.saleChannel)] = body.saleChannelCategoryId
        mapped.append(present(store, node))
    hub.touch()
    return mapped


@router.delete("/custom-categories/{category_id}")
async def delete_custom_category(
    category_id: str, hub: HubDep, store: StoreDep
) -> dict[str, Any]:
    node = store.categories.get(category_id)
    if node is None:
        raise HubError(404, "Categoria não encontrada")
    # GUESS (section 6.2): a category with children stays.
    if children_of(store, category_id):
        raise HubError(400, "A categoria tem subcategorias")
    del store.categories[category_id]
    hub.touch()
    return present(store, node)
