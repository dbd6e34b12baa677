"""Variants of one product: what each costs extra, and which there are."""

from odoo import Command


def _line(world):
    """The sizes in which one product is sold."""
    return world.one(
        world.env["product.template.attribute.line"].search(
            [("product_tmpl_id", "in", world.goods.product_tmpl_id.ids)]
        )
    )


def price_extra(world):
    value = world.one(_line(world).product_template_value_ids)
    value.price_extra = world.draw.one((0, world.price()))
    return value.ptav_product_variant_ids


def variant_made(world):
    line = _line(world)
    missing = world.sizes.value_ids - line.value_ids
    if not missing:
        return None
    line.value_ids = [Command.link(world.one(missing).id)]
    template = line.product_tmpl_id
    world.name_variants(template)
    made = template.product_variant_ids
    world.goods = world.goods.exists() | made
    world.publish(world.company, made.filtered("plug4market_enabled"))
    return made


def variant_dropped(world):
    """A size is no longer made: Odoo archives or deletes the variant."""
    line = _line(world)
    if len(line.value_ids) < 3:
        return None
    before = line.product_tmpl_id.product_variant_ids
    line.value_ids = [Command.unlink(world.one(line.value_ids).id)]
    world.goods = world.goods.exists()
    return before.exists()
