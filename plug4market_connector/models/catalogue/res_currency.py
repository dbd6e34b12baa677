from odoo import api, fields, models


class ResCurrencyRate(models.Model):
    """Prices that are kept in another currency follow its rate."""

    _inherit = "res.currency.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        self._plug4market_compare()
        return rates

    def write(self, vals):
        result = super().write(vals)
        self._plug4market_compare()
        return result

    def unlink(self):
        result = super().unlink()
        self._plug4market_compare()
        return result

    @api.model
    def _plug4market_compare(self):
        """Compare the stores again that have prices in another currency."""
        companies = self.env["res.company"].sudo()
        for company in companies.search([("plug4market_active", "=", True)]):
            if company._plug4market_converts_prices():
                self.env["plug4market.reconciliation"]._restart(company)


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _plug4market_to_store(self, prices):
        """``prices``, which are in this currency, in that of the current company."""
        company = self.env.company
        if self == company.currency_id:
            return prices
        today = fields.Date.context_today(self)
        return {
            key: self._convert(price, company.currency_id, company, today)
            for key, price in prices.items()
        }
