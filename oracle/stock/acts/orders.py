"""The marketplace's orders, as long as they are quotations."""


def imported_quotation(world):
    return world.imported().order_line.product_id


def imported_order(world):
    order = world.imported()
    order.action_confirm()
    return order.order_line.product_id


def _line(world):
    return world.one(world.quotations().order_line)


def quotation_quantity(world):
    line = _line(world)
    if not line:
        return None
    line.product_uom_qty = world.count(6)
    return line.product_id


def quotation_product(world):
    line = _line(world)
    if not line:
        return None
    before = line.product_id
    line.product_id = world.good()
    return before | line.product_id


def quotation_line_removed(world):
    line = _line(world)
    if not line:
        return None
    product = line.product_id
    line.unlink()
    return product


def quotation_confirmed(world):
    order = world.one(world.quotations().filtered("order_line"))
    if not order:
        return None
    order.action_confirm()
    return order.order_line.product_id


def quotation_cancelled(world):
    order = world.one(world.quotations())
    if not order:
        return None
    order._action_cancel()
    return order.order_line.product_id


def quotation_status(world):
    order = world.one(world.quotations())
    if not order:
        return None
    status = world.draw.one(("INVOICED", "SHIPPED", "CANCELED"))
    order.with_context(plug4market_from_hub=True).plug4market_status = status
    return order.order_line.product_id
