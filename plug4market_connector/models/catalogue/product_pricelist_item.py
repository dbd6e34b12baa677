import logging

from odoo import api, models
from odoo.fields import Domain

from ...transaction import LOST_SECONDS, ask_for_help, fall_out
from .plug4market_sku_exporter import CRON

_logger = logging.getLogger(__name__)


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._plug4market_mark_prices()
        return items

    def write(self, vals):
        self._plug4market_mark_prices()
        result = super().write(vals)
        self._plug4market_mark_prices()
        return result

    def unlink(self):
        self._plug4market_mark_prices()
        return super().unlink()

    def _plug4market_mark_prices(self):
        """Mark the published products whose price one of these rules may change."""
        companies = self.pricelist_id._plug4market_stores()
        if not companies:
            return
        # A rule for all products, or on another pricelist's prices, may reach any.
        domain = Domain("company_id", "in", companies.ids)
        if all(item.product_tmpl_id or item.product_id for item in self):
            products = self.product_id | self.product_tmpl_id.product_variant_ids
            domain &= Domain("product_id", "in", products.ids)
        skus = self.env["plug4market.sku"].sudo().search(domain)
        self.env["plug4market.sku.change"]._mark(skus.product_id, "price")

    @api.model
    def _plug4market_mark_dated(self, since, until):
        """Mark what rules that began or ended in this time may have changed."""
        boundary = [
            Domain(name, ">", since) & Domain(name, "<=", until)
            for name in ("date_start", "date_end")
        ]
        _done, failed = fall_out(
            self.env,
            self.search(Domain.OR(boundary)),
            lambda items: items._plug4market_mark_prices(),
        )
        for item, error in failed:
            _logger.error("prices of rule %s not marked", item.id, exc_info=error)
            ask_for_help(self.env, CRON, error, again_in=LOST_SECONDS)
