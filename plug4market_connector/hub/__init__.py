"""Plug4Market seen from Python: client, errors and edge objects, without Odoo.

What the hub's fields and rules are is written in the "API notes" that docstrings name.
"""

from .addresses import hub_origin, may_get_tokens
from .announcements import MERCADO_LIVRE, Announcement
from .answers import HubCategory, HubSalesChannel, Label, OrderPage, ProductPage
from .client import Plug4MarketClient
from .const import (
    BASE_URLS,
    CALLS_PER_MINUTE,
    CANCEL_VERBS,
    CONDITIONS,
    DEFAULT_CHANNELS,
    DESCRIPTION_LENGTH,
    GENDERS,
    LISTING_TYPES,
    MAX_PAGES,
    MEASUREMENT_UNITS,
    NAME_LENGTH,
    OBJECT_ID,
    ORDER_STATUSES,
    ORIGINS,
    SECRET_KEYS,
    STATUS_RANK,
)
from .descriptions import hub_description
from .documents import document_kind, is_masked, normalise_document
from .errors import (
    AlreadyExists,
    AnswerTooLarge,
    BudgetExhausted,
    CredentialsError,
    ForbiddenAddress,
    HubUnavailable,
    HubUnreachable,
    NotFoundInHub,
    Plug4MarketError,
    RateLimited,
    RejectedByHub,
    TransientError,
    UnexpectedAnswer,
    UnusableLabel,
    error_from_response,
    parse_error_body,
)
from .dry_run import planned_request
from .label_files import label_parts
from .listed_products import read_product
from .log import SecretsFilter, mask_text
from .order_parts import HubInvoice, HubOrderItem, HubParty, HubPayment, HubShipment
from .order_search import OrderSearch
from .order_totals import HubCharges
from .orders import HubOrder, OrderHeader
from .products import ProductBody, ProductChannel, layers_of
from .retry import RetryPolicy
from .side_by_side import Outcome, side_by_side
from .tokens import MalformedToken, TokenPair, jwt_claims
from .values import is_object_id
from .webhooks import MalformedNotice, OrderNotice, UnknownNotice, parse_webhook

__all__ = [
    "BASE_URLS",
    "CALLS_PER_MINUTE",
    "CANCEL_VERBS",
    "CONDITIONS",
    "DEFAULT_CHANNELS",
    "DESCRIPTION_LENGTH",
    "GENDERS",
    "LISTING_TYPES",
    "MAX_PAGES",
    "MEASUREMENT_UNITS",
    "MERCADO_LIVRE",
    "NAME_LENGTH",
    "OBJECT_ID",
    "ORDER_STATUSES",
    "ORIGINS",
    "SECRET_KEYS",
    "STATUS_RANK",
    "AlreadyExists",
    "Announcement",
    "AnswerTooLarge",
    "BudgetExhausted",
    "CredentialsError",
    "ForbiddenAddress",
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
    "OrderSearch",
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
    "UnusableLabel",
    "document_kind",
    "error_from_response",
    "hub_description",
    "hub_origin",
    "is_masked",
    "is_object_id",
    "jwt_claims",
    "label_parts",
    "layers_of",
    "mask_text",
    "may_get_tokens",
    "normalise_document",
    "parse_error_body",
    "parse_webhook",
    "planned_request",
    "read_product",
    "side_by_side",
]
