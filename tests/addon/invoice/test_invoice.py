"""The Marketplace menu: invoice, shipment, delivery, cancellation."""

import base64
from datetime import datetime

from invoice_case import InvoiceCase

from odoo.exceptions import UserError

from simulator.nfe import BRASILIA, DEFAULTS, build_key


class TestMarketplaceMenu(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.hub_order, self.order = self.sell()
        self.invoice = self.order.invoice_ids
        self.assertEqual(self.invoice.state, "posted")

    def upload(self, **overrides):
        return super().upload(self.invoice, **overrides)

    def hub_status(self):
        return super().hub_status(self.hub_order)

    def menu(self):
        self.env.invalidate_all()
        return {
            entry["kind"]: entry["reason"] for entry in self.invoice.plug4market_menu
        }

    def test_invoice_shipment_and_delivery_reach_the_hub_one_after_the_other(self):
        self.upload()
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        shown = self.invoice.action_plug4market_send_invoice()
        self.assertEqual(shown["params"]["type"], "success", shown["params"]["message"])
        self.assertEqual(self.hub_status(), "INVOICED")
        sent = self.hub.get_order(self.hub_order["id"])["invoice"]
        self.assertEqual(sent["nfeAccessKey"], self.invoice.plug4market_nfe_access_key)
        self.assertIn("nfeProc", sent["xml"])

        self.env.invalidate_all()
        wizard = self.invoice.action_plug4market_send_shipment()
        wizard = (
            self.env[wizard["res_model"]]
            .with_context(**wizard["context"])
            .create({"carrier": "Correios", "tracking_number": "BR123"})
        )
        wizard.action_send()
        self.env.invalidate_all()
        self.assertEqual(self.hub_status(), "SHIPPED")
        self.assertEqual(self.invoice.plug4market_status, "SHIPPED")

        self.invoice.action_plug4market_send_delivered()
        self.env.invalidate_all()
        self.assertEqual(self.hub_status(), "COMPLETED")
        self.assertEqual(self.order.plug4market_status, "COMPLETED")

    def test_entries_are_enabled_by_state_and_say_why_they_are_not(self):
        menu = self.menu()
        self.assertIn("XML", menu["invoice"])
        self.assertIn("invoice first", menu["shipment"])
        self.assertIn("shipment first", menu["delivered"])
        self.assertFalse(menu["cancel"])

        self.upload()
        self.assertFalse(self.menu()["invoice"])
        self.invoice.action_plug4market_send_invoice()
        menu = self.menu()
        self.assertIn("already", menu["invoice"])
        self.assertFalse(menu["shipment"])

    def test_the_menu_reads_the_xml_when_the_web_client_asks_for_sizes(self):
        self.upload()
        self.env.invalidate_all()
        invoice = self.invoice.with_context(bin_size=True)
        self.assertFalse(invoice.plug4market_menu[0]["reason"])
        self.assertEqual(invoice.plug4market_nfe_state, "authorised")

    def test_a_disabled_entry_that_is_called_anyway_gives_its_reason(self):
        with self.assertRaisesRegex(UserError, "XML"):
            self.invoice.action_plug4market_send_invoice()
        self.assertEqual(self.hub_status(), "APPROVED")

    def test_a_file_that_is_no_nfe_is_named_so_before_any_call(self):
        self.invoice.plug4market_nfe_xml = base64.b64encode(b"<html>not a note</html>")
        self.hub.forget_calls()
        self.assertEqual(self.invoice.plug4market_nfe_state, "invalid")
        with self.assertRaisesRegex(UserError, "NF-e"):
            self.invoice.action_plug4market_send_invoice()
        self.assertFalse(self.hub.calls())

    def test_the_nfe_of_another_invoice_is_refused_in_plain_words(self):
        self.upload(recipient="11144477735", total="1.00")
        message = self.invoice.plug4market_nfe_message
        self.assertIn("another invoice", message)
        self.assertIn("1.00", message)

    def test_a_note_that_is_on_another_invoice_already_is_refused(self):
        _hub, order = self.import_order()
        other = order.invoice_ids
        self.upload()
        other.plug4market_nfe_xml = self.invoice.plug4market_nfe_xml
        self.assertIn(self.invoice.name, other.plug4market_nfe_message)

    def test_every_finding_has_a_sentence_of_its_own(self):
        """Each is built alone: what one code carries another one lacks."""
        day = datetime(2999, 1, 1, tzinfo=BRASILIA)
        key = build_key({**DEFAULTS, "recipient": self.invoice.partner_id.vat})
        broken = {
            "44 digits": {"key": key[:40]},
            "check digit": {"key": key[:-1] + str((int(key[-1]) + 1) % 10)},
            "model 65": {"model": "65"},
            "number": {"key": build_key({**DEFAULTS, "number": 999})},
            "series": {"key": build_key({**DEFAULTS, "series": 7})},
            "state": {"key": build_key({**DEFAULTS, "uf": "35"})},
            "year and month": {"key": build_key({**DEFAULTS, "date": day})},
            "emission type": {"key": build_key({**DEFAULTS, "emission": "9"})},
            "is not a sale": {"purpose": "4", "direction": "0"},
            "not authorised": {"status": "110"},
            "protocol": {"protocol": ""},
            "another note": {"protocol_key": "4" * 44},
            "digests differ": {"protocol_digest": "b3RoZXI="},
            "store is": {"issuer": "12ABC34501DE35"},
            "another invoice": {"recipient": "12ABC34501DE35"},
            "total is zero": {"total": "0.00", "freight": "0.00"},
            "total is": {"total": "77.77"},
            "in the future": {"date": day},
        }
        for words, overrides in broken.items():
            with self.subTest(words):
                self.upload(**overrides)
                self.assertEqual(self.invoice.plug4market_nfe_state, "invalid")
                self.assertIn(words, self.invoice.plug4market_nfe_message)
                self.assertNotIn("_", self.invoice.plug4market_nfe_message)

    def test_a_note_on_an_invoice_of_nothing_says_so(self):
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 0
        self.assertFalse(self.invoice.amount_total)
        self.upload(total="77.77")
        self.assertIn("0.00", self.invoice.plug4market_nfe_message)

    def test_a_note_of_the_test_environment_is_worth_nothing_in_production(self):
        self.upload(environment="2")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        self.company.plug4market_environment = "production"
        self.env.invalidate_all()
        self.assertIn("test environment", self.invoice.plug4market_nfe_message)

    def test_a_rejected_note_is_not_sent(self):
        self.upload(status="204")
        self.assertIn("204", self.invoice.plug4market_nfe_message)

    def test_with_the_hub_away_the_invoice_is_queued_and_goes_by_itself(self):
        self.upload()
        self.hub.faults(bad_gateway=1)
        shown = self.invoice.action_plug4market_send_invoice()
        self.assertEqual(shown["params"]["type"], "warning")
        self.assertIn("tried again", shown["params"]["message"])
        self.assertEqual(self.hub_status(), "APPROVED")

        event = self.events(self.hub_order, kind="invoice")
        event.next_attempt_at = "2020-01-01"
        self.work()
        self.assertEqual(self.hub_status(), "INVOICED")
        self.assertEqual(self.invoice.plug4market_status, "INVOICED")

    def test_an_answer_lost_after_the_hub_did_the_work_counts_as_done(self):
        self.upload()
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/invoice"}, refuse_repeat=True
        )
        self.invoice.action_plug4market_send_invoice()
        self.assertEqual(self.hub_status(), "INVOICED")
        event = self.events(self.hub_order, kind="invoice")
        self.assertEqual(event.state, "pending")
        event.next_attempt_at = "2020-01-01"
        self.work()

        self.assertEqual(event.state, "done", event.message)
        self.assertEqual(self.invoice.plug4market_status, "INVOICED")

    def test_what_the_hub_refuses_waits_for_a_person_and_can_be_sent_again(self):
        self.upload()
        self.hub.faults(
            bad_request={"calls": 1, "path_contains": "/invoice", "form": "objects"}
        )
        shown = self.invoice.action_plug4market_send_invoice()
        self.assertIn("refused", shown["params"]["message"])
        self.env.invalidate_all()
        self.assertTrue(self.invoice.plug4market_last_problem)

        self.invoice.action_plug4market_send_invoice()
        self.assertEqual(self.hub_status(), "INVOICED")

    def test_cancelling_reaches_the_hub_and_odoo_follows_when_the_hub_says_so(self):
        wizard = self.invoice.action_plug4market_cancel_order()
        wizard = self.env[wizard["res_model"]].browse(wizard["res_id"])
        wizard.action_cancel()
        self.env.invalidate_all()

        self.assertEqual(self.hub_status(), "CANCELED")
        self.assertEqual(self.order.plug4market_status, "CANCELED")
        self.assertIn("cancelled", self.menu()["cancel"])

    def cancel(self, **values):
        wizard = self.order.action_plug4market_cancel_order()
        wizard = self.env[wizard["res_model"]].browse(wizard["res_id"])
        wizard.write(values)
        shown = wizard.action_cancel()
        self.env.invalidate_all()
        return shown["params"]

    def test_odoos_own_cancel_button_asks_the_marketplace_first(self):
        opened = self.order.action_cancel()
        self.assertEqual(opened["res_model"], "plug4market.cancel")
        self.assertEqual(self.order.state, "sale")
        self.env[opened["res_model"]].browse(opened["res_id"]).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(self.hub_status(), "CANCELED")

    def test_odoo_does_not_cancel_what_the_hub_has_not_cancelled(self):
        self.hub.faults(cancel_later=True)
        shown = self.cancel()
        self.assertEqual(self.hub_status(), "APPROVED")
        self.assertIn("not finished", shown["message"])
        self.assertEqual(self.order.plug4market_status, "APPROVED")
        self.assertEqual(self.order.state, "sale")

    def test_a_cancellation_that_fails_changes_nothing_in_odoo(self):
        self.hub.faults(bad_request={"calls": 1, "path_contains": "/cancel"})
        shown = self.cancel()
        self.assertEqual(shown["type"], "warning")
        self.assertEqual(self.order.plug4market_status, "APPROVED")
        self.assertEqual(self.order.state, "sale")

    def test_the_reason_of_a_cancellation_is_kept_on_the_order(self):
        self.cancel(reason="Sem estoque na loja")
        self.assertIn("Sem estoque na loja", str(self.order.message_ids.mapped("body")))

    def test_cancelling_supersedes_what_waits_to_be_sent(self):
        self.upload()
        self.hub.faults(bad_gateway=1)
        self.invoice.action_plug4market_send_invoice()
        wizard = self.order.action_plug4market_cancel_order()
        self.env[wizard["res_model"]].browse(wizard["res_id"]).action_cancel()

        self.assertEqual(self.events(self.hub_order, kind="invoice").state, "ignored")
        self.assertEqual(self.hub_status(), "CANCELED")
