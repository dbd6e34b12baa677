"""What the hub must have of every SKU, by plain loops over what Odoo stores.

Nothing is asked of Odoo's own arithmetic, nor of the connector: quants, moves,
quotations, bills of materials and pricelist rules are read and counted here.
"""

import math
from collections import defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

OPEN_MOVES = ("waiting", "confirmed", "partially_available", "assigned")
# Digits after which a float is noise: 2.9999999996 units are three.
NOISE = 6


class Offer(NamedTuple):
    """What the hub must have; of what is not on sale the price does not matter."""

    stock: int
    price: float
    active: bool


def offers(env: Any, company: Any, products: Any, now: datetime) -> dict[int, Offer]:
    """What the hub must have of these products of a company, by their ids."""
    stock, prices = Stock(env, company, now), Prices(env, company, now)
    return {
        product.id: (
            Offer(stock.offered(product), prices.price(product), True)
            if product.active and product.plug4market_enabled
            else Offer(0, 0.0, False)
        )
        for product in products.with_company(company)
    }


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
                parts = self.parts(line.product_id) or {line.product_id.id: 1.0}
                for part, count in parts.items():
                    self.units[part] -= line.product_uom_qty * count

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
        for line in bom.bom_line_ids:
            each = count * line.product_qty / bom.product_qty
            if each <= 0:
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


class Prices:
    """What a company asks for one unit today."""

    def __init__(self, env: Any, company: Any, now: datetime) -> None:
        self.env, self.company, self.now = env, company, now
        rows = env["plug4market.sku"].search([("company_id", "=", company.id)])
        self.overrides = {row.product_id.id: row.price_override for row in rows}
        self.rules: dict[int, list[Any]] = {}

    def price(self, product: Any) -> float:
        override = self.overrides.get(product.id) or 0
        if override > 0:
            return override
        return self._on(self.company.plug4market_pricelist_id, product)

    def _on(self, pricelist: Any, product: Any) -> float:
        """The price on a pricelist, or the list price, in the company's currency."""
        for rule in self._rules(pricelist):
            if self._is_in_force(rule) and self._is_about(rule, product):
                return self._by_rule(rule, product)
        return self._in_own(product.list_price, product.currency_id)

    def _rules(self, pricelist: Any) -> list[Any]:
        """Its rules, the most special first."""
        if not pricelist:
            return []
        if pricelist.id not in self.rules:
            rules = list(pricelist.item_ids)
            rules.sort(key=lambda rule: rule.id, reverse=True)
            rules.sort(key=lambda rule: rule.categ_id.complete_name or "", reverse=True)
            rules.sort(key=lambda rule: rule.applied_on)
            self.rules[pricelist.id] = rules
        return self.rules[pricelist.id]

    def _is_in_force(self, rule: Any) -> bool:
        if rule.min_quantity > 1:
            return False
        begun = not rule.date_start or rule.date_start <= self.now
        return begun and (not rule.date_end or rule.date_end >= self.now)

    def _is_about(self, rule: Any, product: Any) -> bool:
        if rule.applied_on == "0_product_variant":
            return rule.product_id == product
        if rule.applied_on == "1_product":
            return rule.product_tmpl_id == product.product_tmpl_id
        if rule.applied_on == "2_product_category":
            return (
                product.categ_id.parent_path.startswith(rule.categ_id.parent_path)
                if product.categ_id
                else False
            )
        return True

    def _by_rule(self, rule: Any, product: Any) -> float:
        if rule.compute_price == "fixed":
            return self._in_own(rule.fixed_price, rule.currency_id)
        base = self._base(rule, product)
        if rule.compute_price == "percentage":
            return base - base * rule.percent_price / 100
        off = rule.price_discount
        if rule.base == "standard_price":
            off = -rule.price_markup
        price = base - base * off / 100
        if rule.price_round:
            price = _rounded(price, rule.price_round)
        price += rule.price_surcharge
        if rule.price_min_margin:
            price = max(price, base + rule.price_min_margin)
        if rule.price_max_margin:
            price = min(price, base + rule.price_max_margin)
        return price

    def _base(self, rule: Any, product: Any) -> float:
        if rule.base == "pricelist" and rule.base_pricelist_id:
            return self._on(rule.base_pricelist_id, product)
        if rule.base == "standard_price":
            return self._in_own(product.standard_price, product.cost_currency_id)
        return self._in_own(product.list_price, product.currency_id)

    def _in_own(self, amount: float, currency: Any) -> float:
        own = self.company.currency_id
        if not currency or currency == own:
            return amount
        return amount / self._rate(currency) * self._rate(own)

    def _rate(self, currency: Any) -> float:
        """Units of the currency for one of the rates' base, by the newest rate."""
        newest = (datetime.min.date(), 1.0)
        for rate in currency.rate_ids:
            if rate.company_id and rate.company_id != self.company.root_id:
                continue
            if newest[0] <= rate.name <= self.now.date():
                newest = (rate.name, rate.rate)
        return newest[1]


def _rounded(price: float, step: float) -> float:
    each = Decimal(str(step))
    steps = (Decimal(str(round(price, 9))) / each).quantize(Decimal(1), ROUND_HALF_UP)
    return float(steps * each)
