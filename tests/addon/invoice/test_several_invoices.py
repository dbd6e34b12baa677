"""Orders with more than one invoice: the hub takes the NF-e of one."""

from invoice_case import InvoiceCase

from odoo.exceptions import UserError
from odoo.fields import Command


class TestSeveralInvoices(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.settings(auto_send_invoice=True)
        self.hub_order, self.order = self.sell()
        self.first = self.order.invoice_ids

    def reason(self, move, kind="invoice"):
        self.env.invalidate_all()
        return move._plug4market_why_blocked(kind)

    def reverse(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.action_post()
        return refund

    def one_more(self, **values):
        """Another posted invoice of the order, for all of it."""
        line = self.order.order_line[:1]
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.order.partner_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "price_unit": self.order.amount_total,
                            "tax_ids": False,
                            "sale_line_ids": [Command.link(line.id)],
                            **values,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        # Odoo read the name of it while it had none.
        self.env.invalidate_all()
        return invoice

    def down_payment(self):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=self.order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 10})
        )
        self.reverse(self.first)
        invoice = wizard._create_invoices(self.order)
        invoice.action_post()
        return invoice

    def test_the_invoice_that_was_sent_first_is_the_orders(self):
        second = self.one_more()
        self.assertFalse(self.reason(self.first).count("one NF-e"))
        self.upload(second, number=2)
        self.work()
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.assertEqual(self.events(self.hub_order, kind="invoice").move_id, second)
        self.assertEqual(self.order._plug4market_invoice(), second)
        self.assertEqual(second.plug4market_nfe_state, "sent")

        self.hub.forget_calls()
        self.upload(self.first, number=1)
        self.work()
        self.assertFalse(self.hub.calls())
        self.assertEqual(len(self.events(self.hub_order, kind="invoice")), 1)
        self.assertIn(second.name, self.reason(self.first))
        menu = {e["kind"]: e["reason"] for e in self.first.plug4market_menu}
        self.assertIn(second.name, menu["invoice"])
        self.assertFalse(menu["shipment"])
        self.assertEqual(self.first.plug4market_nfe_state, "not_needed")
        with self.assertRaisesRegex(UserError, "one NF-e"):
            self.first.action_plug4market_send_invoice()

    def test_while_one_waits_in_the_queue_the_other_is_not_queued(self):
        second = self.one_more()
        self.upload(second, number=2)
        self.upload(self.first, number=1)
        self.assertEqual(self.events(self.hub_order, kind="invoice").move_id, second)
        self.assertIn(second.name, self.reason(self.first))

    def test_two_clicked_at_once_send_one_and_say_so(self):
        self.settings(auto_send_invoice=False)
        second = self.one_more()
        self.upload(self.first, number=1)
        self.upload(second, number=2)
        shown = (self.first | second).action_plug4market_send_invoice()["params"]
        self.assertEqual(shown["type"], "warning")
        self.assertIn("received the invoice", shown["message"])
        self.assertIn(f"{second.display_name}: Order", shown["message"])
        self.assertEqual(len(self.events(self.hub_order, kind="invoice")), 1)

    def test_of_a_right_and_a_wrong_nfe_the_order_sends_the_right_one(self):
        second = self.one_more()
        self.upload(self.first, total="1.00")
        self.assertEqual(self.order._plug4market_invoice(), self.first)
        self.settings(auto_send_invoice=False)
        self.upload(second, number=2)
        self.order.action_plug4market_send_invoice()
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.assertEqual(self.events(self.hub_order, kind="invoice").move_id, second)

    def test_a_credit_note_is_never_sent_and_has_no_menu(self):
        refund = self.reverse(self.first)
        self.assertEqual(refund.plug4market_order_id, self.order)
        self.upload(refund)
        self.work()
        self.assertFalse(self.events(self.hub_order, kind="invoice"))
        self.assertFalse(refund.plug4market_menu)
        self.assertFalse(refund.plug4market_last_problem)
        for kind in ("invoice", "shipment", "delivered", "cancel"):
            self.assertIn("Credit notes", self.reason(refund, kind))

    def test_an_invoice_that_a_credit_note_reverses_makes_room_for_the_next(self):
        self.reverse(self.first)
        self.assertEqual(self.first.payment_state, "reversed")
        second = self.one_more()
        self.upload(self.first, number=1)
        self.work()
        self.assertEqual(self.hub_status(self.hub_order), "APPROVED")
        self.assertIn("reverses", self.reason(self.first))
        self.upload(second, number=2)
        self.work()
        self.assertEqual(self.events(self.hub_order, kind="invoice").move_id, second)

    def test_a_down_payment_is_never_sent(self):
        invoice = self.down_payment()
        self.assertEqual(invoice.plug4market_order_id, self.order)
        self.upload(invoice)
        self.work()
        self.assertFalse(self.events(self.hub_order, kind="invoice"))
        self.assertIn("down payment", self.reason(invoice))
        self.assertEqual(invoice.plug4market_nfe_state, "not_needed")
