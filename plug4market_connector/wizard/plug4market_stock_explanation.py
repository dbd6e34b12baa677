from odoo import api, fields, models
from odoo.tools import format_datetime


class Plug4marketStockExplanation(models.TransientModel):
    """Shows how the stock that marketplaces see of a SKU came about, to the unit.

    Its numbers are those of ``_plug4market_stock_parts``, of which the one that is sent
    is made. Nobody writes them but the server, when the dialog is opened.
    """

    _name = "plug4market.stock.explanation"
    _description = "Why a Product Has Its Stock on Marketplaces"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", "Store", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    not_offered = fields.Char(readonly=True)
    told = fields.Char("On Plug4Market", readonly=True)
    offered = fields.Integer("Stock on marketplaces", readonly=True)
    line_ids = fields.One2many(
        "plug4market.stock.explanation.line", "explanation_id", readonly=True
    )

    @api.model
    def _open(self, product):
        """Open the dialog for ``product`` in the current company's store."""
        self.env["res.users"]._plug4market_check_role()
        product.ensure_one()
        product.check_access("read")
        values = self._prepare_values(product, self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why this stock?"),
            "res_model": self._name,
            "res_id": self.sudo().create(values).id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _prepare_values(self, product, company):
        """What the dialog shows, whatever of it its user may open."""
        row = self.env["plug4market.sku"].sudo()
        row = row.search(
            [("product_id", "=", product.id), ("company_id", "=", company.id)]
        )
        product = product.sudo().with_context(allowed_company_ids=company.ids)
        stock = product._plug4market_stock_parts(company)[product.id]
        not_offered = product._plug4market_explain_not_offered(company, stock)
        line = self.env["plug4market.stock.explanation.line"]
        lines = (
            [] if not_offered else line._prepare_stock_lines(product, company, stock)
        )
        return {
            "company_id": company.id,
            "product_id": product.id,
            "not_offered": not_offered,
            "told": self._explain_told(row),
            "offered": stock.offered,
            "line_ids": [
                fields.Command.create(values)
                for values in [*lines, line._prepare_result_values(stock.offered)]
            ],
        }

    @api.model
    def _explain_told(self, row):
        """What Plug4Market was told last of the stock of a SKU, and when."""
        stock = (row.sent_body or {}).get("stock")
        if not row.sent_sku:
            told = self.env._("Plug4Market does not have this product yet.")
        elif stock is None:
            told = self.env._("It is not known what Plug4Market has.")
        else:
            told = self.env._(
                "Plug4Market has %(stock)s, as of the last call on %(date)s.",
                stock=stock,
                date=format_datetime(self.env, row.synced_at),
            )
        if row.state == "pending":
            told = f"{told} {self.env._('A change waits to be sent.')}"
        return told
