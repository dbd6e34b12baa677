"""Goods that come and go."""


def receipt(world):
    product = world.good()
    world.add_stock(product, world.count(20), world.warehouse().lot_stock_id)
    return product


def counter_sale(world):
    product = world.good()
    order = world.sale(product)
    order.action_confirm()
    if world.draw.chance(0.6):
        for picking in order.picking_ids:
            world.deliver(picking, world.draw.one((0.5, 1.0)))
    return product


def delivery(world, share=1.0):
    picking = world.one(world.pickings())
    if not picking:
        return None
    products = picking.move_ids.product_id
    world.deliver(picking, share)
    return products


def partial_delivery(world):
    return delivery(world, 0.5)


def delivery_steps(world):
    warehouse = world.warehouse()
    warehouse.delivery_steps = world.draw.one(
        ("ship_only", "pick_ship", "pick_pack_ship")
    )
    return world.goods


def returned(world):
    done = world.env["stock.move"].search(
        [("state", "=", "done"), ("location_dest_id.usage", "=", "customer")], limit=50
    )
    move = world.one(done)
    if not move:
        return None
    stock = world.warehouse().lot_stock_id
    world.move(move.product_id, 1, move.location_dest_id, stock)
    return move.product_id


def scrapped(world):
    quant = _quant(world)
    if not quant:
        return None
    scrap = world.env["stock.scrap"].create(
        {
            "product_id": quant.product_id.id,
            "scrap_qty": 1,
            "location_id": quant.location_id.id,
            "lot_id": quant.lot_id.id,
        }
    )
    scrap.do_scrap()
    return quant.product_id


def _quant(world):
    return world.one(
        world.env["stock.quant"].search(
            [
                ("product_id", "in", world.published().ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", world.company.id),
                ("quantity", ">", 0),
            ]
        )
    )


def counted(world):
    quant = _quant(world)
    if not quant:
        return None
    quant = quant.with_context(inventory_mode=True)
    quant.inventory_quantity = world.draw.whole(0, 15)
    quant.action_apply_inventory()
    return quant.product_id


def moved_between_warehouses(world):
    quant = _quant(world)
    if not quant:
        return None
    target = world.warehouse().lot_stock_id
    world.move(quant.product_id, 1, quant.location_id, target, quant.lot_id)
    return quant.product_id


def location_moved(world):
    """A shelf, with what lies on it, is another warehouse's from now on."""
    shelves = world.env["stock.location"].search([("name", "=like", "Shelf %")])
    if len(shelves) < 2:
        parent = world.warehouse().lot_stock_id
        shelves = world.env["stock.location"].create(
            {"name": f"Shelf {next(world.numbers)}", "location_id": parent.id}
        )
    shelf = world.one(shelves)
    product = world.good()
    if not shelf.quant_ids or world.draw.chance(0.3):
        world.add_stock(product, world.count(), shelf)
    else:
        product = shelf.quant_ids.product_id
        shelf.location_id = world.warehouse().lot_stock_id
    return product
