"""Faults planted one at a time: the oracle of stock must find each."""

from ..planting import ADDON

CATALOGUE = f"{ADDON}.models.catalogue"
STOCK = f"{CATALOGUE}.product_product_stock"
PRODUCT = f"{CATALOGUE}.product_product.ProductProduct"
STEP = f"{CATALOGUE}.plug4market_sku_step.Plug4marketSku"

TEMPLATE = f"{CATALOGUE}.product_template.ProductTemplate"
RULE = f"{CATALOGUE}.product_pricelist_item.ProductPricelistItem"
ATTRIBUTE = f"{CATALOGUE}.product_attribute"
CHANNELS = f"{ADDON}.models.channels.plug4market_announcement"
CHANNEL = f"{ADDON}.hub.products.ProductChannel"

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
    # Pricelists.
    "a rule that begins or ends marks nothing": (
        f"{RULE}._plug4market_mark_dated",
        lambda right: lambda rules, since, until: None,
    ),
    "the price of two units is sent": (
        f"{PRODUCT}._plug4market_default_prices",
        lambda right: lambda products: _prices_of_two(products, right),
    ),
    "a pricelist that others build on marks nothing": (
        f"{CATALOGUE}.product_pricelist.ProductPricelist._plug4market_stores",
        lambda right: (
            lambda lists: right(lists).filtered(
                lambda company: company.plug4market_pricelist_id in lists
            )
        ),
    ),
    "a dollar is a real": (
        f"{CATALOGUE}.res_currency.ResCurrency._plug4market_to_store",
        lambda right: lambda currency, prices: prices,
    ),
    "a rate of today marks nothing": (
        f"{CATALOGUE}.res_currency.ResCurrencyRate._plug4market_compare",
        lambda right: lambda rates: None,
    ),
    "another category of a product marks nothing": (
        f"{TEMPLATE}._plug4market_followed",
        lambda right: {**right, "content": right["content"] - {"categ_id"}},
    ),
    # Promotions.
    "a promotion that is emptied stays": (
        f"{ADDON}.hub.products._NEVER_CLEARED",
        lambda right: right | {"salePrice", "saleDateStart", "saleDateEnd"},
    ),
    "a promotion that is over marks nothing": (
        f"{CATALOGUE}.plug4market_sku.Plug4marketSku._mark_ended_promotions",
        lambda right: lambda rows, since, until: None,
    ),
    "a promotion may be dearer than the price": (
        f"{PRODUCT}._plug4market_explain_promotion",
        lambda right: (
            lambda product, price, start, end: right(
                product, min(price, product.plug4market_price / 2), start, end
            )
        ),
    ),
    # Channels.
    "a channel has no price of its own": (
        f"{CHANNELS}.ProductChannel",
        lambda right: lambda **values: right(**{**values, "price": None}),
    ),
    "a channel keeps the price that is emptied": (
        f"{CHANNEL}.after",
        lambda right: (
            lambda channel, sent, price: _with(
                right(channel, sent, price), price=channel.price
            )
        ),
    ),
    "a channel that is switched off marks nothing": (
        f"{CHANNELS}.FOLLOWED",
        lambda right: {**right, "content": right["content"] - {"active"}},
    ),
    "a channel has no promotion of its own": (
        f"{CHANNELS}.ProductChannel",
        lambda right: lambda **values: right(**{**values, "sale_price": None}),
    ),
    "a channel keeps the promotion that is emptied": (
        f"{CHANNEL}.after",
        lambda right: (
            lambda channel, sent, price: _with(
                right(channel, sent, price), ends_sale=False
            )
        ),
    ),
    # Variants.
    "a variant costs what its product costs": (
        f"{PRODUCT}._plug4market_default_prices",
        lambda right: (
            lambda products: {
                id: price - products.browse(id).price_extra
                for id, price in right(products).items()
            }
        ),
    ),
    "an extra price marks nothing": (
        f"{ATTRIBUTE}.ProductTemplateAttributeValue._plug4market_followed",
        lambda right: {},
    ),
    "a variant that is no longer made is offered": (
        f"{STOCK}.ProductProduct._plug4market_offered",
        lambda right: lambda products: products.filtered("plug4market_enabled"),
    ),
    # Units of measure.
    "a dozen in a quotation is one": (
        f"{STOCK}.ProductProduct._plug4market_quotations",
        lambda right: (
            lambda products, company: (
                _as_written(products, company),
                right(products, company)[1],
            )
        ),
    ),
    "a quotation's other unit marks nothing": (
        f"{ADDON}.models.orders.sale_order_line.HELD_FIELDS",
        lambda right: right - {"product_uom_id"},
    ),
    # Kits.
    "a kit in a kit marks only the inner one": (
        f"{CATALOGUE}.plug4market_sku_change.Plug4marketSkuChange._with_kits",
        lambda right: lambda marks: _one_level(right(marks)),
    ),
    "a kit in a kit is left out": (
        f"{STOCK}.ProductProduct._plug4market_components",
        lambda right: lambda kits, company: _without_inner(kits, right(kits, company)),
    ),
    "a recipe is for one, whatever it makes": (
        f"{STOCK}.ProductProduct._plug4market_components",
        lambda right: lambda kits, company: _made_once(kits, company, right),
    ),
    "what expired of a part is offered in its kit": (
        f"{STOCK}.ProductProduct._plug4market_expiring",
        lambda right: lambda products: right(products).filtered("plug4market_enabled"),
    ),
}

# The profiles that a fault can be seen in, of those that are not seen in all.
SEEN_IN = {
    "a kit in a kit marks only the inner one": {"mrp"},
    "a kit in a kit is left out": {"mrp"},
    "a recipe is for one, whatever it makes": {"mrp"},
    "what expired of a part is offered in its kit": {"mrp", "expiry"},
}


def _forgiven(outcome):
    from dataclasses import replace

    return replace(outcome, error=None, made=True)


def _with(channel, **values):
    from dataclasses import replace

    return replace(channel, **values)


def _prices_of_two(products, right):
    pricelist = products.env.company.plug4market_pricelist_id
    if not pricelist:
        return right(products)
    prices = pricelist._get_products_price(products._origin, 2.0)
    return pricelist.currency_id._plug4market_to_store(prices)


def _as_written(products, company):
    """Quantities of quotations, whatever unit they are in."""
    lines = products.env["sale.order.line"].sudo()
    domain = products._plug4market_quoted_domain(company)
    found = lines._read_group(domain, ["product_id"], ["product_uom_qty:sum"])
    return {product.id: quantity for product, quantity in found}


def _one_level(marked):
    from odoo.tools import SQL

    return SQL(marked.code.replace("FROM affected", "FROM merged affected", 1))


def _without_inner(kits, components):
    """What they are made of, but for what comes from a kit among their parts."""
    boms = kits.env["mrp.bom"].sudo().search([("type", "=", "phantom")])
    own = {
        kit: boms.filtered(
            lambda bom, kit=kit: bom.product_tmpl_id == kits.browse(kit).product_tmpl_id
        ).bom_line_ids.product_id.ids
        for kit in components
    }
    return {
        kit: {part: units for part, units in parts.items() if part in own[kit]}
        for kit, parts in components.items()
    }


def _made_once(kits, company, right):
    boms = kits._plug4market_kits(company) if "mrp.bom" in kits.env else {}
    return {
        kit: {
            part: units * boms[kits.browse(kit)].product_qty
            for part, units in parts.items()
        }
        for kit, parts in right(kits, company).items()
    }
