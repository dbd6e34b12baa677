"""A cancelled order: what Odoo undoes by itself, and what it asks for, once."""

from datetime import timedelta
from unittest.mock import patch

from cancellation_case import CancellationCase

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.plug4market_connector.models.cancellation.undo_plan import UndoPlan

from simulator.nfe import DEFAULTS, build_key


class TestUndoing(CancellationCase):
    # -- invoices -------------------------------------------------------------

    def test_a_draft_invoice_is_cancelled_with_the_order(self):
        self.invoice.button_draft()
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "cancel")
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.activity)

    def test_an_invoice_nothing_depends_on_is_cancelled_and_the_doubt_told(self):
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "cancel")
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.credit_notes)
        self.assertAsks(self.invoice)
        self.assertIn("If an NF-e was issued", self.left())

    def test_a_rejected_note_leaves_no_doubt(self):
        self.upload(status="204")
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "cancel")
        self.assertFalse(self.activity)

    def test_an_nfe_in_force_gets_a_draft_credit_note_and_a_deadline(self):
        self.upload()
        nfe = self.invoice._plug4market_get_nfe()
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "posted")
        self.assertEqual(self.credit_notes.state, "draft")
        self.assertEqual(self.credit_notes.reversed_entry_id, self.invoice)
        self.assertEqual(self.credit_notes.amount_total, self.invoice.amount_total)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.invoice_status, "no")
        self.assertEqual(self.order.picking_ids.mapped("state"), ["cancel"])
        self.assertAsks(self.invoice, self.credit_notes)
        self.assertIn(nfe.access_key, self.left())
        self.assertIn(f"NF-e {nfe.number}", self.left())
        facts = self.invoice._plug4market_nfe_facts()
        self.assertEqual(
            facts.until,
            nfe.authorised_at.replace(tzinfo=None)
            - nfe.authorised_at.utcoffset()
            + timedelta(hours=24),
        )
        self.assertIn(str(facts.until.year % 100), self.left())

    def test_repeated_news_prepare_nothing_twice(self):
        self.upload()
        self.deliver()
        self.news("CANCELED", "CANCELED")
        self.order.plug4market_status = "INVOICED"
        self.news("CANCELED")
        self.assertEqual(len(self.credit_notes), 1)
        self.assertEqual(len(self.returns), 1)

    def test_an_nfe_that_only_the_hub_has_counts(self):
        """Another system sent it: Odoo has no XML of it."""
        key = build_key(DEFAULTS)
        self.order.plug4market_hub_nfe_key = key
        self.news("CANCELED")
        self.assertEqual(self.credit_notes.state, "draft")
        self.assertIn(key, self.left())

    def test_a_paid_invoice_is_not_cancelled(self):
        self.pay()
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "posted")
        self.assertEqual(self.credit_notes.state, "draft")
        self.assertIn("has a payment", self.left())

    def test_a_credit_note_made_by_hand_is_not_made_again(self):
        self.upload()
        self.invoice._reverse_moves()
        by_hand = self.credit_notes
        self.news("CANCELED")
        self.assertEqual(self.credit_notes, by_hand)
        self.assertAsks(by_hand)

    def test_a_credit_note_posted_before_leaves_nothing_to_ask(self):
        self.upload()
        self.invoice._reverse_moves(cancel=True)
        self.news("CANCELED")
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.activity)

    def test_a_credit_note_for_a_part_asks_for_the_rest(self):
        self.upload()
        self.invoice._reverse_moves()
        self.credit_notes.invoice_line_ids[:1].quantity = 1
        self.credit_notes.action_post()
        self.news("CANCELED")
        self.assertEqual(len(self.credit_notes), 1)
        self.assertIn("credit the rest", self.left())

    def test_an_invoice_cancelled_by_hand_still_has_its_nfe(self):
        self.upload()
        self.invoice.button_cancel()
        self.news("CANCELED")
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.credit_notes)
        self.assertIn(self.invoice.plug4market_nfe_access_key, self.left())

    def test_several_invoices_are_undone_each_by_its_own(self):
        line = self.order.order_line[:1]
        line.product_uom_qty += 1
        more = self.order._create_invoices()
        more.action_post()
        self.upload()
        self.news("CANCELED")
        self.assertEqual(more.state, "cancel")
        self.assertEqual(self.credit_notes.reversed_entry_id, self.invoice)

    def lock_the_month_of_the_invoice(self):
        today = fields.Date.today()
        self.invoice.button_draft()
        self.invoice.invoice_date = today - timedelta(days=60)
        self.invoice.action_post()
        self.company.fiscalyear_lock_date = today - timedelta(days=30)

    def test_a_locked_period_gets_a_credit_note_in_place_of_the_cancellation(self):
        self.lock_the_month_of_the_invoice()
        self.news("CANCELED")
        self.assertEqual(self.order.plug4market_status, "CANCELED")
        self.assertEqual(self.invoice.state, "posted")
        self.assertEqual(self.credit_notes.state, "draft")
        self.assertEqual(self.order.picking_ids.mapped("state"), ["cancel"])
        self.assertAsks(self.credit_notes)
        self.assertIn("Odoo refused it", self.left())

    def test_a_credit_note_that_cannot_be_made_is_asked_for_with_the_reason(self):
        self.upload()
        with patch.object(
            type(self.invoice), "_reverse_moves", side_effect=UserError("no journal")
        ):
            self.news("CANCELED")
        self.assertIn("no journal", self.left())
        self.assertEqual(self.order.picking_ids.mapped("state"), ["cancel"])

    # -- goods ----------------------------------------------------------------

    def test_a_delivery_gets_a_return_that_nobody_has_validated(self):
        self.upload()
        delivery = self.deliver()
        self.news("CANCELED")
        self.assertEqual(self.returns.return_id, delivery)
        self.assertEqual(self.returns.state, "assigned")
        self.assertEqual(self.returns.move_ids.product_uom_qty, 2)
        self.assertAsks(self.returns)
        self.assertIn("the goods have left", self.left())

    def test_a_part_delivered_is_returned_and_the_rest_does_not_leave(self):
        delivery = self.deliver(1)
        rest = self.order.picking_ids - delivery
        self.news("CANCELED")
        self.assertEqual(rest.state, "cancel")
        self.assertEqual(self.returns.move_ids.product_uom_qty, 1)
        self.assertEqual(self.returns.return_id, delivery)

    def test_what_came_back_before_is_not_returned_again(self):
        delivery = self.deliver()
        back = delivery._plug4market_return()
        back.move_ids.write({"quantity": 1, "picked": True})
        back.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=back.ids
        ).button_validate()
        self.news("CANCELED")
        self.assertEqual((self.returns - back).move_ids.product_uom_qty, 1)

    def test_goods_that_left_keep_the_invoice_without_nfe(self):
        self.deliver()
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "posted")
        self.assertEqual(self.credit_notes.state, "draft")

    def test_goods_picked_for_a_delivery_that_is_cancelled_are_put_back(self):
        self.order.warehouse_id.delivery_steps = "pick_ship"
        self.hub_order, self.order = self.import_order()
        self.invoice = self.order.invoice_ids
        pick = self.order.picking_ids.filtered(
            lambda p: p.picking_type_code == "internal"
        )
        pick.move_ids.write({"quantity": 2, "picked": True})
        pick.button_validate()
        self.news("CANCELED")
        self.assertEqual(self.order.state, "sale")
        self.assertAsks(pick)
        self.assertIn("Put back into stock", self.left())

    def test_what_the_supplier_delivers_is_left_to_a_person(self):
        """Dropshipping is not installed here: its transfers have their own code."""
        picking = self.order.picking_ids
        with patch.object(
            type(picking), "picking_type_code", property(lambda _picking: "dropship")
        ):
            steps = UndoPlan(self.order).steps()
        self.assertIn(("dropship", picking), steps)
        self.assertNotIn("order", [step.kind for step in steps])
        step = next(step for step in steps if step.kind == "dropship")
        self.assertIn("supplier", UndoPlan(self.order).sentence(step))

    def test_open_manufacturing_orders_are_left_to_a_person(self):
        with patch.object(UndoPlan, "_open_mos", lambda plan: [self.order.partner_id]):
            self.news("CANCELED")
        self.assertEqual(self.order.state, "cancel")
        self.assertIn("manufacturing order", self.left())

    # -- what a person completes ----------------------------------------------

    def test_the_last_thing_done_closes_the_activity_and_the_order(self):
        self.upload()
        self.deliver()
        self.news("CANCELED")
        self.credit_notes.action_post()
        self.assertTrue(self.activity)
        self.assertEqual(self.order.state, "sale")
        self.returns.move_ids.write({"quantity": 2, "picked": True})
        self.returns.button_validate()
        self.assertFalse(self.activity)
        self.assertEqual(self.order.state, "cancel")

    def test_a_posted_credit_note_closes_a_paid_order(self):
        self.pay()
        self.news("CANCELED")
        self.credit_notes.action_post()
        self.assertFalse(self.activity)
        self.assertEqual(self.order.state, "cancel")

    # -- who is told ----------------------------------------------------------

    def test_the_chatter_keeps_what_was_done(self):
        self.upload()
        self.news("CANCELED")
        messages = self.order.message_ids.filtered(lambda m: "Done:" in m.body)
        self.assertEqual(len(messages), 1)
        self.assertIn(f'data-oe-id="{self.invoice.id}"', messages.body)

    def test_an_order_without_invoice_and_goods_asks_for_nothing(self):
        self.settings(auto_invoice=False)
        self.hub_order, self.order = self.import_order()
        self.news("CANCELED")
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self.activity)
