from odoo import api, fields, models

from ..transaction import fresh_view, in_new_transaction


class Plug4marketCategory(models.Model):
    """A product category in the custom tree of one company's store.

    Only categories of published products, and their parents, are sent; the exporter
    makes a row when a product needs its category for the first time.
    """

    _name = "plug4market.category"
    _inherit = ["plug4market.sealed.mixin"]
    _description = "Plug4Market Category"
    _rec_name = "category_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    category_id = fields.Many2one(
        "product.category",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Waiting to be sent"),
            ("synced", "Up to date"),
            ("error", "Problem"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    problem = fields.Text(readonly=True)
    mapping_ids = fields.One2many(
        related="category_id.plug4market_mapping_ids", readonly=False
    )
    hub_category_uid = fields.Char(
        related="category_id.plug4market_category_uid", readonly=False
    )
    sent_values = fields.Json(readonly=True, help="Name and parent that the hub has.")
    sent_mapping = fields.Json(
        readonly=True, help="The category on each channel that the hub has."
    )
    synced_at = fields.Datetime("On Plug4Market since", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(default=fields.Datetime.now, readonly=True)

    _company_category_uniq = models.UniqueIndex("(company_id, category_id)")
    _pending_idx = models.Index("(company_id, next_attempt_at) WHERE state = 'pending'")

    # -- rows -----------------------------------------------------------------

    @api.model
    def _ensure(self, company, categories):
        """The rows of ``categories`` and their parents, made where they are missing."""
        chain = categories.search([("id", "parent_of", categories.ids)])
        rows = self.search(
            [("company_id", "=", company.id), ("category_id", "in", chain.ids)]
        )
        return rows | self.create(
            [
                {"company_id": company.id, "category_id": category.id}
                for category in chain - rows.category_id
            ]
        )

    def _mark_pending(self):
        """Let these categories be looked at again, and sent if there is need."""
        self.write(
            {
                "state": "pending",
                "problem": False,
                "attempts": 0,
                "next_attempt_at": fields.Datetime.now(),
            }
        )
        if self:
            self.env["plug4market.sku.exporter"]._wake()

    # -- buttons --------------------------------------------------------------

    def action_send(self):
        """Send these categories anew: what the hub has of them is read again."""
        self.check_access("write")
        ids = self.ids

        def mark(env):
            rows = env[self._name].browse(ids)
            rows.write({"sent_values": False, "sent_mapping": False})
            rows._mark_pending()

        in_new_transaction(self.sudo().env, mark)
        for company, rows in self.grouped("company_id").items():
            self.sudo()._send(company, rows.category_id)
        with fresh_view(self.env) as env:
            return env[self._name].browse(ids)._show_outcome()

    def _show_outcome(self):
        """A notification that says what came of sending these categories."""
        problems = [f"{row.display_name}: {row.problem}" for row in self if row.problem]
        waiting = len(self.filtered(lambda row: row.state == "pending"))
        if waiting:
            problems.insert(0, self.env._("%s categories wait to be sent.", waiting))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "success",
                "message": "\n".join(problems[:5])
                or self.env._("The categories are up to date on Plug4Market."),
                "sticky": bool(problems),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
