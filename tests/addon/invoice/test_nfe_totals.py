"""Which notes of another total are right, and who says so of the others."""

from datetime import datetime

from nfe_case import NfeCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.plug4market_connector.nfe import LooseFile

from simulator.nfe import BRASILIA

ITEM = {"orderItemId": "1", "sku": "CAN-325", "name": "Caneca", "quantity": 1}


class TestNfeTotals(NfeCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.settings(auto_send_invoice=True)

    def sell(self, goods=100, freight=0, interest=0, total=None):
        """The invoice of an order of one item, freight and interest."""
        _hub, invoice = self.import_invoice(
            patch={
                "orderItems": [{**ITEM, "price": goods, "total": goods}],
                "shippingCost": freight,
                "shipping": {"shippingCost": freight},
                "interest": interest,
                "totalAmount": goods + freight + interest if total is None else total,
            }
        )
        return invoice

    def sent(self, invoice):
        return invoice.plug4market_event_ids.filtered(lambda e: e.kind == "invoice")

    def assertLegal(self, invoice, total, words):
        self.upload(invoice, total=f"{total:.2f}", freight="0.00")
        self.assertEqual(
            invoice.plug4market_nfe_state, "authorised", invoice.plug4market_nfe_message
        )
        self.assertIn(words, invoice.plug4market_nfe_remark)
        self.assertTrue(self.sent(invoice))

    # -- what is legal --------------------------------------------------------

    def test_a_note_without_the_marketplaces_freight_goes_by_itself(self):
        self.assertLegal(self.sell(freight=15.5), 100, "the marketplace's freight")

    def test_a_note_without_the_interest_goes_by_itself(self):
        self.assertLegal(self.sell(interest=3.2), 100, "the interest")

    def test_a_note_without_both_goes_by_itself(self):
        invoice = self.sell(freight=15.5, interest=3.2)
        self.assertLegal(invoice, 100, "freight and the interest")

    def test_a_coupon_that_the_marketplace_pays_is_in_the_note(self):
        self.settings(auto_invoice=False)
        _hub, order = self.import_order(
            patch={
                "orderItems": [{**ITEM, "price": 100, "total": 100}],
                "shippingCost": 0,
                "interest": 0,
                "totalAmount": 80,
                "shipping": {"shippingCost": 0},
            }
        )
        self.assertEqual(order.plug4market_difference, -20)
        order.action_plug4market_accept_difference()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertLegal(invoice, 100, "the coupon")

    def test_a_note_of_the_same_total_has_no_remark(self):
        invoice = self.upload(self.sell(freight=15.5), freight="15.50")
        self.assertFalse(invoice.plug4market_nfe_remark)
        self.assertFalse(invoice.plug4market_nfe_total_differs)

    def test_any_other_total_is_asked_about(self):
        for total in ("99.99", "100.01", "84.50", "131.00"):
            with self.subTest(total):
                invoice = self.upload(self.sell(freight=15.5), total=total)
                self.assertEqual(invoice.plug4market_nfe_state, "invalid")
                self.assertTrue(invoice.plug4market_nfe_total_differs)
                self.assertFalse(self.sent(invoice))

    # -- who says so ----------------------------------------------------------

    def test_a_person_finds_a_note_right_and_it_goes(self):
        invoice = self.upload(self.sell(), total="97.00", freight="0.00")
        self.assertFalse(self.sent(invoice))
        invoice.action_plug4market_nfe_right()
        self.assertEqual(invoice.plug4market_nfe_state, "authorised")
        self.assertTrue(self.sent(invoice))
        self.assertEqual(invoice.plug4market_nfe_right_by_id, self.env.user)
        self.assertTrue(invoice.plug4market_nfe_right_at)
        self.assertIn("97.00", invoice.plug4market_nfe_remark.replace(",", "."))
        self.assertIn("right", " ".join(invoice.message_ids.mapped("body")))

    def test_another_note_is_judged_anew(self):
        self.settings(auto_send_invoice=False)
        invoice = self.upload(self.sell(), total="97.00", freight="0.00")
        invoice.action_plug4market_nfe_right()
        self.upload(invoice, total="97.00", freight="0.00", number=77)
        self.assertEqual(invoice.plug4market_nfe_state, "invalid")

    def test_only_the_total_can_be_found_right(self):
        invoice = self.upload(self.sell(), recipient="11144477735")
        with self.assertRaises(UserError):
            invoice.action_plug4market_nfe_right()
        self.upload(invoice, recipient="11144477735", total="97.00", freight="0.00")
        invoice.action_plug4market_nfe_right()
        self.assertEqual(invoice.plug4market_nfe_state, "invalid")
        self.assertFalse(self.sent(invoice))

    def test_who_has_no_role_finds_nothing_right(self):
        invoice = self.upload(self.sell(), total="97.00", freight="0.00")
        user = new_test_user(self.env, "contas", groups="account.group_account_invoice")
        with self.assertRaises(AccessError):
            invoice.with_user(user).action_plug4market_nfe_right()

    def test_a_loose_note_without_the_freight_finds_its_invoice(self):
        invoice = self.sell(freight=15.5)
        order = invoice.plug4market_order_id
        note = self.note(
            invoice,
            total="100.00",
            freight="0.00",
            purchase_number="",
            extra_info=f"PED.{order.client_order_ref}",
            date=datetime.now(BRASILIA).replace(microsecond=0),
        )
        self.env["plug4market.nfe.file"]._take(
            self.company, [LooseFile(name="nota.xml", content=note)], "upload"
        )
        self.assertEqual(invoice.plug4market_nfe_state, "authorised")
