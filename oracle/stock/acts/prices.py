"""Prices, pricelists and rates."""

from datetime import timedelta

from odoo import fields


def list_price(world):
    product = world.good()
    product.list_price = world.price()
    return product.product_tmpl_id.product_variant_ids


def cost(world):
    product = world.good()
    product.standard_price = world.price()
    return product


def price_override(world):
    product = world.good().with_company(world.company)
    if world.draw.chance(0.5):
        product.plug4market_price = world.price()
    else:
        row = world.env["plug4market.sku"]._ensure(world.company, product)
        if row.price_override:
            product._plug4market_override("price_override", False)
    return product


def _rule_values(world):
    draw = world.draw
    about = draw.one(
        (
            {"applied_on": "3_global"},
            {
                "applied_on": "2_product_category",
                "categ_id": world.one(world.categories).id,
            },
            {
                "applied_on": "1_product",
                "product_tmpl_id": world.good().product_tmpl_id.id,
            },
            {"applied_on": "0_product_variant", "product_id": world.good().id},
        )
    )
    how = draw.one(
        (
            {"compute_price": "fixed", "fixed_price": world.price()},
            {"compute_price": "percentage", "percent_price": draw.whole(1, 50)},
            {
                "compute_price": "formula",
                "price_discount": draw.whole(0, 30),
                "price_round": draw.one((0, 0.05, 1)),
                "price_surcharge": draw.whole(0, 5),
                "price_min_margin": draw.whole(0, 5),
                "price_max_margin": draw.whole(6, 60),
            },
        )
    )
    base = draw.one(("list_price", "standard_price", "list_price"))
    if base == "standard_price" and how["compute_price"] == "formula":
        how = {**how, "price_discount": 0, "price_markup": draw.whole(0, 40)}
    return {**about, **how, "base": base, "min_quantity": draw.one((0, 0, 1, 2))}


def rule_created(world):
    pricelist = world.one(world.pricelists)
    values = {**_rule_values(world), "pricelist_id": pricelist.id}
    # Only on one that comes after it: no pricelist builds on itself.
    bases = world.pricelists.filtered(lambda other: other.id > pricelist.id)
    if bases and values["compute_price"] != "fixed" and world.draw.chance(0.4):
        base = world.one(bases)
        values = {**values, "base": "pricelist", "base_pricelist_id": base.id}
        if "price_markup" in values:
            values["price_discount"] = values.pop("price_markup")
    now = fields.Datetime.now()
    begins, ends = world.draw.one(
        ((None, None), (None, None), (-3, None), (3, None), (-3, 3), (None, 3))
    )
    if begins:
        values["date_start"] = now + timedelta(days=begins)
    if ends:
        values["date_end"] = now + timedelta(days=ends)
    world.env["product.pricelist.item"].create(values)
    return world.published()


def _rule(world):
    return world.one(world.pricelists.item_ids)


def rule_changed(world):
    rule = _rule(world)
    if not rule:
        return None
    if world.draw.chance(0.2):
        rule.min_quantity = world.draw.one((0, 1, 2))
    elif rule.compute_price == "fixed":
        rule.fixed_price = world.price()
    elif rule.compute_price == "percentage":
        rule.percent_price = world.draw.whole(1, 50)
    else:
        rule.price_surcharge = world.draw.whole(0, 9)
    return world.published()


def rule_deleted(world):
    rule = world.one(world.pricelists.item_ids - world.building)
    if not rule:
        return None
    rule.unlink()
    return world.published()


def rule_begins(world):
    """Time passes: the day of a rule has come, and nobody writes anything."""
    now = fields.Datetime.now()
    rule = _dated(world, lambda rule: rule.date_start and rule.date_start > now)
    if not rule:
        return _rule_of_days(world, date_start=now + timedelta(days=3))
    world.pass_time(rule, "date_start")
    return world.published()


def rule_ends(world):
    """Time passes: the last day of a rule is over."""
    now = fields.Datetime.now()
    rule = _dated(
        world,
        lambda rule: (
            rule.date_end
            and rule.date_end > now
            and not (rule.date_start and rule.date_start > now)
        ),
    )
    if not rule:
        return _rule_of_days(world, date_end=now + timedelta(days=3))
    world.pass_time(rule, "date_end")
    return world.published()


def _dated(world, wanted):
    chosen = world.company.plug4market_pricelist_id or world.pricelists
    return world.one(chosen.item_ids.filtered(wanted))


def _rule_of_days(world, **dates):
    """A rule of the store that is in force for some days."""
    product = world.one(world.goods.filtered("plug4market_enabled"))
    chosen = world.company.plug4market_pricelist_id or world.pricelists[0]
    world.env["product.pricelist.item"].create(
        {
            "pricelist_id": chosen.id,
            "applied_on": "0_product_variant",
            "product_id": product.id,
            "compute_price": "fixed",
            "fixed_price": world.price(),
            **dates,
        }
    )
    return product


def pricelist_chosen(world):
    """Odoo takes none in another currency; one that is chosen may get one later."""
    own = world.pricelists.filtered(
        lambda pricelist: pricelist.currency_id == world.company.currency_id
    )
    first = own[:1].id
    chosen = world.draw.one((*own.ids, first, first, first, False))
    world.company.plug4market_pricelist_id = chosen
    return world.published()


def pricelist_currency(world):
    pricelist = world.one(world.pricelists)
    currencies = world.foreign | world.company.currency_id
    pricelist.currency_id = currencies - pricelist.currency_id
    return world.published()


def rate(world):
    """The day's rate of the other currency."""
    today = fields.Date.today()
    rates = world.foreign.rate_ids.filtered(lambda r: r.name == today)
    rates[0].rate = world.draw.whole(2, 9) / 10
    return world.published()


def category_chosen(world):
    product = world.good()
    product.categ_id = world.one(world.categories)
    return product.product_tmpl_id.product_variant_ids


def category_moved(world):
    """The special category is below the other one, or is not."""
    parent, special = world.categories
    special.parent_id = parent - special.parent_id
    return world.published()


# -- promotions ---------------------------------------------------------------


def promotion(world):
    product = world.offered_by_one(world.good())
    product.write(
        {f"plug4market_promo_{name}": v for name, v in world.promotion().items()}
    )
    return product


def _promoted(world):
    """One whose promotion is not over."""
    return world.one(
        world.env["plug4market.sku"].search(
            [
                ("product_id", "in", world.goods.ids),
                ("promo_price", ">", 0),
                ("promo_end", ">", fields.Datetime.now()),
            ]
        )
    )


def promotion_emptied(world):
    row = _promoted(world)
    if not row:
        return None
    product = row.product_id.with_company(row.company_id)
    product.plug4market_promo_price = 0
    if world.draw.chance(0.5):
        product.write(
            {"plug4market_promo_start": False, "plug4market_promo_end": False}
        )
    return product


def promotion_ends(world):
    """Time passes: the promotion is over, and nobody writes anything."""
    row = _promoted(world)
    if not row:
        return None
    world.pass_time(row, "promo_end")
    return row.product_id
