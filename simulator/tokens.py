"""The three kinds of JWT of section 2: user, store access, store refresh."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import jwt

from .errors import HubError
from .state import Hub, Store

ACCESS_TTL = 24 * 3600
REFRESH_TTL = 168 * 3600  # the vendor's sample of 2023-09
USER_TTL = 24 * 3600
KEPT_PAIRS = 1000
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a store, a user, or somebody with a `problem`."""

    store: Store | None = None
    user: str | None = None
    problem: str | None = None


def _sign(hub: Hub, claims: dict[str, Any], ttl: float) -> str:
    now = int(hub.clock())
    claims = {**claims, "iat": now, "exp": int(now + ttl)}
    return jwt.encode(claims, hub.secret, ALGORITHM)


def _read(hub: Hub, token: str) -> dict[str, Any] | None:
    """Return the claims of a token of ours, even when it has expired."""
    try:
        return jwt.decode(
            token,
            hub.secret,
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        return None


def issue_pair(
    hub: Hub,
    store: Store,
    *,
    access_ttl: float = ACCESS_TTL,
    refresh_ttl: float = REFRESH_TTL,
) -> dict[str, str]:
    """Issue what the panel's button "Gerar Tokens" shows."""
    pair_hash = hub.new_hash()
    store.pairs[pair_hash] = "current"
    while len(store.pairs) > KEPT_PAIRS:
        store.pairs.pop(next(iter(store.pairs)))
    hub.touch()
    house = hub.software_house
    access = {
        "softwareHouse": house.cnpj,
        "store": store.cnpj,
        "url": hub.public_url,
        "userId": house.user_id,
        "refreshToken": pair_hash,
        "type": "store",
    }
    refresh = {
        "softwareHouseCnpj": house.cnpj,
        "storeCnpj": store.cnpj,
        "userId": house.user_id,
        "refreshToken": pair_hash,
    }
    return {
        "accessToken": _sign(hub, access, access_ttl),
        "refreshToken": _sign(hub, refresh, refresh_ttl),
    }


def issue_user_token(hub: Hub, login: str) -> str:
    return _sign(hub, {"login": login}, USER_TTL)


def encoded(pair: dict[str, str]) -> str:
    """Wrap a pair as one text."""
    # GUESS (section 11.11): without `notEncoded=true` the pair is one base64 string.
    return base64.b64encode(json.dumps(pair).encode()).decode()


def revoke_all(hub: Hub, store: Store) -> None:
    store.pairs = dict.fromkeys(store.pairs, "revoked")
    hub.touch()


def identify(hub: Hub, authorization: str | None) -> Caller:
    """Read the Authorization header; the store is known even when it has expired."""
    if not authorization or not authorization.lower().startswith("bearer "):
        return Caller(problem="Token não informado")
    claims = _read(hub, authorization[7:].strip())
    if claims is None:
        return Caller(problem="Token inválido")
    expired = claims["exp"] <= hub.clock()
    if "login" in claims:
        return Caller(
            user=claims["login"], problem="Token expirado" if expired else None
        )
    store = hub.stores.get(claims.get("store", ""))
    if store is None:
        return Caller(problem="Token inválido")
    if store.pairs.get(claims["refreshToken"], "revoked") == "revoked":
        return Caller(store=store, problem="Token revogado")
    return Caller(store=store, problem="Token expirado" if expired else None)


def refresh_pair(hub: Hub, token: str) -> dict[str, str]:
    """Rotate both tokens; the used refresh token dies unless a fault keeps it."""
    claims = _read(hub, token)
    store = hub.stores.get((claims or {}).get("storeCnpj", ""))
    if claims is None or store is None:
        raise HubError(401, "Token de renovação inválido")
    state = store.pairs.get(claims["refreshToken"], "revoked")
    # GUESS (section 13, line 2): a used refresh token is refused.
    usable = state == "current" or (state == "used" and hub.faults.keep_old_refresh)
    if hub.faults.refuse_refresh or not usable or claims["exp"] <= hub.clock():
        raise HubError(401, "Token de renovação inválido ou expirado")
    # The old access token stays good until it expires: a JWT is not looked up.
    store.pairs[claims["refreshToken"]] = "used"
    hub.faults.expired_access.refreshed(store.cnpj)
    return issue_pair(hub, store)
