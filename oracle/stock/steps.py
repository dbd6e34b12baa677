"""The table of steps: what may happen in a shop, how often, and where it can."""

from collections.abc import Iterable
from typing import NamedTuple

from ..draw import Draw

PROFILES = ("plain", "mrp", "expiry", "companies")


class Step(NamedTuple):
    """How often a step is drawn, and the profile that it needs."""

    weight: int
    profile: str = "plain"


STEPS = {
    "receipt": Step(8),
    "counter_sale": Step(5),
    "imported_quotation": Step(6),
    "imported_order": Step(4),
    "quotation_quantity": Step(4),
    "quotation_product": Step(3),
    "quotation_line_removed": Step(2),
    "quotation_confirmed": Step(3),
    "quotation_cancelled": Step(3),
    "quotation_status": Step(4),
    "delivery": Step(8),
    "partial_delivery": Step(3),
    "delivery_steps": Step(1),
    "returned": Step(3),
    "scrapped": Step(2),
    "counted": Step(5),
    "moved_between_warehouses": Step(3),
    "location_moved": Step(1),
    "buffer": Step(2),
    "warehouses_chosen": Step(2),
    "warehouse_archived": Step(1),
    "company_off": Step(1),
    "company_on": Step(10),
    "sku_renamed": Step(2),
    "skus_swapped": Step(1),
    "archived": Step(2),
    "unarchived": Step(3),
    "deleted": Step(1),
    "disabled": Step(2),
    "enabled": Step(3),
    "list_price": Step(4),
    "cost": Step(3),
    "price_override": Step(3),
    "rule_created": Step(4),
    "rule_changed": Step(4),
    "rule_deleted": Step(3),
    "rule_begins": Step(5),
    "rule_ends": Step(5),
    "pricelist_chosen": Step(4),
    "pricelist_currency": Step(2),
    "rate": Step(4),
    "category_chosen": Step(3),
    "category_moved": Step(1),
    "promotion": Step(4),
    "promotion_emptied": Step(2),
    "promotion_ends": Step(2),
    "channels_chosen": Step(4),
    "channel_switched": Step(3),
    "channel_price": Step(4),
    "channel_price_emptied": Step(3),
    "channel_promotion": Step(4),
    "channel_promotion_emptied": Step(2),
    "channel_promotion_ends": Step(2),
    "default_channels": Step(1),
    "price_extra": Step(4),
    "variant_made": Step(2),
    "variant_dropped": Step(2),
    "received_in_another_unit": Step(3),
    "sold_in_another_unit": Step(2),
    "quotation_unit": Step(6),
    "unit_changed": Step(1),
    "hub_refuses_content": Step(2),
    "hub_accepts_content": Step(2),
    "hub_unavailable": Step(2),
    "hub_silent": Step(2),
    "answer_lost": Step(3),
    "kit_quantity": Step(5, "mrp"),
    "kit_component_added": Step(3, "mrp"),
    "kit_component_removed": Step(3, "mrp"),
    "kit_archived": Step(2, "mrp"),
    "kit_unarchived": Step(3, "mrp"),
    "kit_type": Step(2, "mrp"),
    "kit_created": Step(2, "mrp"),
    "kit_of_kit": Step(4, "mrp"),
    "kit_unit": Step(3, "mrp"),
    "kit_makes": Step(2, "mrp"),
    "kit_line_of_variants": Step(3, "mrp"),
    "manufactured": Step(4, "mrp"),
    "lot_received": Step(8, "expiry"),
    "lot_expires": Step(5, "expiry"),
    "lot_lasts": Step(4, "expiry"),
    "other_company_receipt": Step(5, "companies"),
    "other_company_price": Step(4, "companies"),
}


def names(profiles: Iterable[str]) -> list[str]:
    """The steps that these profiles allow."""
    allowed = {"plain", *profiles}
    return [name for name, step in STEPS.items() if step.profile in allowed]


def draw_step(draw: Draw, profiles: Iterable[str]) -> str:
    chosen = names(profiles)
    weights = [STEPS[name].weight for name in chosen]
    return draw.random.choices(chosen, weights)[0]
