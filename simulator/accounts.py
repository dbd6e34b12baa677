"""Login, tokens and stores (sections 2 and 3)."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from . import tokens
from .deps import HubDep, UserDep
from .errors import HubError

router = APIRouter(tags=["contas"])


class Login(BaseModel):
    login: str
    password: str


class Refresh(BaseModel):
    refreshToken: str  # camelCase on the wire


class Address(BaseModel):
    street: str
    number: str
    complement: str = ""
    neighborhood: str
    city: str
    state: str
    cep: str


class Responsible(BaseModel):
    name: str
    email: str
    phone: str


class NewStore(BaseModel):
    cnpj: str = Field(pattern=r"^[0-9A-Z]{12}\d{2}$")
    companyName: str
    tradingName: str
    stateRegistration: str | None = None
    active: bool = True
    hubUserEmails: list[str] = Field(default_factory=list, max_length=50)
    address: Address
    responsible: Responsible
    cnpjSH: str


@router.post("/auth/login")
async def login(body: Login, hub: HubDep) -> dict[str, Any]:
    """Log the software house in; answers an access token alone (section 2.2)."""
    house = hub.software_house
    if (body.login, body.password) != (house.login, house.password):
        raise HubError(401, "Login ou senha inválidos")
    user = {
        "id": house.user_id,
        "name": "Desenvolvedor",
        "role": "root",
        "login": house.login,
    }
    return {"accessToken": tokens.issue_user_token(hub, house.login), "user": user}


@router.post("/auth/refresh")
async def refresh(body: Refresh, hub: HubDep) -> dict[str, str]:
    """Rotate both tokens of a store; needs no Authorization (section 2.4)."""
    return tokens.refresh_pair(hub, body.refreshToken)


@router.get("/stores/{cnpj}/software-houses/{software_house}/token")
async def store_token(
    cnpj: str,
    software_house: str,
    hub: HubDep,
    _user: UserDep,
    notEncoded: bool = False,
) -> Any:
    """Give the software house a pair for one of its stores (section 2.3)."""
    store = hub.stores.get(cnpj)
    if store is None or software_house != hub.software_house.cnpj:
        raise HubError(404, "Loja não encontrada")
    pair = tokens.issue_pair(hub, store)
    return pair if notEncoded else tokens.encoded(pair)


@router.post("/stores", status_code=201)
async def create_store(body: NewStore, hub: HubDep, _user: UserDep) -> dict[str, Any]:
    """Create a store as one client does (section 3.1)."""
    if body.cnpjSH != hub.software_house.cnpj:
        raise HubError(400, "Software house não encontrada")
    if body.cnpj in hub.stores:
        raise HubError(400, "Loja já cadastrada")
    store = hub.add_store(body.cnpj, body.tradingName, body.model_dump())
    # GUESS (section 3.1): `tokenHub` is the token of the hub's own inbound hook.
    return {
        **store.profile,
        "cnpj": store.cnpj,
        "storeIdMarketPlace": store.id,
        "tokenHub": hub.new_hash(),
    }
