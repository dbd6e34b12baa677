"""Units of measure: sold and moved by the dozen, kept by the unit, and the reverse."""


def received_in_another_unit(world):
    product = world.good()
    stock = world.warehouse().lot_stock_id
    uom = world.other_unit(product)
    world.add_stock(product, world.count(3), stock, uom=uom)
    return product


def sold_in_another_unit(world):
    product = world.good()
    order = world.sale(product, uom=world.other_unit(product))
    order.action_confirm()
    return product


def quotation_unit(world):
    kept = world.quotations().filtered(lambda o: o.plug4market_status != "CANCELED")
    line = world.one(kept.order_line)
    if not line:
        return None
    line.product_uom_id = world.unit + world.dozen - line.product_uom_id
    return line.product_id


def unit_changed(world):
    """A product is kept in another unit, which Odoo allows as long as it had no other.

    Its numbers stay what they are.
    """
    product = world.good()
    product.uom_id = world.other_unit(product)
    return product.product_tmpl_id.product_variant_ids
