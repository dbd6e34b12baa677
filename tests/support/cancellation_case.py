"""An order whose invoice is posted, and what becomes of it."""

from nfe_case import NfeCase

CANCELLED = "plug4market_connector.mail_activity_type_cancelled"


class CancellationCase(NfeCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.settings(auto_invoice=True)
        self.hub_order, self.order = self.import_order()
        self.invoice = self.order.invoice_ids
        self.assertEqual(self.invoice.state, "posted")

    def news(self, *statuses, hub_order=None):
        hub_order = hub_order or self.hub_order
        for status in statuses:
            self.hub.set_status(hub_order["id"], status)
            self.notice(hub_order)
            self.work()

    def deliver(self, quantity=2):
        """Validate the open delivery; less than 2 leaves a back order."""
        picking = self.order.picking_ids.filtered(lambda p: p.state != "done")
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def pay(self):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizard.create({}).action_create_payments()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    @property
    def activity(self):
        found = self.order.activity_search([CANCELLED])
        self.assertLessEqual(len(found), 1)
        return found

    @property
    def credit_notes(self):
        return self.order.invoice_ids.filtered(lambda m: m.move_type == "out_refund")

    @property
    def returns(self):
        return self.order.picking_ids.filtered("return_id")

    def assertAsks(self, *records):
        """The activity has a link to each of these records."""
        note = self.activity.note
        for record in records:
            self.assertIn(f'data-oe-id="{record.id}"', note)

    def left(self):
        """What the activity asks for."""
        return self.activity.note.partition("Left to do:")[2]
