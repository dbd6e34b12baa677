"""Sales channels: where a SKU is announced, at what price, with what promotion."""

from odoo import fields


def _announcements(world):
    return (
        world.env["plug4market.announcement"]
        .with_context(active_test=False)
        .search([("product_id", "in", world.goods.ids)])
    )


def channels_chosen(world):
    """Of one company: some, or none."""
    product = world.offered_by_one(world.good())
    number = world.draw.one((0, 1, 2, 2, 3))
    ids = world.draw.random.sample(world.channels.ids, number)
    product.plug4market_channel_ids = world.channels.browse(ids)
    return product


def channel_switched(world):
    row = world.one(_announcements(world))
    if not row:
        return None
    row.active = not row.active
    return row.product_id


def channel_price(world):
    """A price for this channel alone."""
    row = world.one(_announcements(world))
    if not row:
        return None
    row.price = world.price()
    return row.product_id


def channel_price_emptied(world):
    """The channel has the product's price again."""
    row = world.one(_announcements(world).filtered("price"))
    if not row:
        return None
    row.price = 0
    return row.product_id


def channel_promotion(world):
    row = world.one(_announcements(world))
    if not row:
        return None
    promotion = world.promotion()
    row.write(
        {
            "sale_price": promotion["price"],
            "sale_date_start": promotion["start"],
            "sale_date_end": promotion["end"],
        }
    )
    return row.product_id


def _promoted(world):
    now = fields.Datetime.now()
    return world.one(
        _announcements(world).filtered(
            lambda row: row.sale_price and row.sale_date_end and row.sale_date_end > now
        )
    )


def channel_promotion_emptied(world):
    row = _promoted(world)
    if not row:
        return None
    row.sale_price = 0
    if world.draw.chance(0.5):
        row.write({"sale_date_start": False, "sale_date_end": False})
    return row.product_id


def channel_promotion_ends(world):
    """Time passes: the promotion is over, and nobody writes anything."""
    row = _promoted(world)
    if not row:
        return None
    world.pass_time(row, "sale_date_end")
    return row.product_id
