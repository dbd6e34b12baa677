"""Which product bodies the hub accepts (sections 5.2 and 5.3)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .channels import CHANNELS, MERCADO_LIVRE
from .clock import parse

REQUIRED_TEXTS = ("productId", "productName", "sku", "name", "description")
REQUIRED_NUMBERS = ("price", "stock", "width", "height", "length", "weight")
OTHER_TEXTS = (
    "brand",
    "categoryId",
    "color",
    "size",
    "voltage",
    "flavor",
    "potency",
    "modelo",
    "model",
    "ean",
    "ncm",
    "cest",
    "csosn",
    "ex_tipi",
    "fci",
    "manufacturerPartNumber",
    "anatelCode",
    "anvisaCode",
    "inmetroCode",
    "mapaCode",
    "customId",
)
OTHER_NUMBERS = (
    "warranty",
    "costPrice",
    "salePrice",
    "crossDockingDays",
    "unitMultiplier",
)
FLAGS = ("active", "reviewed")
DATES = ("saleDateStart", "saleDateEnd")
TEXT_LISTS = ("images", "videos")
# fmt: off
MEASUREMENT_UNITS = (
    "un", "kg", "g", "mg", "m", "m²", "m³", "cm", "cm²", "cm³", "mm", "mm²", "mm³",
    "oz", "lb", "ft", "ft²", "ft³", "in", "in²", "in³",
)
# fmt: on
CHOICES: dict[str, tuple[str, ...]] = {
    "origin": ("nacional", "importado"),
    "gender": ("masculino", "feminino", "menino", "menina", "unissex", "bebe"),
    "condition": ("novo", "usado"),
    "measurementUnit": MEASUREMENT_UNITS,
}
LISTING_TYPES = ("CLASSICO", "PREMIUM")
OBJECT_ID = re.compile(r"^[0-9a-f]{24}$", re.IGNORECASE)
SALE = ("salePrice", "saleDateStart", "saleDateEnd")


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_filled(value: Any) -> bool:
    return is_text(value) and bool(value.strip())


def is_number(value: Any) -> bool:
    return type(value) in (int, float) and value >= 0


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_date(value: Any) -> bool:
    try:
        return is_text(value) and isinstance(parse(value), datetime)
    except ValueError:
        return False


def is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def is_metafields(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, dict)
        and is_filled(pair.get("key"))
        and is_text(pair.get("value"))
        for pair in value
    )


def is_custom_category(value: Any) -> bool:
    return isinstance(value, dict) and is_filled(value.get("alternativeId"))


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(REQUIRED_TEXTS, (is_filled, "deve ser um texto preenchido")),
    **dict.fromkeys(OTHER_TEXTS, (is_text, "deve ser um texto")),
    **dict.fromkeys(
        REQUIRED_NUMBERS + OTHER_NUMBERS, (is_number, "deve ser um número não negativo")
    ),
    **dict.fromkeys(FLAGS, (is_flag, "deve ser verdadeiro ou falso")),
    **dict.fromkeys(DATES, (is_date, "deve ser uma data ISO 8601")),
    **dict.fromkeys(TEXT_LISTS, (is_text_list, "deve ser uma lista de textos")),
    "metafields": (is_metafields, "deve ser uma lista de {key, value}"),
    "customCategory": (is_custom_category, "deve ter alternativeId"),
}
NULLABLE = {*OTHER_TEXTS, *OTHER_NUMBERS, *DATES, *CHOICES, "customCategory"}


def known_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Keep the fields of the reference; unknown ones are ignored, not refused."""
    return {key: value for key, value in body.items() if key in RULES or key in CHOICES}


def problems_of(body: dict[str, Any], *, create: bool) -> list[str]:
    """List what is wrong with a product body; a PUT may be partial (section 5.1)."""
    problems = []
    if create:
        required = (*REQUIRED_TEXTS, *REQUIRED_NUMBERS, "salesChannels")
        problems += [f"{key} é obrigatório" for key in required if key not in body]
    for key, value in body.items():
        if value is None and key in NULLABLE:
            continue
        if key in RULES and not RULES[key][0](value):
            problems.append(f"{key} {RULES[key][1]}")
        elif key in CHOICES and value not in CHOICES[key]:
            problems.append(f"{key} deve ser um de: {', '.join(CHOICES[key])}")
    if body.get("categoryId") and not OBJECT_ID.match(str(body["categoryId"])):
        problems.append("categoryId deve ter 24 dígitos hexadecimais")
    problems += sale_problems(body, "")
    if "salesChannels" in body:
        problems += channels_problems(body["salesChannels"])
    return problems


def labels_where_ids_belong(body: dict[str, Any]) -> list[str]:
    """List the attributes that hold a word in place of the hub's id (section 5.9)."""
    return [
        f"{key} deve ser um id de 24 dígitos hexadecimais"
        for key in ("color", "size")
        if body.get(key) and not OBJECT_ID.match(str(body[key]))
    ]


def sale_problems(body: dict[str, Any], where: str) -> list[str]:
    """A promotional price comes with both dates (section 5.2)."""
    # GUESS (section 5.2): the hub refuses it otherwise; docs/hub-api.md says "send
    # with".
    if body.get("salePrice") is None:
        return []
    return [
        f"{where}{key} é obrigatório com salePrice"
        for key in DATES
        if not body.get(key)
    ]


def channels_problems(channels: Any) -> list[str]:
    if not isinstance(channels, list):
        return ["salesChannels deve ser uma lista"]
    problems, seen = [], set()
    for channel in channels:
        number = channel.get("id") if isinstance(channel, dict) else None
        if type(number) is not int or number not in CHANNELS:
            problems.append("salesChannels.id deve ser o código de um canal de venda")
            continue
        if number in seen:
            problems.append(f"salesChannels.id {number} está repetido")
        seen.add(number)
        problems += channel_problems(channel)
    return problems


def channel_problems(channel: dict[str, Any]) -> list[str]:
    problems = []
    if channel.get("price") is not None and not is_number(channel["price"]):
        problems.append("salesChannels.price deve ser um número não negativo")
    sale = channel.get("forSale")
    if sale is not None:
        if not isinstance(sale, dict) or not is_number(sale.get("salePrice")):
            problems.append("salesChannels.forSale.salePrice deve ser um número")
        else:
            problems += sale_problems(sale, "salesChannels.forSale.")
            problems += [
                f"salesChannels.forSale.{key} deve ser uma data ISO 8601"
                for key in DATES
                if sale.get(key) and not is_date(sale[key])
            ]
    listing = channel.get("listingType")
    if listing is not None and listing not in LISTING_TYPES:
        problems.append(f"listingType deve ser um de: {', '.join(LISTING_TYPES)}")
    # GUESS (section 5.3): the account and the listing type are refused elsewhere;
    # docs/hub-api.md only says that they belong to Mercado Livre.
    only_there = [key for key in ("sellerId", "listingType") if channel.get(key)]
    if only_there and channel["id"] != MERCADO_LIVRE:
        problems.append(f"{', '.join(only_there)} só existe no Mercado Livre")
    return problems
