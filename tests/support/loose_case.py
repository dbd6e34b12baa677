"""Loose files of NF-es: uploaded in one go, and what became of each."""

from unittest.mock import patch

from nfe_case import NfeCase

from odoo.service.model import call_kw
from odoo.tests import new_test_user

BRANCH_CNPJ = "11222333000262"


def _nothing(_company):
    return []


class LooseCase(NfeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="receiver",
            groups="plug4market_connector.plug4market_connector_group_user",
        )

    @classmethod
    def make_branch(cls):
        """One more store, of which only the CNPJ matters here."""
        companies = cls.env["res.company"]
        ready = patch.object(type(companies), "_plug4market_missing_setup", _nothing)
        with ready:
            return companies.create(
                {
                    "name": "Filial",
                    "vat": BRANCH_CNPJ,
                    "country_id": cls.env.ref("base.br").id,
                    "plug4market_active": True,
                }
            )

    def setUp(self):
        super().setUp()
        self.hub_order, self.invoice = self.import_invoice()
        self.order = self.invoice.plug4market_order_id

    def sell_again(self):
        """One more invoice of the same buyer, over the same total."""
        _hub, invoice = self.import_invoice(
            patch={"billing": {"documentId": self.order.plug4market_document}}
        )
        self.assertEqual(
            invoice.commercial_partner_id, self.invoice.commercial_partner_id
        )
        return invoice

    def take(self, *contents, user=None, **named):
        """Upload files in one go; return their rows."""
        files = {f"{number}.xml": file for number, file in enumerate(contents)} | named
        files = {name.replace("__", "."): content for name, content in files.items()}
        env = self.env(user=user or self.user)
        attachments = env["ir.attachment"].create(
            [{"name": name, "raw": content} for name, content in files.items()]
        )
        received = env["plug4market.nfe.file"]
        # As the web client's uploader calls it.
        action = call_kw(
            received,
            "create_document_from_attachment",
            ["", attachments.ids],
            {"context": dict(env.context)},
        )
        self.env.invalidate_all()
        domain = action.get("domain") or [("id", "=", action["res_id"])]
        rows = received.search(domain, order="id")
        rows.read()
        return rows

    def loose(self, invoice=None, **overrides):
        """A note that says nothing of its order."""
        return self.note(
            invoice or self.invoice,
            **{"purchase_number": "", "extra_info": "Obrigado", **overrides},
        )

    def assertState(self, row, state, words="", invoice=None):
        self.assertEqual(row.state, state, row.message)
        self.assertIn(words, row.message or "")
        expected = invoice or self.env["account.move"]
        self.assertEqual(row.move_id.id, expected.id)
