"""What is asked for a unit: overrides, pricelist rules, rates, promotions and channels.

A price is computed in the currency of its pricelist and is the store's in the end.
"""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple


class Promotion(NamedTuple):
    """A lower price for a time."""

    price: float
    start: datetime
    end: datetime


class Channel(NamedTuple):
    """What is asked on one sales channel."""

    price: float
    promotion: Promotion | None


class Prices:
    """What a company asks for one unit today."""

    def __init__(self, env: Any, company: Any, now: datetime) -> None:
        self.env, self.company, self.now = env, company, now
        own = [("company_id", "=", company.id)]
        rows = env["plug4market.sku"].search(own)
        self.rows = {row.product_id.id: row for row in rows}
        self.announced: dict[int, list[Any]] = {}
        announcements = env["plug4market.announcement"].with_context(active_test=False)
        for row in announcements.search(own):
            self.announced.setdefault(row.product_id.id, []).append(row)
        self.rules: dict[int, list[Any]] = {}

    def price(self, product: Any) -> float:
        row = self.rows.get(product.id)
        if row and row.price_override > 0:
            return row.price_override
        pricelist = self.company.plug4market_pricelist_id
        if not pricelist:
            listed = self._listed(product)
            return _cents(self._in(self._own, listed, product.currency_id))
        price = self._on(pricelist, product)
        return _cents(self._in(self._own, price, pricelist.currency_id))

    # -- promotions -----------------------------------------------------------

    def promotion(self, product: Any) -> Promotion | None:
        row = self.rows.get(product.id)
        if not row:
            return None
        below = self.price(product)
        return self._promotion(row.promo_price, row.promo_start, row.promo_end, below)

    def channels(self, product: Any) -> dict[int, Channel] | None:
        """The channels that are switched on; None where none was ever chosen."""
        announced = self.announced.get(product.id)
        if not announced:
            return None
        found = {}
        for row in announced:
            if row.active:
                price = row.price if row.price > 0 else self.price(product)
                found[row.channel_id.hub_id] = Channel(
                    price,
                    self._promotion(
                        row.sale_price, row.sale_date_start, row.sale_date_end, price
                    ),
                )
        return found

    def _promotion(
        self, price: float, start: Any, end: Any, below: float
    ) -> Promotion | None:
        """None unless it is one: it has both dates, is not over, and is cheaper."""
        if price <= 0 or not start or not end or start >= end or end < self.now:
            return None
        return Promotion(price, start, end) if _cents(price) < _cents(below) else None

    # -- pricelists -----------------------------------------------------------

    def _on(self, pricelist: Any, product: Any) -> float:
        """The price on a pricelist, in its currency."""
        for rule in self._rules(pricelist):
            if self._is_in_force(rule) and self._is_about(rule, product):
                return self._by_rule(rule, pricelist.currency_id, product)
        return self._in(
            pricelist.currency_id, self._listed(product), product.currency_id
        )

    def _rules(self, pricelist: Any) -> list[Any]:
        """Its rules, the most special first."""
        if pricelist.id not in self.rules:
            rules = list(pricelist.item_ids)
            rules.sort(key=lambda rule: rule.id, reverse=True)
            rules.sort(key=lambda rule: rule.categ_id.complete_name or "", reverse=True)
            rules.sort(key=lambda rule: rule.min_quantity, reverse=True)
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

    def _by_rule(self, rule: Any, currency: Any, product: Any) -> float:
        if rule.compute_price == "fixed":
            return rule.fixed_price
        base = self._base(rule, currency, product)
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

    def _base(self, rule: Any, currency: Any, product: Any) -> float:
        if rule.base == "pricelist" and rule.base_pricelist_id:
            base = rule.base_pricelist_id
            return self._in(currency, self._on(base, product), base.currency_id)
        if rule.base == "standard_price":
            return self._in(currency, product.standard_price, product.cost_currency_id)
        return self._in(currency, self._listed(product), product.currency_id)

    def _listed(self, product: Any) -> float:
        """The sales price, and what each value of the variant costs extra."""
        extra = 0.0
        for value in product.product_template_attribute_value_ids:
            extra += value.price_extra
        return product.list_price + extra

    # -- currencies -----------------------------------------------------------

    @property
    def _own(self) -> Any:
        return self.company.currency_id

    def _in(self, wanted: Any, amount: float, currency: Any) -> float:
        if not currency or currency == wanted:
            return amount
        return amount / self._rate(currency) * self._rate(wanted)

    def _rate(self, currency: Any) -> float:
        """Units of the currency for one of the rates' base, by the newest rate.

        A company's own rates go before those of all.
        """
        newest: tuple[Any, ...] = (False, datetime.min.date(), 1.0)
        for rate in currency.rate_ids:
            if rate.company_id and rate.company_id != self.company.root_id:
                continue
            found = (bool(rate.company_id), rate.name, rate.rate)
            if rate.name <= self.now.date() and found[:2] >= newest[:2]:
                newest = found
        return newest[2]


def _cents(amount: float) -> float:
    return _rounded(amount, 0.01)


def _rounded(price: float, step: float) -> float:
    each = Decimal(str(step))
    steps = (Decimal(str(round(price, 9))) / each).quantize(Decimal(1), ROUND_HALF_UP)
    return float(steps * each)
