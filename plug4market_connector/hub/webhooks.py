"""Read a webhook of the hub: a hint that an order changed, never data.

docs/hub-api.md 8: unsigned, repeated, without order data. Only the order's id is used;
the host of ``resourceUrl`` may be compared and is never called.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from .documents import normalise_document
from .values import mapping, text

MAX_STATUS_LENGTH = 64

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class MalformedNotice(ValueError):
    """The body is not a notice; the door answers 400 with this text."""


class UnknownNotice(MalformedNotice):
    """A notice about something else than an order: answer 200.

    See docs/hub-api.md 13 #37.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotice:
    """Something happened to an order."""

    order_uid: str
    uid_key: str
    status: str
    store_cnpj: str
    software_house_cnpj: str
    # Host name of ``resourceUrl`` in lower case without port, "" if there is none.
    resource_host: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)


def parse_webhook(body: bytes | str, max_bytes: int = 65536) -> OrderNotice:
    """Return the OrderNotice that a request body holds."""
    data = _load(body, max_bytes)
    order = data.get("order")
    if not isinstance(order, Mapping):
        raise UnknownNotice('The body holds no "order" object: not an order notice.')
    uid = text(order.get("orderId") or order.get("id"))
    if not uid:
        raise MalformedNotice('The notice names no order: "order.orderId" is missing.')
    if not _UUID.fullmatch(uid):
        raise MalformedNotice('The notice\'s "order.orderId" is not a UUID.')
    house = mapping(order).get("softwareHouseCnpj") or data.get("softwareHouseCnpj")
    return OrderNotice(
        order_uid=uid,
        uid_key=uid.lower(),
        status=text(order.get("status")).upper()[:MAX_STATUS_LENGTH],
        store_cnpj=normalise_document(order.get("storeCnpj") or data.get("storeCnpj")),
        software_house_cnpj=normalise_document(house),
        resource_host=_host(data.get("resourceUrl")),
        raw=data,
    )


def _load(body: bytes | str, max_bytes: int) -> dict[str, Any]:
    """Return the JSON object of the body, all of it fit for a database."""
    encoded = body.encode("utf-8", "replace") if isinstance(body, str) else body
    if len(encoded) > max_bytes:
        raise MalformedNotice(f"The body is larger than {max_bytes} bytes.")
    try:
        data = json.loads(encoded.decode("utf-8-sig"), parse_constant=_refuse_constant)
        # NUL and lone surrogates are legal JSON that PostgreSQL cannot keep.
        storable = "\\u0000" not in json.dumps(data)
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedNotice("The body is not valid JSON in UTF-8.") from None
    if not storable:
        raise MalformedNotice("The body holds NUL characters.")
    if not isinstance(data, dict):
        raise MalformedNotice("The body is not a JSON object.")
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _host(url: object) -> str:
    try:
        return (urlsplit(text(url)).hostname or "").lower()
    except ValueError:
        return ""
