"""Plug4Market seen from Python: client, errors and edge objects, without Odoo.

What the hub's fields and rules are is written in the "API notes" that docstrings name.
"""

from .answers import HubCategory, HubSalesChannel, Label, OrderPage, ProductPage
from .client import Plug4MarketClient
from .const import (
    BASE_URLS,
    CALLS_PER_MINUTE,
    CANCEL_VERBS,
    CONDITIONS,
    DEFAULT_CHANNELS,
    GENDERS,
    LISTING_TYPES,
    MEASUREMENT_UNITS,
    ORDER_STATUSES,
    ORIGINS,
    SECRET_KEYS,
    STATUS_RANK,
)
from .documents import document_kind, is_masked, normalise_document
from .errors import (
    AlreadyExists,
    BudgetExhausted,
    CredentialsError,
    HubUnavailable,
    HubUnreachable,
    NotFoundInHub,
    Plug4MarketError,
    RateLimited,
    RejectedByHub,
    TransientError,
    UnexpectedAnswer,
    error_from_response,
    parse_error_body,
)
from .log import SecretsFilter, mask_text
from .order_parts import HubInvoice, HubOrderItem, HubParty, HubPayment, HubShipment
from .order_totals import HubCharges
from .orders import HubOrder, OrderHeader
from .products import Announcement, ProductBody, ProductChannel
from .retry import RetryPolicy
from .side_by_side import Outcome, side_by_side
from .tokens import MalformedToken, TokenPair, jwt_claims
from .webhooks import MalformedNotice, OrderNotice, UnknownNotice, parse_webhook

__all__ = [
    "BASE_URLS",
    "CALLS_PER_MINUTE",
    "CANCEL_VERBS",
    "CONDITIONS",
    "DEFAULT_CHANNELS",
    "GENDERS",
    "LISTING_TYPES",
    "MEASUREMENT_UNITS",
    "ORDER_STATUSES",
    "ORIGINS",
    "SECRET_KEYS",
    "STATUS_RANK",
    "AlreadyExists",
    "Announcement",
    "BudgetExhausted",
    "CredentialsError",
    "HubCategory",
    "HubCharges",
    "HubInvoice",
    "HubOrder",
    "HubOrderItem",
    "HubParty",
    "HubPayment",
    "HubSalesChannel",
    "HubShipment",
    "HubUnavailable",
    "HubUnreachable",
    "Label",
    "MalformedNotice",
    "MalformedToken",
    "NotFoundInHub",
    "OrderHeader",
    "OrderNotice",
    "OrderPage",
    "Outcome",
    "Plug4MarketClient",
    "Plug4MarketError",
    "ProductBody",
    "ProductChannel",
    "ProductPage",
    "RateLimited",
    "RejectedByHub",
    "RetryPolicy",
    "SecretsFilter",
    "TokenPair",
    "TransientError",
    "UnexpectedAnswer",
    "UnknownNotice",
    "document_kind",
    "error_from_response",
    "is_masked",
    "jwt_claims",
    "mask_text",
    "normalise_document",
    "parse_error_body",
    "parse_webhook",
    "side_by_side",
]
