"""From a notice to a sale order."""

from datetime import datetime, timedelta
from unittest.mock import patch

from nfe_case import NfeCase

from odoo.exceptions import UserError
from odoo.tests import freeze_time


class TestOrderImport(NfeCase):
    def test_an_approved_order_becomes_a_confirmed_sale_order_with_the_same_total(self):
        hub_order, order = self.import_order()

        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertEqual(order.plug4market_status, "APPROVED")
        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)
        self.assertFalse(order.plug4market_needs_attention)
        self.assertEqual(order.client_order_ref, hub_order["saleChannelOrderId"])
        self.assertEqual(order.plug4market_channel_id.hub_id, 7)
        self.assertEqual(
            order.order_line.filtered("plug4market_sku").product_id, self.product
        )
        self.assertNoWorkLeft()

    def test_the_order_is_confirmed_to_the_hub_with_our_number(self):
        hub_order, order = self.import_order()

        known = self.hub.get_order(hub_order["id"])
        self.assertEqual(known["orderIdStore"], order.name)
        self.assertTrue(self.events(hub_order, kind="confirm", state="done"))

    def test_ten_notices_of_one_order_read_it_once_and_make_one_order(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        for _copy in range(10):
            self.notice(hub_order)
        self.work()

        self.assertEqual(len(self.find_order(hub_order)), 1)
        reads = self.hub.calls(method="GET", path_prefix=f"/orders/{hub_order['id']}")
        self.assertEqual(len(reads), 1)
        self.assertEqual(len(self.events(hub_order, kind="notice", state="done")), 10)

    def test_the_buyer_is_found_again_by_document(self):
        _first, order = self.import_order()
        second = self.hub.order(
            [("CAN-325", 1, 39.9)],
            patch={
                "billing": {"documentId": order.partner_id.vat},
            },
        )
        self.notice(second)
        self.work()

        self.assertEqual(self.find_order(second).partner_id, order.partner_id)

    def test_an_unknown_sku_stays_a_quotation_until_a_product_has_it(self):
        hub_order, order = self.import_order([("NEW-1", 1, 50.0)])

        self.assertEqual(order.state, "draft")
        self.assertIn("NEW-1", order.plug4market_attention)
        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)

        product = self.make_product("NEW-1", "Novidade", 50.0)
        self.env.invalidate_all()

        self.assertIn(product, order.order_line.product_id)
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)

    def test_a_total_that_does_not_add_up_shows_both_and_waits_for_a_person(self):
        _hub, order = self.import_order(patch={"totalAmount": 500.0})

        self.assertAlmostEqual(order.amount_total, 500.0, 2)
        self.assertEqual(order.state, "draft")
        self.assertIn("500", order.plug4market_attention)
        self.assertTrue(order.activity_ids)

        order.action_plug4market_accept_difference()
        self.assertEqual(order.state, "sale")

    def test_an_order_without_document_or_address_is_imported_and_waits(self):
        nothing = dict.fromkeys(
            (
                "documentId",
                "street",
                "streetNumber",
                "district",
                "city",
                "state",
                "zipCode",
                "email",
                "phone",
                "ibge",
                "country",
            )
        )
        _hub, order = self.import_order(
            patch={"billing": nothing, "shipping": {**nothing, "recipientName": None}}
        )

        self.assertEqual(order.state, "draft")
        self.assertFalse(order.partner_id.vat)
        self.assertIn("CPF", order.plug4market_attention)

        order.partner_id.vat = "529.982.247-25"
        order.partner_shipping_id.state_id = self.env.ref("base.state_br_pr")
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def test_settings_can_keep_marketplace_sales_as_quotations(self):
        self.settings(order_target="quotation")
        _hub, order = self.import_order()

        self.assertEqual(order.state, "draft")
        self.assertFalse(order.plug4market_needs_attention)

    def test_settings_can_issue_the_invoice_automatically(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()

        (invoice,) = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertAlmostEqual(invoice.amount_total, hub_order["totalAmount"], 2)
        self.assertEqual(invoice.plug4market_order_id, order)

    def test_the_invoice_is_on_ordered_quantities_whatever_the_product_says(self):
        self.product.invoice_policy = "delivery"
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()
        self.assertAlmostEqual(
            order.invoice_ids.amount_total, hub_order["totalAmount"], 2
        )

    def test_an_order_is_worked_in_one_place_at_a_time(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        self.notice(hub_order)
        Event = self.env["plug4market.order.event"]
        with self.worker._at_work():
            claimed = Event._claim()
            self.assertEqual(len(claimed), 1)
            later = self.notice(hub_order)
            self.assertFalse(Event._claim())

            claimed.lease_id = False
            self.env.flush_all()
            self.assertEqual(Event._claim(), claimed | later)

    def test_an_unpaid_order_is_noted_and_imported_once_it_is_approved(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)], status="CREATED")
        self.notice(hub_order)
        self.work()
        self.assertFalse(self.find_order(hub_order))
        self.assertEqual(self.events(hub_order).state, "ignored")

        self.hub.set_status(hub_order["id"], "APPROVED")
        self.notice(hub_order)
        self.work()
        self.assertTrue(self.find_order(hub_order))

    def test_the_poll_finds_what_no_webhook_announced_and_then_nothing(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        self.worker._poll_company(self.company)
        self.work()
        self.assertTrue(self.find_order(hub_order))

        self.hub.forget_calls()
        self.worker._poll_company(self.company)
        self.assertEqual(len(self.hub.calls()), 1)
        self.assertNoWorkLeft()

    def test_the_hourly_sweep_finds_a_status_whose_webhook_was_lost(self):
        hub_order, order = self.import_order()
        self.worker._poll_company(self.company)
        self.hub.set_status(hub_order["id"], "CANCELED")
        self.worker._poll_company(self.company)
        self.work()
        self.assertEqual(order.plug4market_status, "APPROVED")

        with freeze_time(datetime.now() + timedelta(hours=1, minutes=1)):
            self.worker._poll_company(self.company)
            self.work()
        self.assertEqual(order.plug4market_status, "CANCELED")
        self.assertEqual(order.state, "cancel")

    def test_the_tax_of_the_product_is_inside_the_marketplace_price(self):
        tax = self.env["account.tax"].create(
            {"name": "17 % on top", "amount": 17.0, "type_tax_use": "sale"}
        )
        self.product.taxes_id = tax
        hub_order, order = self.import_order()

        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)
        self.assertGreater(order.amount_tax, 0)
        self.assertTrue(tax.plug4market_included_tax_id.price_include)

    def test_the_taxes_of_ordinary_orders_stay_what_they_were(self):
        taxes = self.env["account.tax"].search([("type_tax_use", "=", "sale")])
        positions = self.env["account.fiscal.position"].search([])
        before = {p.id: {t.id: p.map_tax(t).ids for t in taxes} for p in positions}
        _hub, order = self.import_order()
        self.assertTrue(order.order_line.tax_ids)
        after = {p.id: {t.id: p.map_tax(t).ids for t in taxes} for p in positions}
        self.assertEqual(after, before)

    def test_an_order_handled_before_odoo_knew_it_waits_for_a_person(self):
        _hub, order = self.import_order(status="SHIPPED")
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.plug4market_needs_attention)

    def test_repeated_cancellations_ask_a_person_once(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()
        self.hub.set_status(hub_order["id"], "CANCELED")
        for _copy in range(3):
            self.notice(hub_order)
            self.work()
        self.assertEqual(len(order.activity_ids), 1)

    def test_an_order_the_hub_forbids_does_not_stop_its_store(self):
        forbidden = self.hub.order([("CAN-325", 1, 39.9)])
        good = self.hub.order([("CAN-325", 1, 39.9)])
        self.hub.faults(expired_access={"calls": 2, "path_contains": forbidden["id"]})
        self.notice(forbidden)
        self.notice(good)
        self.work()
        self.assertTrue(self.find_order(good))
        self.assertEqual(self.events(forbidden, kind="notice").attempts, 1)

    def test_a_later_status_moves_the_order_and_a_late_one_does_not(self):
        hub_order, order = self.import_order()
        self.hub.set_status(hub_order["id"], "SHIPPED")
        self.notice(hub_order)
        self.work()
        self.assertEqual(order.plug4market_status, "SHIPPED")

        self.hub.set_status(hub_order["id"], "APPROVED")
        self.notice(hub_order)
        self.work()
        self.assertEqual(order.plug4market_status, "SHIPPED")

    def test_an_order_cancelled_on_the_marketplace_is_cancelled_in_odoo(self):
        hub_order, order = self.import_order()
        self.hub.set_status(hub_order["id"], "CANCELED")
        self.notice(hub_order)
        self.work()

        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.plug4market_status, "CANCELED")

    def test_a_cancelled_order_with_an_invoice_asks_a_person_for_the_credit_note(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()
        self.upload(order.invoice_ids)
        self.hub.set_status(hub_order["id"], "CANCELED")
        self.notice(hub_order)
        self.work()

        self.assertEqual(order.state, "sale")
        credit_note = order.invoice_ids.reversal_move_ids
        self.assertEqual(credit_note.state, "draft")
        self.assertIn(f'data-oe-id="{credit_note.id}"', order.activity_ids[-1:].note)

    def test_every_odd_shape_of_the_hub_is_imported_with_its_total(self):
        shapes = [
            {"uppercase_ids": True},
            {"null_fields": True},
            {"missing_newer_fields": True},
            {"swapped_types": True},
            {"buyer": "masked"},
            {"buyer": "missing"},
        ]
        for shape in shapes:
            with self.subTest(shape):
                hub_order = self.hub.order([("CAN-325", 2, 39.9)])
                self.hub.faults(**shape)
                self.notice(hub_order)
                self.work()
                self.hub.faults()
                order = self.find_order(hub_order)
                self.assertEqual(
                    len(order), 1, self.events(hub_order).mapped("message")
                )
                self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)

    def test_a_masked_buyer_keeps_the_order_waiting_until_the_hub_shows_the_document(
        self,
    ):
        self.hub.faults(buyer="masked")
        hub_order, order = self.import_order()
        self.assertFalse(order.partner_id.vat)
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.plug4market_document)

        self.hub.faults()
        self.notice(hub_order)
        self.work()
        self.assertTrue(order.partner_id.vat)
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def test_a_page_instead_of_an_answer_is_tried_again_and_loses_nothing(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        event = self.notice(hub_order)
        self.hub.faults(bad_gateway=1)
        self.work()
        self.assertEqual((event.state, event.failure), ("pending", "transient"))
        self.assertEqual(event.attempts, 1)

        event.next_attempt_at = "2020-01-01"
        self.work()
        self.assertTrue(self.find_order(hub_order))

    def test_one_order_odoo_cannot_write_does_not_stop_the_others(self):
        good = [self.hub.order([("CAN-325", 1, 39.9)]) for _order in range(3)]
        bad = self.hub.order([("CAN-325", 1, 39.9)], patch={"note": "poison"})
        for hub_order in (good[0], bad, *good[1:]):
            self.notice(hub_order)
        importer = type(self.env["plug4market.order.import"])
        prepare = importer._prepare_order_values

        def poisoned(self, lookup, hub_order, *partners):
            if hub_order.note == "poison":
                raise UserError("This order cannot be written.")
            return prepare(self, lookup, hub_order, *partners)

        with patch.object(importer, "_prepare_order_values", poisoned):
            self.work()

        for hub_order in good:
            self.assertTrue(self.find_order(hub_order))
        event = self.events(bad)
        self.assertEqual((event.state, event.failure), ("failed", "person"))
        self.assertIn("cannot be written", event.message)

        event.action_retry()
        self.work()
        self.assertTrue(self.find_order(bad))
