"""Products that are named, archived, deleted and switched off and on."""

from ..world import GOODS


def sku_renamed(world):
    product = world.good()
    product.default_code = world.new_sku()
    return product


def skus_swapped(world):
    first, second = world.draw.two(list(world.goods.filtered("active")))
    codes = first.default_code, second.default_code
    first.default_code = False
    second.default_code, first.default_code = codes
    return first | second


def archived(world):
    active = world.goods.filtered("active")
    if len(active) < GOODS - 3:
        return None
    product = world.one(active)
    product.active = False
    return product


def unarchived(world):
    product = world.one(world.goods.filtered(lambda p: not p.active))
    if not product:
        return None
    product.active = True
    return product


def deleted(world):
    """A product is published, and deleted after a while: it never had any stock."""
    product = world.fresh
    if not product:
        world.fresh = world.new_product()
        world.publish(world.company, world.fresh)
        return world.fresh
    world.fresh = product.browse()
    product.unlink()
    return world.fresh


def disabled(world):
    product = world.good()
    product.plug4market_enabled = False
    return product


def enabled(world):
    product = world.one(world.goods.filtered(lambda p: not p.plug4market_enabled))
    if not product:
        return None
    product.plug4market_enabled = True
    return product
