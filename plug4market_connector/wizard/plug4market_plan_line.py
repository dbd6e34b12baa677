from odoo import api, fields, models

from ..transaction import own_transaction

STATES = [
    ("todo", "Will be done"),
    ("waiting", "Goes on by itself"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("left", "Left out"),
]


class Plug4marketPlanLine(models.TransientModel):
    """One record of the page, by name, with why it is left out or what came of it."""

    _name = "plug4market.plan.line"
    _description = "Record of What Will Be Done"
    _transient_max_hours = 24
    _order = "id"

    plan_id = fields.Many2one(
        "plug4market.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    reason = fields.Text(readonly=True)
    is_later = fields.Boolean("In the background", readonly=True, index=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    name = fields.Char(readonly=True)
    number = fields.Char(readonly=True)
    partner = fields.Char("Buyer", readonly=True)
    amount = fields.Monetary("Total", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    # -- making ---------------------------------------------------------------

    @api.model
    def _prepare_record_values(self, record):
        """What a line shows of ``record``, as the user may read it."""
        values = {
            "res_model": record._name,
            "res_id": record.id,
            "company_id": record.company_id.id,
            "name": record.name,
        }
        if record._name == "stock.picking":
            # Who works in the warehouse may be allowed to see no sale order.
            values["order_id"] = record.sudo()._plug4market_order().id
            return values | {"number": record.origin, "partner": record.partner_id.name}
        if record._name == "plug4market.nfe.file":
            return values | {
                "number": self.env._("NF-e %s", record.number or "?"),
                "partner": record.recipient_name,
                "amount": record.total,
                "currency_id": record.currency_id.id,
            }
        is_order = record._name == "sale.order"
        order = record if is_order else record.plug4market_order_id.sudo()
        return values | {
            "order_id": order.id,
            "number": order.client_order_ref,
            "partner": record.partner_id.name,
            "amount": record.amount_total,
            "currency_id": record.currency_id.id,
        }

    # -- the records ----------------------------------------------------------

    def _records(self):
        """The records of these lines, all of one model, that the user may read."""
        lines = self.sudo(False)
        [model] = set(self.mapped("res_model")) or {"sale.order"}
        records = lines.env[model].browse(self.mapped("res_id")).exists()
        return records._filtered_access("read")

    def _orders(self):
        """The orders of these lines, whatever of them the user may open."""
        return self.order_id.exists()

    # -- what came of it ------------------------------------------------------

    def _write_results(self, results):
        """Write (state, sentence) on the lines, by the ids of their records."""
        for line in self:
            if line.res_id in results:
                line.state, line.reason = results[line.res_id]
                line.is_later = False

    @own_transaction
    def _settle_all(self, results):
        """As ``_write_results``, and keep it whatever becomes of the click."""
        self._write_results(results)

    def _next_part(self, limit):
        """The first of these lines that are of one company, at most so many."""
        of_company = self.filtered(lambda line: line.company_id == self[0].company_id)
        return of_company[:limit]

    @own_transaction
    def _go_on_later(self):
        """Leave these lines to the job that works what no click has the time for."""
        self.is_later = True
        self.reason = self.env._("It is its turn in a moment, in the background.")
        self.env["plug4market.plan"]._wake_job()

    def _settle_gone(self):
        """Leave out what is there no more; return the other lines."""
        records = self._records()
        gone = self.filtered(lambda line: line.res_id not in records._ids)
        if gone:
            message = self.env._("It is gone, or no longer yours to see.")
            gone._settle_all({line.res_id: ("left", message) for line in gone})
        return self - gone

    def action_open_planned(self):
        """Open the record of this line."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
