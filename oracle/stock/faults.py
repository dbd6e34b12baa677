"""Faults planted one at a time: the oracle of stock must find each.

Each is one line of code that somebody might have written. A name that is patched and
is not there any more raises an error: the fault must follow the code.
"""

from contextlib import contextmanager

from ..faults import _changed

ADDON = "odoo.addons.plug4market_connector"
CATALOGUE = f"{ADDON}.models.catalogue"
STOCK = f"{CATALOGUE}.product_product_stock"
PRODUCT = f"{CATALOGUE}.product_product.ProductProduct"
STEP = f"{CATALOGUE}.plug4market_sku_step.Plug4marketSku"

# By the name of each fault: what it replaces, and by what.
FAULTS = {
    "an order that the hub goes on with is offered again": (
        f"{STOCK}.ProductProduct._plug4market_quoted_domain",
        lambda right: (
            lambda products, company: [
                *right(products, company),
                ("order_id.plug4market_status", "=", "APPROVED"),
            ]
        ),
    ),
    "what changes the stock marks nothing": (
        f"{CATALOGUE}.plug4market_sku_change.Plug4marketSkuChange._mark",
        lambda right: (
            lambda marks, products, lane: (
                lane != "stock" and right(marks, products, lane)
            )
        ),
    ),
    "a quotation that is changed marks nothing": (
        f"{ADDON}.models.orders.sale_order_line.HELD_FIELDS",
        lambda right: set(),
    ),
    "open outgoing demand is offered": (
        f"{STOCK}.Units",
        lambda right: lambda **units: right(**{**units, "outgoing": 0}),
    ),
    "quotations are offered": (
        f"{STOCK}.Units",
        lambda right: lambda **units: right(**{**units, "quoted": 0}),
    ),
    "the buffer is offered": (
        f"{STOCK}.Units",
        lambda right: lambda **units: right(**{**units, "buffer": 0}),
    ),
    "every warehouse is offered": (
        f"{CATALOGUE}.res_company.ResCompany._plug4market_offered_warehouses",
        lambda right: (
            lambda company: company.env["stock.warehouse"].search(
                [("company_id", "=", company.id)]
            )
        ),
    ),
    "what is disabled is offered": (
        f"{STOCK}.ProductProduct._plug4market_offered",
        lambda right: lambda products: products.filtered("active"),
    ),
    "the pricelist is ignored": (
        f"{PRODUCT}._plug4market_default_prices",
        lambda right: lambda products: {p.id: p.lst_price for p in products},
    ),
    "settings of the company mark nothing": (
        f"{CATALOGUE}.res_company.FOLLOWED",
        lambda right: {},
    ),
    "a renamed SKU stays on sale under its old name": (
        f"{STEP}._is_passed_on",
        lambda right: lambda row: True,
    ),
    "a lost answer counts as done": (
        f"{STEP}._prepare_step_values",
        lambda right: lambda row, step, outcome: right(row, step, _forgiven(outcome)),
    ),
}


def _forgiven(outcome):
    from dataclasses import replace

    return replace(outcome, error=None, made=True)


@contextmanager
def planted(name):
    """Have the connector with this fault, for the block."""
    path, make = FAULTS[name]
    with _changed(path, make):
        yield
