"""Read one value of the hub's JSON, whatever type it came in (docs/hub-api.md 13).

Numbers come as texts and texts as numbers; null stands for anything. Each reader has
one documented default and never raises.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

# What a key of the hub's JSON holds is known once a reader below has read it.
JsonObject = Mapping[str, Any]
# Odoo writes an empty text as False.
OptionalText = str | Literal[False] | None

UTC = timezone.utc

# Longer labels do not fit into the indexes that Odoo has on names.
MAX_LABEL_LENGTH = 250
# What is beyond these is a mistake, and overflows sums, or dates in another zone.
MAX_NUMBER = 10**13
YEARS = range(1971, 2200)

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)

# What programs write for nothing at all.
_NOTHING = {"", "null", "none", "undefined", "nan"}

_CURRENCY = re.compile(r"([+-]?)\s*(?:R\$|BRL)\s*(.+)|(.+?)\s*BRL", re.IGNORECASE)
_JSON_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,4})?", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
# 1.234,56 and 1,234.56; 1.234.567 and 1,234,567.
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})*(?!\1)[.,]\d+")
_GROUPS_ALONE = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_THREE_AT_THE_END = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")

# docs/hub-api.md 1: ids of categories, colours, sizes and announcements.
_OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)


def is_object_id(value: OptionalText) -> bool:
    """Tell whether the text is one of the hub's ids of 24 hexadecimal digits."""
    return bool(_OBJECT_ID.fullmatch(value or ""))


def text(value: object) -> str:
    """Return the value as a stripped text that a database can store; "" for null."""
    if value is None or isinstance(value, Mapping | list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    clean = str(value).replace("\x00", "").strip()
    # A lone surrogate ("\ud800") is legal JSON and no legal UTF-8.
    return clean.encode("utf-8", "replace").decode("utf-8")


def label(value: object) -> str:
    """Return the value as ``text`` does, cut to what a name or a number may be."""
    return text(value)[:MAX_LABEL_LENGTH]


def digits_text(value: object, *lengths: int) -> str:
    """Return a code of digits; one that came as a number gets its zeros back.

    A CPF, CNPJ or CEP sent as a JSON number has lost the zeros on its left: it is
    filled up to the next of the ``lengths``.
    """
    code = label(value)
    if isinstance(value, int | float | Decimal) and code.isdigit():
        for length in lengths:
            if len(code) <= length:
                return code.zfill(length)
    return code


def is_said(value: object) -> bool:
    """Whether the value says anything, readable or not: null and "" do not."""
    return value is not None and str(value).strip().lower() not in _NOTHING


def decimal(value: object) -> Decimal | None:
    """Return the value as a Decimal, or None when it is absent or cannot be read.

    docs/hub-api.md 13 #47: 79.9, "79,90", "R$ 79,90", "1.234,56" and "1,234.56" are
    understood. "1,234" and "R$ 1.234" may be a thousand or one: they cannot be read.
    """
    if isinstance(value, bool) or value is None:
        return None
    written = re.sub(r"\s", " ", text(value))
    amount = _CURRENCY.fullmatch(written)
    if amount:
        sign, after, before = amount.groups()
        written = (sign or "") + (after or before)
    number = _json_number(written.strip(), is_amount=bool(amount))
    if number is None:
        return None
    try:
        parsed = Decimal(number)
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() and abs(parsed) <= MAX_NUMBER else None


def _json_number(written: str, *, is_amount: bool) -> str | None:
    """Return the number with a dot for its decimals; None when it may be another.

    :param is_amount: written with its currency, as people write and programs do not
    """
    if _THREE_AT_THE_END.fullmatch(written) and (is_amount or "," in written):
        return None
    if _JSON_NUMBER.fullmatch(written):
        return written
    if _DECIMAL_COMMA.fullmatch(written):
        return written.replace(",", ".")
    if _GROUPS_ALONE.fullmatch(written):
        return re.sub("[.,]", "", written)
    if grouped := _GROUPED.fullmatch(written):
        return written.replace(grouped[1], "").replace(",", ".")
    return None


def integer(value: object) -> int | None:
    """Return the value as an int when it is a whole number, else None."""
    parsed = decimal(value)
    if parsed is None or parsed != parsed.to_integral_value():
        return None
    return int(parsed)


def order_type(value: object) -> int | None:
    """Return 0 (ordinary) or 1 (fulfilment), or None for anything else (13 #46)."""
    word = re.sub(r"[\W_]", "", text(value).upper())
    if word in ("FULFILMENT", "FULFILLMENT"):
        return 1
    if word == "ORDINARY":
        return 0
    number = integer(value)
    return number if number in (0, 1) else None


def boolean(value: object) -> bool | None:
    """Return True, False, or None when the value says neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(
        text(value).lower()
    )


def moment(value: object) -> datetime | None:
    """Return the value as an aware UTC datetime, or None.

    docs/hub-api.md 13 #44: without an offset it is UTC. A number is taken for an epoch,
    in milliseconds when it is large.
    """
    number = decimal(value)
    if number is not None:
        return _from_epoch(number)
    match = _MOMENT.fullmatch(text(value))
    if not match:
        return None
    day, clock, seconds, fraction, offset = match.groups()
    try:
        parsed = datetime.fromisoformat(f"{day} {clock or '00:00'}:{seconds or '00'}")
        parsed = parsed.replace(
            microsecond=int((fraction or "0").ljust(6, "0")[:6]),
            tzinfo=timezone(_offset(offset)),
        )
        return parsed.astimezone(UTC) if parsed.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def _from_epoch(number: Decimal) -> datetime | None:
    seconds = number / 1000 if number > 10**11 else number
    if not 0 < seconds < 10**10:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(seconds))


def _offset(written: str | None) -> timedelta:
    if not written or written in "Zz":
        return timedelta(0)
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if written[0] == "-" else offset


def iso(value: date | str | None) -> str | None:
    """Return a datetime as the hub writes it: UTC, milliseconds and Z.

    See docs/hub-api.md 1.

    A naive datetime is UTC, as everywhere in Odoo; a date is its first moment; a text
    is sent as it is.
    """
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    value = value.astimezone(UTC) if value.tzinfo else value
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"


def mapping(value: object) -> JsonObject:
    """Return the value when it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> tuple[JsonObject, ...]:
    """Return the JSON objects of a list; {} around them and null are forgiven."""
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, Mapping) and item)


def naive_utc(moment: datetime | None) -> datetime | Literal[False]:
    """The aware ``moment`` as Odoo stores it: UTC without a zone; False if empty."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else False
