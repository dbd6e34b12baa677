"""How many units may be offered: quants, moves, quotations and bills of materials."""

import math
from collections import defaultdict
from datetime import datetime
from typing import Any

OPEN_MOVES = ("waiting", "confirmed", "partially_available", "assigned")
# Digits after which a float is noise: 2.9999999996 units are three.
NOISE = 6


class Stock:
    """Units that a company may offer, counted once for all products."""

    def __init__(self, env: Any, company: Any, now: datetime) -> None:
        self.env, self.company, self.now = env, company, now
        self.inside = self._locations()
        self.boms = self._boms()
        self.units: dict[int, float] = defaultdict(float)
        if self.inside:
            self._add_on_hand()
            self._take_outgoing()
        self._take_quoted()

    def offered(self, product: Any) -> int:
        parts = self.parts(product)
        if parts is None:
            return max(0, math.floor(round(self._free(product.id), NOISE)))
        least = min(self._free(part) / count for part, count in parts.items())
        return max(0, math.floor(round(least, NOISE)))

    def _free(self, product_id: int) -> float:
        if not self.inside:
            return 0.0
        return self.units[product_id] - self.company.plug4market_stock_buffer

    def _locations(self) -> set[int]:
        """The internal locations in the warehouses that are offered."""
        chosen = self.company.plug4market_warehouse_ids
        if not chosen:
            fulfilment = self.company.plug4market_fulfilment_warehouse_id
            own = self.env["stock.warehouse"].search([])
            chosen = [
                one
                for one in own
                if one.company_id == self.company and one != fulfilment
            ][:1]
        roots = {warehouse.view_location_id.id for warehouse in chosen}
        found = set()
        locations = self.env["stock.location"].with_context(active_test=False)
        for location in locations.search([("usage", "=", "internal")]):
            above = {int(number) for number in location.parent_path.split("/")[:-1]}
            if above & roots:
                found.add(location.id)
        return found

    def _add_on_hand(self) -> None:
        has_expiry = "removal_date" in self.env["stock.lot"]._fields
        quants = self.env["stock.quant"].search(
            [("location_id", "in", list(self.inside))]
        )
        for quant in quants:
            removed = has_expiry and quant.lot_id.removal_date
            if not removed or removed > self.now:
                self.units[quant.product_id.id] += quant.quantity

    def _take_outgoing(self) -> None:
        moves = self.env["stock.move"].search(
            [
                ("state", "in", OPEN_MOVES),
                ("location_id", "in", list(self.inside)),
            ]
        )
        for move in moves:
            goes_to = move.location_final_id or move.location_dest_id
            if goes_to.id not in self.inside:
                self.units[move.product_id.id] -= move.product_qty

    def _take_quoted(self) -> None:
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "in", ("draft", "sent")),
                ("plug4market_order_uid", "!=", False),
            ]
        )
        for order in orders:
            if order.plug4market_order_type == "1":
                continue
            if order.plug4market_status == "CANCELED":
                continue
            for line in order.order_line:
                product = line.product_id
                sold = line.product_uom_qty * _units(line.product_uom_id, product)
                parts = self.parts(product) or {product.id: 1.0}
                for part, count in parts.items():
                    self.units[part] -= sold * count

    # -- kits -----------------------------------------------------------------

    def _boms(self) -> list[Any]:
        if "mrp.bom" not in self.env:
            return []
        boms = self.env["mrp.bom"].search([("type", "=", "phantom")])
        usable = [
            bom
            for bom in boms
            if bom.company_id in (boms.company_id.browse(), self.company)
        ]
        return sorted(
            usable, key=lambda bom: (bom.sequence, not bom.product_id, bom.id)
        )

    def parts(self, product: Any) -> dict[int, float] | None:
        """Units of each storable component of a kit; None of what is no kit."""
        found: dict[int, float] = defaultdict(float)
        if not self._explode(product, 1.0, found):
            return None
        return dict(found) or None

    def _explode(self, product: Any, count: float, found: dict[int, float]) -> bool:
        bom = self._bom(product)
        if bom is None:
            return False
        made = bom.product_qty * _units(bom.product_uom_id, product)
        for line in bom.bom_line_ids:
            used = line.product_qty * _units(line.product_uom_id, line.product_id)
            each = count * used / made
            if each <= 0 or not _is_for(line, product):
                continue
            is_kit = self._explode(line.product_id, each, found)
            if not is_kit and line.product_id.is_storable:
                found[line.product_id.id] += each
        return True

    def _bom(self, product: Any) -> Any:
        for bom in self.boms:
            if bom.product_id:
                if bom.product_id == product:
                    return bom
            elif bom.product_tmpl_id == product.product_tmpl_id:
                return bom
        return None


def _units(uom: Any, product: Any) -> float:
    """How many of the product's own units one of ``uom`` is."""
    return uom.factor / product.uom_id.factor


def _is_for(line: Any, product: Any) -> bool:
    """Whether a recipe's line is for this variant: it names one value an attribute."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for value in line.bom_product_template_attribute_value_ids:
        wanted[value.attribute_id].add(value)
    own = set(product.product_template_attribute_value_ids)
    return all(values & own for values in wanted.values())
