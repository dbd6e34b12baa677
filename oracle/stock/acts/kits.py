"""Kits, and what is manufactured."""

from odoo import Command


def _boms(world, **values):
    boms = world.env["mrp.bom"].with_context(active_test=False)
    own = [("product_tmpl_id", "in", world.kits.product_tmpl_id.ids)]
    return boms.search(own + [(name, "=", value) for name, value in values.items()])


def _bom(world):
    return world.one(_boms(world, active=True))


def kit_quantity(world):
    line = world.one(_bom(world).bom_line_ids)
    if not line:
        return None
    line.product_qty = world.draw.whole(0, 4)
    return world.kits


def kit_component_added(world):
    bom = _bom(world)
    if not bom or len(bom.bom_line_ids) > 3:
        return None
    bom.bom_line_ids = [
        Command.create({"product_id": world.good().id, "product_qty": world.count(3)})
    ]
    return world.kits


def kit_component_removed(world):
    bom = _bom(world)
    if len(bom.bom_line_ids) < 2:
        return None
    world.one(bom.bom_line_ids).unlink()
    return world.kits


def kit_archived(world):
    bom = _bom(world)
    if not bom:
        return None
    bom.active = False
    return world.kits


def kit_unarchived(world):
    bom = world.one(_boms(world, active=False))
    if not bom:
        return None
    bom.active = True
    return world.kits


def kit_type(world):
    bom = _bom(world)
    if not bom:
        return None
    bom.type = "normal" if bom.type == "phantom" else "phantom"
    return world.kits


def kit_created(world):
    """Now and then of another kit."""
    if len(world.kits) > 8:
        return None
    parts = None
    if world.draw.chance(0.5):
        parts = world.one(world.kits) | world.good()
    kit = world.new_kit(parts, least=1)
    world.publish(world.company, kit)
    return kit


def kit_of_kit(world):
    """A kit becomes a part of one that was made after it: none contains itself."""
    bom = _bom(world)
    if not bom or len(bom.bom_line_ids) > 3:
        return None
    first = min(
        bom.product_tmpl_id.with_context(active_test=False).product_variant_ids.ids
    )
    older = world.kits.filtered(lambda kit: kit.id < first)
    if not older:
        return None
    part = {"product_id": world.one(older).id, "product_qty": world.count(2)}
    bom.bom_line_ids = [Command.create(part)]
    return world.kits


def kit_unit(world):
    """A recipe asks for its part, or is for kits, in dozens or in units again."""
    bom = _bom(world)
    if not bom:
        return None
    if world.draw.chance(0.4):
        bom.product_uom_id = world.unit + world.dozen - bom.product_uom_id
    else:
        line = world.one(bom.bom_line_ids)
        line.product_uom_id = world.unit + world.dozen - line.product_uom_id
    return world.kits


def kit_makes(world):
    bom = _bom(world)
    if not bom:
        return None
    bom.product_qty = world.draw.whole(1, 3)
    return world.kits


def kit_line_of_variants(world):
    """A part is for one variant of the kit alone, or for all again."""
    boms = _boms(world, active=True)
    line = world.one(
        boms.bom_line_ids.filtered(
            lambda line: line.bom_id.product_tmpl_id == world.sized_kits.product_tmpl_id
        )
    )
    if not line:
        return None
    values = world.sized_kits.product_template_attribute_value_ids
    chosen = world.draw.one(([], [world.one(values).id]))
    line.bom_product_template_attribute_value_ids = [Command.set(chosen)]
    return world.kits


def manufactured(world):
    product, part = world.draw.two(list(world.goods.filtered("active")))
    order = world.env["mrp.production"].create(
        {
            "product_id": product.id,
            "product_qty": 1,
            "bom_id": False,
            "move_raw_ids": [
                Command.create({"product_id": part.id, "product_uom_qty": 1})
            ],
        }
    )
    order.action_confirm()
    if world.draw.chance(0.7):
        order.qty_producing = 1
        order.move_raw_ids.quantity = 1
        order.move_raw_ids.picked = True
        order._post_inventory()
        order.state = "done"
    return product | part
