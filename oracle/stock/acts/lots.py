"""Lots that expire."""

from datetime import timedelta

from odoo import fields


def lot_received(world):
    product = world.one(world.lots | world.parts_of_lots)
    lot = world.env["stock.lot"].create(
        {
            "name": f"LOT-{next(world.numbers)}",
            "product_id": product.id,
            "removal_date": fields.Datetime.now() + timedelta(days=30),
        }
    )
    world.add_stock(product, world.count(), world.warehouse().lot_stock_id, lot)
    return product


def _lot(world, days):
    lot = world.one(
        world.env["stock.lot"].search(
            [("product_id", "in", (world.lots | world.parts_of_lots).ids)]
        )
    )
    if not lot:
        return None
    lot.removal_date = fields.Datetime.now() + timedelta(days=days)
    return lot.product_id


def lot_expires(world):
    return _lot(world, -1)


def lot_lasts(world):
    return _lot(world, 30)
