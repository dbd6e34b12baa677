"""The settings of a store, another company, and what the hub does of itself."""

from odoo import Command


def buffer(world):
    world.company.plug4market_stock_buffer = world.draw.whole(0, 3)
    return world.published()


def warehouses_chosen(world):
    own = world.warehouses()
    chosen = world.draw.one(([], [world.one(own).id], own.ids[:2]))
    world.company.plug4market_warehouse_ids = [Command.set(chosen)]
    return world.published()


def warehouse_archived(world):
    """The first one, when nothing is chosen: another becomes the first."""
    own = world.warehouses()
    if len(own) < 3 or world.company.plug4market_warehouse_ids:
        world.new_warehouse("Later").sequence = world.draw.whole(0, 20)
    else:
        own[0].active = False
    return world.published()


def company_off(world):
    world.company.plug4market_active = False
    return world.published()


def company_on(world):
    if world.company.plug4market_active:
        return None
    world.company.plug4market_active = True
    return world.published()


def _other(world):
    return world.companies - world.company


def other_company_receipt(world):
    product = world.good()
    warehouse = world.env["stock.warehouse"].search(
        [("company_id", "=", _other(world).id)], limit=1
    )
    world.add_stock(product, world.count(), warehouse.lot_stock_id)
    return product


def other_company_price(world):
    product = world.good().with_company(_other(world))
    product.plug4market_price = world.price()
    return product


def default_channels(world):
    """Where what is published from now on begins."""
    chosen = world.draw.one((world.channels.browse(), world.one(world.channels)))
    world.company.plug4market_default_channel_ids = chosen
    return world.goods.browse()


def hub_refuses_content(world):
    product = world.good()
    world.hub.refused.add(product.default_code)
    product.name = f"Product {next(world.numbers)} with too long a name"
    return product


def hub_accepts_content(world):
    world.hub.refused.clear()
    return world.goods.browse()


def hub_unavailable(world):
    world.hub.troubles += ["unavailable"] * world.count(3)
    return world.goods.browse()


def hub_silent(world):
    world.hub.troubles += ["silent"] * world.count(3)
    return world.goods.browse()


def answer_lost(world):
    world.hub.troubles += ["lost"] * world.count(2)
    return world.goods.browse()
