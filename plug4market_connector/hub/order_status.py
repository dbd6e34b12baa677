"""The statuses of an order on the hub, and what each of them means for Odoo."""

import re

from .documents import fold
from .values import OptionalText, label

# The words of ``order.status`` (docs/hub-api.md 7.4), in the order of an order's life.
ORDER_STATUSES = [
    ("NEW", "New"),
    ("CREATED", "Awaiting payment"),
    ("APPROVED", "Approved"),
    ("INVOICED", "Invoiced"),
    ("SHIPPED", "Shipped"),
    ("COMPLETED", "Completed"),
    ("CANCELED", "Cancelled"),
]

# Other spellings of the same words (13 #39), as ``read_status`` looks them up.
_SPELLINGS = {
    "CANCELLED": "CANCELED",
    "CANCELADO": "CANCELED",
    "CANCELADA": "CANCELED",
    "APROVADO": "APPROVED",
    "FATURADO": "INVOICED",
    "ENVIADO": "SHIPPED",
    "COMPLETE": "COMPLETED",
    "CONCLUIDO": "COMPLETED",
}

# Statuses from which an order is imported: an unpaid one is only noted.
IMPORTED_STATUSES = {"APPROVED", "INVOICED", "SHIPPED", "COMPLETED"}

# What the hub says of an order once the call of that kind has had its effect.
STATUS_AFTER = {
    "invoice": "INVOICED",
    "shipment": "SHIPPED",
    "delivered": "COMPLETED",
    "cancel": "CANCELED",
}

# The only statuses in which a marketplace call makes sense; cancelling always does.
STATUS_BEFORE = {
    "invoice": {"APPROVED"},
    "shipment": {"INVOICED"},
    "delivered": {"SHIPPED"},
}

# Statuses of an order of which the hub still waits for something.
OPEN_STATUSES = ("APPROVED", "INVOICED", "SHIPPED")

# Statuses of an order whose invoice the marketplace has.
INVOICED_STATUSES = ("INVOICED", "SHIPPED", "COMPLETED")

# Statuses of an order that has not left yet.
AWAITING_DISPATCH = ("APPROVED", "INVOICED")

# Where a status stands in an order's life; CANCELED may follow any of them.
STATUS_RANK = {status: rank for rank, (status, _word) in enumerate(ORDER_STATUSES)}


def read_status(value: object) -> str:
    """Return the hub's word for a status, however it is spelled; else as it came."""
    word = label(value).upper()
    plain = re.sub(r"[^A-Z]", "", fold(word).upper())
    if plain in STATUS_RANK:
        return plain
    return _SPELLINGS.get(plain, word)


def status_reached(status: OptionalText, kind: str) -> bool:
    """Whether an order in ``status`` is past what ``kind`` would tell the hub."""
    return STATUS_RANK.get(status or "", -1) >= STATUS_RANK[STATUS_AFTER[kind]]
