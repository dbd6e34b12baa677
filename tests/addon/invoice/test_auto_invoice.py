"""The invoice that goes to the marketplace by itself."""

import base64
from unittest.mock import patch

from invoice_case import InvoiceCase

from odoo.exceptions import ValidationError

ACTIVITY = "plug4market_connector.mail_activity_type_nfe"


class TestAutoInvoice(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.settings(auto_send_invoice=True)
        self.hub_order, self.order = self.sell()
        self.invoice = self.order.invoice_ids

    def rows(self):
        return self.events(self.hub_order, kind="invoice")

    def asked(self):
        return self.invoice.activity_search([ACTIVITY])

    def assertSent(self):
        self.work()
        self.assertEqual(self.rows().mapped("state"), ["done"], self.rows().message)
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.assertEqual(self.invoice.plug4market_status, "INVOICED")

    # -- what makes it go -----------------------------------------------------

    def test_an_uploaded_nfe_goes_by_itself_and_no_call_is_made_before_the_commit(self):
        self.assertFalse(self.rows())
        self.upload(self.invoice)
        self.assertEqual(self.rows().origin, "automatic")
        self.assertFalse(self.hub.calls())
        self.assertSent()
        self.assertEqual(
            self.sent(self.hub_order, "invoice")["nfeAccessKey"],
            self.invoice.plug4market_nfe_access_key,
        )

    def test_the_nfe_of_a_part_of_the_order_waits_for_a_click(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids[0].quantity = 1
        self.invoice.action_post()
        self.upload(self.invoice)
        self.assertFalse(self.rows())
        self.assertIn(self.order.name, self.asked().note)
        self.invoice.action_plug4market_send_invoice()
        self.assertSent()

    def test_without_the_setting_it_waits_for_a_click(self):
        self.settings(auto_send_invoice=False)
        self.upload(self.invoice)
        self.upload(self.invoice, total="1.00")
        self.assertFalse(self.rows())
        self.assertFalse(self.asked())

    def test_an_nfe_that_came_before_the_invoice_was_posted_goes_with_the_posting(self):
        self.invoice.button_draft()
        self.upload(self.invoice)
        self.assertFalse(self.rows())
        self.invoice.action_post()
        self.assertSent()

    def test_an_nfe_that_another_addon_brings_goes_once_it_says_so(self):
        xml = base64.b64decode(self.nfe(self.invoice))
        self.assertEqual(self.invoice.plug4market_nfe_state, "missing")
        Move = self.env.registry["account.move"]
        with patch.object(Move, "_plug4market_get_nfe_xml", lambda move: xml):
            self.invoice._plug4market_nfe_arrived()
            self.invoice._plug4market_nfe_arrived()
            self.assertEqual(len(self.rows()), 1)
            self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
            self.assertSent()

    def test_many_invoices_at_once_have_a_row_each(self):
        _hub, other = self.sell()
        invoices = self.invoice | other.invoice_ids
        invoices.button_draft()
        self.upload(other.invoice_ids, number=2)
        self.upload(self.invoice, number=3)
        invoices.action_post()
        waiting = self.env["plug4market.order.event"].search(
            [("kind", "=", "invoice"), ("state", "=", "pending")]
        )
        self.assertEqual(waiting.move_id, invoices)
        self.assertEqual(len(waiting), 2)

    # -- what is wrong, and put right -----------------------------------------

    def test_a_wrong_nfe_is_not_sent_and_asks_the_responsible_once(self):
        self.upload(self.invoice, total="1.00")
        self.work()
        self.assertFalse(self.rows())
        self.assertFalse(self.hub.calls())
        asked = self.asked()
        self.assertEqual(len(asked), 1)
        self.assertEqual(asked.user_id, self.company.plug4market_user_id)
        self.assertIn("1.00", asked.note)

        self.upload(self.invoice, total="2.00")
        self.assertEqual(self.asked(), asked)
        self.assertIn("2.00", asked.note)

        self.upload(self.invoice)
        self.assertFalse(self.asked())
        self.assertSent()

    def test_nobody_is_asked_for_an_nfe_that_is_only_not_there_yet(self):
        self.invoice.button_draft()
        self.invoice.action_post()
        self.assertFalse(self.asked())

    def test_the_buyers_document_put_right_lets_it_go(self):
        buyer = self.order.partner_id
        document = buyer.vat
        buyer.vat = "11144477735"
        self.order.plug4market_document = buyer.vat
        self.upload(self.invoice, recipient=document)
        self.assertEqual(len(self.asked()), 1)
        buyer.vat = document
        self.assertFalse(self.asked())
        self.assertSent()

    def test_a_document_that_the_marketplace_shows_later_lets_it_go(self):
        buyer = self.order.partner_id
        document = buyer.vat
        buyer.vat = "11144477735"
        self.order.plug4market_document = buyer.vat
        self.upload(self.invoice, recipient=document)
        buyer.with_context(plug4market_from_hub=True).vat = document
        self.assertSent()

    def test_the_invoices_total_put_right_lets_it_go(self):
        total = f"{self.invoice.amount_total + 10:.2f}"
        self.upload(self.invoice, total=total)
        self.assertFalse(self.rows())
        self.invoice.button_draft()
        line = self.invoice.invoice_line_ids[0]
        line.price_unit += 10 / line.quantity
        self.assertEqual(f"{self.invoice.amount_total:.2f}", total)
        self.invoice.action_post()
        self.assertSent()

    def test_a_note_taken_off_the_wrong_invoice_lets_the_right_one_go(self):
        _hub, other = self.sell()
        wrong = other.invoice_ids
        xml = self.nfe(self.invoice)
        wrong.plug4market_nfe_xml = xml
        self.invoice.plug4market_nfe_xml = xml
        self.assertFalse(self.rows())
        wrong.plug4market_nfe_xml = False
        self.assertSent()

    def test_what_the_hub_refused_is_sent_again_once_it_was_put_right(self):
        self.hub.faults(bad_request={"calls": 1, "path_contains": "/invoice"})
        self.upload(self.invoice)
        self.work()
        self.assertEqual(self.rows().state, "failed")
        self.upload(self.invoice, number=77)
        self.assertSent()

    # -- once -----------------------------------------------------------------

    def test_an_answer_lost_after_the_hub_did_the_work_counts_as_done(self):
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/invoice"}, refuse_repeat=True
        )
        self.upload(self.invoice)
        self.work()
        self.assertEqual(self.rows().state, "pending")
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.rows().next_attempt_at = "2020-01-01"
        self.assertSent()

    def test_with_the_hub_away_nothing_is_queued_twice_and_the_wait_is_kept(self):
        self.hub.faults(bad_gateway=1)
        self.upload(self.invoice)
        self.work()
        row = self.rows()
        due = row.next_attempt_at
        self.upload(self.invoice, number=9)
        self.invoice._plug4market_nfe_arrived()
        self.assertEqual(self.rows(), row)
        self.assertEqual(row.next_attempt_at, due)
        row.next_attempt_at = "2020-01-01"
        self.assertSent()

    def test_what_a_person_ignored_is_not_sent_by_itself(self):
        self.upload(self.invoice)
        self.rows().action_ignore()
        self.upload(self.invoice, number=9)
        self.work()
        self.assertEqual(self.hub_status(self.hub_order), "APPROVED")

    def test_an_order_that_is_cancelled_gets_no_invoice(self):
        self.hub.set_status(self.hub_order["id"], "CANCELED")
        self.notice(self.hub_order)
        self.work()
        self.upload(self.invoice)
        self.assertFalse(self.rows())

    def test_a_failure_stops_no_posting_and_stays_with_the_order(self):
        self.invoice.button_draft()
        self.upload(self.invoice)
        Move = self.env.registry["account.move"]
        broken = patch.object(
            Move, "_plug4market_is_to_be_sent", side_effect=ValidationError("Broken")
        )
        with broken:
            self.invoice.action_post()
        self.assertEqual(self.invoice.state, "posted")
        self.assertIn("Broken", self.order.plug4market_flow_error)

        self.invoice._plug4market_nfe_arrived()
        self.assertFalse(self.order.plug4market_flow_error)
        self.assertSent()
