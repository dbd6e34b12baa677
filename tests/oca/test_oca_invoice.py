"""The NF-e of OCA's l10n_br_fiscal_edi, on its way to the hub."""

from datetime import datetime

from oca_case import STORE, OcaCase

from odoo import fields

from odoo.addons.base.tests.common import new_test_user

from simulator.nfe import BRASILIA, build_nfe


class TestOcaInvoice(OcaCase):
    def setUp(self):
        super().setUp()
        self.settings(auto_invoice=True)
        self.hub_order, self.order = self.import_order([("CAN-325", 2, 39.9)])
        self.invoice = self.order.invoice_ids
        self.assertEqual(
            self.invoice.state, "posted", self.order.plug4market_flow_error
        )

    def authorise(self, status="100", **overrides):
        """What a transmitter of OCA's does once the treasury has answered."""
        document = self.invoice.fiscal_document_id
        xml = build_nfe(
            issuer=STORE,
            recipient=self.invoice.partner_id.vat,
            total=f"{self.invoice.amount_total:.2f}",
            uf="35",
            date=datetime.now(BRASILIA),
            number=document.document_number,
            series=document.document_serie,
            status=status,
            **overrides,
        )
        document.authorization_event_id = self.env[
            "l10n_br_fiscal.event"
        ].create_event_save_xml(
            self.company, "hml", "0", "<NFe/>", document_id=document
        )
        document.authorization_event_id.set_done(
            status, "Autorizado", fields.Datetime.now(), "135260000000001", xml.decode()
        )
        document._change_state("autorizada")
        self.env.invalidate_all()

    def menu(self):
        self.env.invalidate_all()
        return {
            entry["kind"]: entry["reason"] for entry in self.invoice.plug4market_menu
        }

    def test_an_invoice_of_oca_waits_for_its_authorisation(self):
        self.assertEqual(len(self.invoice.document_key), 44)
        self.assertEqual(self.invoice.plug4market_nfe_state, "missing")
        self.assertTrue(self.menu()["invoice"])

    def test_the_authorised_xml_is_sent_by_who_may_not_read_fiscal_events(self):
        self.authorise()
        self.assertEqual(
            self.invoice.plug4market_nfe_state,
            "authorised",
            self.invoice.plug4market_nfe_message,
        )
        user = new_test_user(
            self.env,
            "vendas",
            "plug4market_connector.plug4market_connector_group_user,"
            "account.group_account_invoice,sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        shown = self.invoice.with_user(user).action_plug4market_send_invoice()["params"]
        self.assertEqual(shown["type"], "success", shown["message"])
        sent = self.hub.get_order(self.hub_order["id"])
        self.assertEqual(sent["status"], "INVOICED")
        self.assertIn("nfeProc", sent["invoice"]["xml"])
        self.env.invalidate_all()
        self.assertEqual(self.invoice.plug4market_nfe_state, "sent")
