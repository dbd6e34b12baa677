from odoo import api, fields, models


class Plug4marketBudget(models.Model):
    """What the last comparison of a whole store with what was sent has found."""

    _inherit = "plug4market.budget"

    reconciled_at = fields.Datetime(
        "All products compared on", compute="_compute_reconciled", compute_sudo=True
    )
    reconciled = fields.Text(
        "What the comparison found", compute="_compute_reconciled", compute_sudo=True
    )

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_reconciled(self):
        rows = self.env["plug4market.reconciliation"].search(
            [("company_id", "in", self.company_id.ids)]
        )
        by_company = rows.grouped("company_id")
        for budget in self:
            row = by_company.get(budget.company_id, rows.browse())
            budget.reconciled_at = row.ended_at
            budget.reconciled = row._explain_found()
