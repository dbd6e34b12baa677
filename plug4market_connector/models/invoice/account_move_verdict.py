from odoo import api, fields, models

# Of an order in these nothing is left to do about its note.
OVER = ("INVOICED", "SHIPPED", "COMPLETED", "CANCELED")


class AccountMove(models.Model):
    """What is to be done about the NF-e of an invoice, kept so that it can be searched.

    ``plug4market_nfe_state`` opens the XML each time that it is asked for: it is right
    at every moment, and nothing that thousands of invoices could be found by.
    """

    _inherit = "account.move"

    plug4market_nfe_verdict = fields.Selection(
        [
            ("missing", "Waiting for the XML"),
            ("invalid", "To correct"),
            ("cancelled", "NF-e cancelled"),
            ("authorised", "Ready to send"),
        ],
        "NF-e to do",
        compute="_compute_plug4market_nfe_verdict",
        compute_sudo=True,
        store=True,
        copy=False,
        help="Of posted invoices. It counts until the marketplace has a note.",
    )

    @api.depends(
        lambda self: (
            *self._plug4market_nfe_triggers(),
            *("state", "amount_total", "payment_state", "plug4market_nfe_right_key"),
            "plug4market_order_id.partner_id.vat",
        )
    )
    def _compute_plug4market_nfe_verdict(self):
        """Not by the order's status, on purpose: who searches asks for that, too.

        So the queue, which tells the hub of a note, need not write on its invoice.
        """
        verdicts = dict(self._fields["plug4market_nfe_verdict"].selection)
        for move in self:
            order = move.plug4market_order_id
            waits = move.state == "posted" and order and move.move_type == "out_invoice"
            over = order.plug4market_status in OVER
            state = waits and not over and move._plug4market_current_nfe_state()
            move.plug4market_nfe_verdict = state if state in verdicts else False

    def _plug4market_judge_again(self):
        """Judge these anew: something has changed that is no field of theirs."""
        self.invalidate_recordset(["plug4market_nfe_state", "plug4market_nfe_message"])
        self.env.add_to_compute(self._fields["plug4market_nfe_verdict"], self)
