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

# Seconds a worker may hold an order before others take it for dead.
LEASE_SECONDS = 300

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
