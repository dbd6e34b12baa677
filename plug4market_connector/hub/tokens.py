"""The pair of tokens of a store: read from what was pasted, and their age.

docs/hub-api.md 2: both are JWTs; access lives 24 h, refresh about 7 days, and both
change with each renewal. Signatures are not checked: only the hub can.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .values import UTC, JsonObject, integer, mapping

ACCESS_LIFE = timedelta(hours=24)

_JWT = re.compile(r"[A-Za-z0-9_-]{4,}={0,2}\.[A-Za-z0-9_-]{4,}={0,2}\.[A-Za-z0-9_-]+=*")
_MAX_WRAPPINGS = 4


class MalformedToken(ValueError):
    """What was pasted is no token; ``field`` is "access" or "refresh"."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, repr=False)
class TokenPair:
    """Access and refresh token of one store; never shown by ``repr``."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def __repr__(self) -> str:
        return f"<TokenPair of store {self.store_cnpj or '?'}>"

    @classmethod
    def from_pasted(cls, access: object, refresh: object = "") -> "TokenPair":
        """Return the pair that a person copied from the panel.

        See docs/hub-api.md 2.1 and 13 #5.

        Each field takes the JWT or base64 of it; the first one also both tokens as
        JSON, or as base64 of that JSON, with the second left empty. Tokens that were
        pasted into each other's field are put right.
        """
        access_read, refresh_read = _unwrap(access), _unwrap(refresh)
        both = _token_of(access_read, "refreshToken")
        access_token = _token_of(access_read, "accessToken") or _jwt(access_read)
        refresh_token = (
            _token_of(refresh_read, "refreshToken") or _jwt(refresh_read) or both
        )
        _require(access_token, access, "access")
        _require(refresh_token, refresh, "refresh")
        if access_token == refresh_token:
            raise MalformedToken(
                "Both fields hold the same token. Copy the renewal token into the "
                "second one.",
                "refresh",
            )
        if _is_refresh(access_token) and not _is_refresh(refresh_token):
            access_token, refresh_token = refresh_token, access_token
        return cls(access_token, refresh_token)

    @classmethod
    def from_answer(
        cls, answer: object, old_refresh_token: str = ""
    ) -> "TokenPair | None":
        """Return the pair of a token call, or None (docs/hub-api.md 2.3, 2.4, 13 #4).

        Lenient on purpose: who rejects a new pair has lost it. Without a new refresh
        token the old one is kept.
        """
        if isinstance(answer, str):
            answer = _unwrap(answer)
        outer = mapping(answer)
        pair = mapping(outer.get("data")) or outer
        access, refresh = pair.get("accessToken"), pair.get("refreshToken")
        if not isinstance(access, str) or not access.strip():
            return None
        if not isinstance(refresh, str) or not refresh.strip():
            refresh = old_refresh_token
        return cls(access.strip(), refresh.strip())

    @property
    def access_expiry(self) -> datetime | None:
        """When the access token dies (aware UTC), or None."""
        return _moment_claim(self.access_token, "exp")

    @property
    def refresh_expiry(self) -> datetime | None:
        """When the refresh token dies (aware UTC), or None."""
        return _moment_claim(self.refresh_token, "exp")

    @property
    def access_issued(self) -> datetime | None:
        """When the access token was made (aware UTC), or None."""
        return _moment_claim(self.access_token, "iat")

    @property
    def store_cnpj(self) -> str:
        """The store the tokens open, "" if they do not say."""
        return self._claim("store", "storeCnpj")

    @property
    def software_house_cnpj(self) -> str:
        """The software house of the tokens, "" if they do not say."""
        return self._claim("softwareHouse", "softwareHouseCnpj")

    @property
    def api_url(self) -> str:
        """The API host the access token was made for, "" if it does not say."""
        return self._claim("url")

    def needs_renewal(self, now: datetime) -> bool:
        """Tell whether a token is older than half its life, or hides its age.

        ``now``: aware, or naive UTC.
        """
        if now.tzinfo is None:
            now = now.replace(tzinfo=UTC)
        expiry = self.access_expiry
        if expiry is None or _is_past_half(self.access_issued, expiry, now):
            return True
        refresh_issued = _moment_claim(self.refresh_token, "iat")
        return _is_past_half(refresh_issued, self.refresh_expiry, now)

    def _claim(self, *names: str) -> str:
        for token in (self.access_token, self.refresh_token):
            claims = jwt_claims(token)
            for name in names:
                if isinstance(claims.get(name), str | int):
                    return str(claims[name]).strip()
        return ""


def _is_refresh(token: str) -> bool:
    """Tell a refresh token by the names of its claims (docs/hub-api.md 2)."""
    return "storeCnpj" in jwt_claims(token)


def jwt_claims(token: object) -> dict[str, Any]:
    """Return what a JWT says about itself, {} if it cannot be read."""
    parts = str(token or "").split(".")
    claims = _json(_from_base64(parts[1])) if len(parts) == 3 else None
    return claims if isinstance(claims, dict) else {}


def _is_past_half(
    issued: datetime | None, expiry: datetime | None, now: datetime
) -> bool:
    if expiry is None:
        return False
    issued = issued or expiry - ACCESS_LIFE
    return now >= issued + (expiry - issued) / 2


def _moment_claim(token: str, name: str) -> datetime | None:
    seconds = integer(jwt_claims(token).get(name))
    # Beyond the year 2286 nothing is a date: some write milliseconds.
    if not seconds or not 0 < seconds < 10**10:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)


def _unwrap(pasted: object) -> str | JsonObject | None:
    """Return the JWT (text), the JSON object, or None that the text holds."""
    value: str | JsonObject = _strip(pasted)
    for _wrapping in range(_MAX_WRAPPINGS):
        if isinstance(value, Mapping) or not value or _JWT.fullmatch(value):
            return value or None
        parsed = _json(value)
        if parsed is None:
            parsed = _from_base64(value)
        value = _strip(parsed) if isinstance(parsed, str) else parsed
        if not isinstance(value, str | Mapping):
            return None
    return None


def _strip(pasted: object) -> str:
    """Return the text without white space, quotes and "Bearer" around it."""
    value = str(pasted or "").strip().strip("\ufeff\"'`“”").strip()
    value = re.sub(r"^(authorization\s*:\s*)?bearer\s+", "", value, flags=re.IGNORECASE)
    # A token copied from a narrow column comes with line breaks; JSON keeps them.
    return value if value.startswith("{") else "".join(value.split())


def _jwt(value: object) -> str:
    return value if isinstance(value, str) else ""


def _token_of(value: object, key: str) -> str:
    """Return the JWT under the key of a JSON object, itself perhaps wrapped."""
    if not isinstance(value, Mapping):
        return ""
    return _jwt(_unwrap(value.get(key)))


def _require(token: str, pasted: object, field: str) -> None:
    if token:
        return
    name = {"access": "access token", "refresh": "renewal token"}[field]
    reason = "is not a token" if str(pasted or "").strip() else "is missing"
    raise MalformedToken(
        f"The {name} {reason}. In Plug4Market press Gerar Tokens and copy it whole.",
        field,
    )


def _from_base64(value: str) -> str | None:
    """Return the decoded text (URL-safe or not, padded or not), or None."""
    bare = value.rstrip("=").replace("-", "+").replace("_", "/")
    padded = bare + "=" * (-len(bare) % 4)
    try:
        return base64.b64decode(padded, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _json(value: str | None) -> Any:
    try:
        return json.loads(value or "")
    except (TypeError, ValueError, RecursionError):
        return None
