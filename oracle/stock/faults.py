"""Faults planted one at a time: the oracle of stock must find each.

Each is one line of code that somebody might have written. A name that is patched and
is not there any more raises an error: the fault must follow the code.
"""

from contextlib import contextmanager

from ..faults import _changed

CATALOGUE = "odoo.addons.plug4market_connector.models.catalogue"
STOCK = f"{CATALOGUE}.product_product_stock"
PRODUCT = f"{CATALOGUE}.product_product.ProductProduct"
STEP = f"{CATALOGUE}.plug4market_sku_step.Plug4marketSku"

# By the name of each fault: what it replaces, and by what.
FAULTS = {
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
    "more may be asked for than there is": (
        f"{CATALOGUE}.stock_arithmetic.offered_units",
        lambda right: lambda free: int(free),
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
    "a move that is written marks nothing": (
        f"{CATALOGUE}.stock_move.DEMAND_FIELDS",
        lambda right: set(),
    ),
    "a quant that is written marks nothing": (
        f"{CATALOGUE}.stock_quant.COUNTED_FIELDS",
        lambda right: set(),
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
