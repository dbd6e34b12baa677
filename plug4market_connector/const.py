"""Tables between the hub's words and Odoo's."""

# The words of ``order.status`` ("API notes" 7.4), in the order of an order's life.
ORDER_STATUSES = [
    ("NEW", "New"),
    ("CREATED", "Awaiting payment"),
    ("APPROVED", "Approved"),
    ("INVOICED", "Invoiced"),
    ("SHIPPED", "Shipped"),
    ("COMPLETED", "Completed"),
    ("CANCELED", "Cancelled"),
]

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

# Where an order stands against its dispatch limit.
DISPATCH = [("on_time", "On time"), ("risk", "At risk"), ("late", "Late")]

# Clicks are answered at once for this many records; the queue does the others.
DONE_AT_ONCE = 10

# Pages of the hub's list of orders that one search of a person may read.
SEARCH_CALLS = 10

# Seconds a worker may hold an order before others take it for dead.
LEASE_SECONDS = 300

# Seconds for which a person is asked about what a job lost and does not try again.
LOST_SECONDS = 86400

# Orders that are read and written at once: of one store, and of all together.
ORDERS_AT_ONCE = 40
ORDERS_OF_ALL_STORES_AT_ONCE = 400

# A window a little over a minute: calls take unequal time to reach the hub.
BUDGET_WINDOW_SECONDS = 61

# What of a product changed, the most urgent first: a sold-out product loses money.
LANES = ("sold_out", "stock", "price", "content")

# Calls of the 100 that catalogue lanes leave to clicks, orders and sold-out stock.
RESERVED_CALLS = 5
CATALOGUE_LANES = {"stock", "price", "content"}

# SKUs of a store that one round sends: a product that sells out waits for no more.
SKUS_AT_ONCE = 20

# Seconds between two calls for one SKU, but for stock that reached zero: a hundred
# moves in a minute are two calls.
SKU_REST_SECONDS = 60

# What a channel has to find on a product before it takes it: "API notes" 5.5 (picture
# and category, from a reseller's manual) and 5.2 (brand: "marketplaces need it").
ANY_CHANNEL_NEEDS = ("image", "category", "brand")

# Channels that ask for more or other, by the hub's number of the channel.
CHANNEL_NEEDS = {
    # "API notes" 5.5: only Mercado Livre goes by the hub's own category.
    7: ("image", "hub_category", "brand"),
    # GS1 Brasil: Amazon and Carrefour take hardly any product without GTIN.
    1: (*ANY_CHANNEL_NEEDS, "ean"),
    8: (*ANY_CHANNEL_NEEDS, "ean"),
}

# Categories of a store that go to the hub in one round: they share the products' calls.
CATEGORIES_AT_ONCE = 5

# Fields of the technical sheet ("API notes" 5.2): each is ``plug4market_<name>`` on the
# template and ``<name>`` in the body.
SHEET_FIELDS = (
    *("brand", "model", "origin", "gender", "condition", "warranty"),
    *("ncm", "cest", "ex_tipi", "fci", "csosn"),
    *("manufacturer_part_number", "anatel_code", "anvisa_code"),
    *("inmetro_code", "mapa_code"),
    *("cross_docking_days", "measurement_unit", "unit_multiplier"),
)

# Where other addons keep a product's NCM: OCA's l10n_br_fiscal, Odoo Enterprise.
NCM_SOURCES = ("ncm_id.code", "l10n_br_ncm_code_id.code")

# The hub's fields that an attribute may fill; the others become metafields.
ATTRIBUTE_FIELDS = ("color", "size", "voltage", "flavor", "potency", "modelo")

# Names of attributes, without accents, that say which of these fields they fill.
ATTRIBUTE_NAMES = {
    **dict.fromkeys(("cor", "cores", "color", "colour", "colors"), "color"),
    **dict.fromkeys(("tamanho", "tamanhos", "size", "numeracao"), "size"),
    **dict.fromkeys(("voltagem", "voltage", "tensao", "tensao eletrica"), "voltage"),
    **dict.fromkeys(("sabor", "sabores", "flavor", "flavour"), "flavor"),
    **dict.fromkeys(("potencia", "potency", "power"), "potency"),
    **dict.fromkeys(("modelo", "model"), "modelo"),
}

# The longest side of an image that is sent ("API notes" 13 #41).
IMAGE_SIDE = 1200

# Hours in which the treasury takes the cancellation of an NF-e whose goods have not
# left, counted from its authorisation (Ajuste SINIEF 07/05, Ato COTEPE 33/08).
NFE_CANCEL_HOURS = 24

# What the addon that issues the NF-e says of it, by the field it keeps that in: True is
# in force, or may be any moment; False is not. OCA's l10n_br_fiscal_edi, Enterprise's
# l10n_br_edi. "A enviar" says nothing: without OCA's EDI another program issues it.
NFE_ISSUER_STATES = {
    "state_edoc": {
        **dict.fromkeys(("autorizada", "enviada"), True),
        **dict.fromkeys(("em_digitacao", "rejeitada", "denegada"), False),
        **dict.fromkeys(("cancelada", "inutilizada"), False),
    },
    "l10n_br_last_edi_status": {
        **dict.fromkeys(("accepted", "pending"), True),
        **dict.fromkeys(("cancelled", "error"), False),
    },
}

# Its words for a note that was cancelled at the treasury.
NFE_CANCELLED_AT_ISSUER = {
    "state_edoc": "cancelada",
    "l10n_br_last_edi_status": "cancelled",
}
