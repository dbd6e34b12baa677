from odoo import fields, models

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_nfe"


class AccountMove(models.Model):
    """The NF-e goes to the hub by itself once nothing speaks against it."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._plug4market_report_nfe()
        return posted

    def write(self, vals):
        """An XML that came, or that left for the invoice it belongs to."""
        if "plug4market_nfe_xml" not in vals:
            return super().write(vals)
        keys = set(self.mapped("plug4market_nfe_access_key")) - {False}
        result = super().write(vals)
        namesakes = keys and self.sudo().search(
            [("plug4market_nfe_access_key", "in", list(keys))]
        )
        self.union(namesakes or self)._plug4market_report_nfe()
        return result

    def _plug4market_nfe_arrived(self):
        """An NF-e that became known in another way than by an upload goes too."""
        result = super()._plug4market_nfe_arrived()
        self._plug4market_report_nfe()
        return result

    def _plug4market_report_nfe(self):
        """Let the NF-e that these invoices have now go to the hub.

        Where the company's setting asks for it, the NF-e of an order that waits for its
        invoice is queued, once; one that is wrong waits, and the responsible person is
        asked.
        """
        orders = self._plug4market_order()
        if orders:
            # Another addon's fields are none that these depend on.
            self.invalidate_recordset(
                ["plug4market_nfe_state", "plug4market_nfe_message"]
            )
        orders._plug4market_report()

    def _plug4market_is_to_be_sent(self):
        """Whether this is an invoice with an NF-e that nobody has queued yet."""
        return (
            bool(self)
            and not self._plug4market_why_not_this()
            and not self.plug4market_order_id._plug4market_waiting_events("invoice")
            and bool(self._plug4market_get_nfe_xml())
        )

    def _plug4market_why_by_hand(self):
        """Why a right NF-e is not sent without a click; empty when it may.

        The marketplace takes one NF-e an order: a part of it would speak for the whole.
        """
        order = self.plug4market_order_id
        if self.currency_id.compare_amounts(self.amount_total, order.amount_total) >= 0:
            return ""
        return self.env._(
            "The invoice is %(invoiced)s of the %(ordered)s of order %(order)s, and "
            "the marketplace takes one NF-e an order: send it with a click if it is "
            "the one.",
            invoiced=self.currency_id.format(self.amount_total),
            ordered=order.currency_id.format(order.amount_total),
            order=order.display_name,
        )

    # -- one activity for what is wrong ---------------------------------------

    def _plug4market_ask_about_nfe(self, problem):
        """Leave one activity on the invoice that says what is wrong with its NF-e."""
        env = self.with_context(lang=self.company_id._plug4market_lang()).env
        note = env._(
            "The NF-e of %(invoice)s has not gone to the marketplace. %(problem)s It "
            "goes by itself once this is put right.",
            invoice=self.name,
            problem=problem,
        )
        self._plug4market_ask_on_invoice(env._("Put the NF-e right"), note)

    def _plug4market_ask_on_invoice(self, summary, note):
        """Leave one activity about the NF-e, or let the one there is say this."""
        if asked := self.activity_search([ACTIVITY_TYPE]):
            asked.write({"summary": summary, "note": note})
            return
        # The bell tells it: a letter for each invoice is nobody's wish.
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            fields.Date.context_today(self),
            summary=summary,
            note=note,
            user_id=self.company_id._plug4market_person().id,
        )

    def _plug4market_nfe_is_right(self):
        """Mark as done what asked for it to be put right."""
        self.activity_feedback([ACTIVITY_TYPE])
