from odoo import api, models

from ..const import OPEN_STATUSES

# The company's setting that lets each kind be told without a click.
SETTINGS = {
    "invoice": "plug4market_auto_send_invoice",
    "shipment": "plug4market_auto_send_shipment",
    "delivered": "plug4market_auto_send_shipment",
}


class SaleOrder(models.Model):
    """What Odoo tells the hub without being asked, once it is known and in order.

    Whatever may have been the last thing missing looks at the order again. So a
    shipment that is known before the invoice was sent waits in Odoo alone, without a
    row or a call, until the hub has the invoice.
    """

    _inherit = "sale.order"

    def write(self, vals):
        """Go on with what the new status, or the new buyer, allows."""
        result = super().write(vals)
        if {"plug4market_status", "partner_id"} & vals.keys():
            self._plug4market_report()
        return result

    @api.model
    def _plug4market_buyer_corrected(self, partners):
        """Look again at NF-es that were for another document than the buyer's."""
        self.sudo().search(
            [
                ("partner_id", "child_of", partners.ids),
                ("plug4market_status", "=", "APPROVED"),
                ("company_id.plug4market_auto_send_invoice", "=", True),
            ]
        )._plug4market_report()

    def _plug4market_report(self):
        """Queue what Odoo knows of these orders and their companies want to be told.

        What goes wrong stays with its order: it stops no transfer and no invoice.
        """
        orders = self.sudo().filtered(lambda order: order._plug4market_reports_itself())
        orders._plug4market_take_turns()
        orders.filtered("plug4market_flow_error").plug4market_flow_error = False
        for kind, setting in SETTINGS.items():
            expected = orders._plug4market_expected_to(kind, setting)
            expected._plug4market_safely(f"_plug4market_report_{kind}")

    def _plug4market_reports_itself(self):
        """Whether the hub still waits for something, and nobody needs to click."""
        company = self.company_id
        return (
            bool(self.plug4market_order_uid)
            and self.plug4market_status in OPEN_STATUSES
            and self.state != "cancel"
            and company.plug4market_active
            and any(company[setting] for setting in SETTINGS.values())
        )

    def _plug4market_expected_to(self, kind, setting):
        """These orders as far as the hub waits for ``kind`` of them."""
        return self.filtered(
            lambda order: (
                order.company_id[setting]
                and not order._plug4market_blocked_by_status(kind)
            )
        )

    def _plug4market_take_turns(self):
        """Let no two transactions look at an order at once.

        Who writes that the hub has the invoice, and who ends the last transfer in the
        same moment, would each see the other's half missing and leave the shipment to
        the other. Both change the order's row, so the later one begins again.
        """
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                "UPDATE sale_order SET write_date = write_date WHERE id = ANY(%s)",
                [self.ids],
            )

    def _plug4market_report_invoice(self):
        """Queue each order's NF-e, or ask for what is wrong with it."""
        ready = self.browse()
        for order in self:
            invoice = order._plug4market_invoice()
            if not invoice._plug4market_is_to_be_sent():
                continue
            problem = (
                invoice._plug4market_nfe_problem() or invoice._plug4market_why_by_hand()
            )
            if problem:
                invoice._plug4market_ask_about_nfe(problem)
            else:
                invoice._plug4market_nfe_is_right()
                ready |= order
        ready._plug4market_enqueue_known("invoice")

    def _plug4market_report_shipment(self):
        ready = self.filtered(lambda order: not order._plug4market_shipment_waits())
        ready._plug4market_enqueue_known("shipment")

    def _plug4market_report_delivered(self):
        ready = self.filtered(lambda order: order._plug4market_delivery_values())
        ready._plug4market_enqueue_known("delivered")

    def _plug4market_enqueue_known(self, kind):
        """Queue ``kind`` with what Odoo knows now, once for each order."""
        self.env["plug4market.order.event"]._enqueue_once(
            [
                {
                    **order._plug4market_event_values(kind),
                    "move_id": order._plug4market_invoice().id,
                    "payload": order._plug4market_payload(kind) or False,
                }
                for order in self
            ]
        )
