from odoo import api, fields, models
from odoo.tools import format_datetime

from ..refusals import refuse_reversed


class ProductProduct(models.Model):
    """The promotional price of a product, which ends by itself."""

    _inherit = "product.product"

    plug4market_promo_price = fields.Float(
        "Promotional price",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_price",
        digits="Product Price",
    )
    plug4market_promo_start = fields.Datetime(
        "Promotion from",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_start",
    )
    plug4market_promo_end = fields.Datetime(
        "Promotion until",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_end",
    )

    @api.depends_context("company")
    def _compute_plug4market_promotion(self):
        rows = self._plug4market_sku_rows()
        empty = self.env["plug4market.sku"]
        for product in self:
            row = rows.get(product._origin.id, empty)
            product.plug4market_promo_price = row.promo_price
            product.plug4market_promo_start = row.promo_start
            product.plug4market_promo_end = row.promo_end

    def _inverse_plug4market_promo_price(self):
        for product in self:
            product._plug4market_override(
                "promo_price", product.plug4market_promo_price
            )

    def _inverse_plug4market_promo_start(self):
        for product in self:
            product._plug4market_override(
                "promo_start", product.plug4market_promo_start
            )

    def _inverse_plug4market_promo_end(self):
        for product in self:
            product._plug4market_override("promo_end", product.plug4market_promo_end)

    @api.constrains("plug4market_promo_start", "plug4market_promo_end")
    def _check_plug4market_promotion(self):
        """Once both dates are written: each is, for a moment, beside the old other."""
        rows = self._plug4market_sku_rows().values()
        refuse_reversed(rows, "promo_start", "promo_end")

    def _plug4market_promotion(self, row):
        """The promotion's fields of a ``ProductBody``, and why there are none."""
        price, start, end = row.promo_price, row.promo_start, row.promo_end
        if not (price or start or end):
            return {}, ""
        problem = self._plug4market_promotion_problem(price, start, end)
        if problem:
            return {}, problem
        return {"sale_price": price, "sale_date_start": start, "sale_date_end": end}, ""

    def _plug4market_promotion_problem(self, price, start, end):
        """Why a promotion is not sent; empty when it is."""
        if price <= 0:
            return self.env._("The promotion is not sent: it has no price.")
        if not (start and end):
            return self.env._(
                "The promotion is not sent: fill in when it starts and when it ends."
            )
        if end <= start:
            return self.env._("The promotion is not sent: it ends before it starts.")
        if end < fields.Datetime.now():
            return self.env._(
                "The promotion is not sent: it ended on %s.",
                format_datetime(self.env, end),
            )
        if price >= self.plug4market_price:
            return self.env._(
                "The promotion is not sent: its price must be below the price on "
                "marketplaces."
            )
        return ""
