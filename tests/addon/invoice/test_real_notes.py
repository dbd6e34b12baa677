"""Notes as issuers really write them: found, put on their invoice, and sent alone."""

import base64
import gzip

import issuers
from loose_case import LooseCase
from lxml import etree

from odoo.addons.plug4market_connector.nfe import NfeDocument

from simulator.nfe_event import build_event

MERCADO_LIVRE = "2000001234567890"
SHOPEE = "2503201ABCDEFG"
AMAZON = "702-1234567-1234567"
MAGALU = "LU-1234567890123456"


def canonical(content):
    root = etree.fromstring(content)
    return etree.tostring(root.find(".//{*}infNFe"), method="c14n")


class TestRealForms(LooseCase):
    def test_a_note_in_any_envelope_is_put_on_its_invoice(self):
        forms = {
            "layout 3.10": issuers.layout_310,
            "tax reform": lambda note: issuers.with_reform(note, "1.00"),
            "QR code": issuers.with_supplement,
            "key on lines": issuers.with_broken_key,
            "Windows' lines": issuers.pretty,
            **issuers.ENVELOPES,
        }
        for number, (name, form) in enumerate(forms.items(), 1):
            with self.subTest(name):
                _hub, invoice = self.import_invoice()
                reference = invoice.plug4market_order_id.client_order_ref
                note = self.loose(invoice, number=number, purchase_number=reference)
                row = self.take(form(note))
                self.assertState(row, "matched", invoice=invoice)
                self.assertEqual(invoice.plug4market_nfe_number, str(number))
                self.assertEqual(invoice.plug4market_nfe_state, "authorised")

    def test_what_leaves_is_the_note_alone_as_it_was_signed(self):
        note = self.loose(number=1)
        self.take(issuers.soap(note))
        self.invoice.action_plug4market_send_invoice()
        sent = self.hub.get_order(self.hub_order["id"])["invoice"]["xml"]
        self.assertTrue(sent.startswith("<nfeProc"), sent[:100])
        self.assertEqual(canonical(sent.encode()), canonical(note))

    def test_an_upload_or_attachment_may_be_in_an_envelope_too(self):
        ways = {
            "uploaded": lambda move, note: move.write(
                {"plug4market_nfe_xml": base64.b64encode(issuers.distribution(note))}
            ),
            "attached": lambda move, note: self.attach(
                move, issuers.as_cdata(note), name="erp.xml"
            ),
            "gzipped": lambda move, note: self.attach(
                move, gzip.compress(note), name="nfe.xml.gz"
            ),
        }
        for number, (name, way) in enumerate(ways.items(), 1):
            with self.subTest(name):
                _hub, invoice = self.import_invoice()
                way(invoice, self.loose(invoice, number=number))
                self.assertEqual(invoice.plug4market_nfe_number, str(number))
                self.assertEqual(invoice.plug4market_nfe_state, "authorised")

    def test_a_gzipped_note_comes_by_mail(self):
        rows = self.env["plug4market.nfe.file"].message_new(
            {
                "subject": "NF-e",
                "attachments": [
                    ("nota.xml.gz", gzip.compress(self.loose(number=1)), {}),
                    ("nota.pdf", b"%PDF", {}),
                ],
            },
            {"company_id": self.company.id},
        )
        self.assertState(rows, "matched", invoice=self.invoice)

    # -- several documents in one file ----------------------------------------

    def test_each_note_of_a_batch_goes_to_its_invoice(self):
        _hub, other = self.import_invoice()
        rows = self.take(
            issuers.distribution(
                self.loose(number=1),
                f"<resNFe><chNFe>{list(range(50))}</chNFe></resNFe>".encode(),
                self.loose(other, number=2),
            )
        )
        self.assertEqual(rows.mapped("state"), ["matched", "not_nfe", "matched"])
        self.assertEqual(rows.move_id.ids, [self.invoice.id, other.id])

    def test_a_file_of_several_notes_is_none_of_one_invoice_and_says_so(self):
        notes = self.loose(number=1), self.loose(number=2)
        content = base64.b64encode(issuers.distribution(*notes))
        self.invoice.plug4market_nfe_xml = content
        self.assertEqual(self.invoice.plug4market_nfe_state, "invalid")
        self.assertIn("several NF-es", self.invoice.plug4market_nfe_message)

    def test_an_event_beside_a_note_cancels_whichever_it_is_of(self):
        mine, old = self.loose(number=1), self.loose(number=2)
        key = NfeDocument.from_xml(old).access_key
        content = b"<x>" + issuers.bare(mine) + issuers.bare(build_event(key=key))
        self.attach(self.invoice, content + b"</x>")
        self.assertEqual(self.invoice.plug4market_nfe_number, "1")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        self.assertState(self.take(old), "cancelled")

    def test_an_event_in_a_packed_batch_cancels_the_note_on_the_invoice(self):
        note = self.loose(number=1)
        self.take(note)
        key = NfeDocument.from_xml(note).access_key
        event, other = self.take(
            issuers.distribution(build_event(key=key), self.loose(number=9))
        )
        self.assertState(event, "cancellation", invoice=self.invoice)
        self.assertState(other, "waiting")
        self.assertEqual(self.invoice.plug4market_nfe_state, "cancelled")

    # -- parties --------------------------------------------------------------

    def test_issuer_and_buyer_may_have_letters_in_their_cnpj(self):
        connections = self.env["plug4market.connection"]
        store = connections.search([("company_id", "=", self.company.id)])
        store.store_cnpj = "12ABC34501DE35"
        for number, buyer in enumerate(("AB1C2D3E000130", "11222333000262"), 1):
            _hub, invoice = self.import_invoice(
                patch={"billing": {"documentId": buyer}}
            )
            note = self.loose(
                invoice, issuer="12ABC34501DE35", recipient=buyer, number=number
            )
            self.assertState(self.take(note), "matched", invoice=invoice)

    def test_a_foreigner_s_note_is_found_by_its_order(self):
        self.order.plug4market_document = False
        self.invoice.partner_id.vat = False
        foreign = {"recipient": "AB1234567", "number": 1}
        self.assertState(self.take(self.loose(**foreign)), "waiting")
        foreign = {"recipient": "AB1234567", "number": 2}
        named = self.loose(purchase_number=self.order.client_order_ref, **foreign)
        self.assertState(self.take(named), "matched", invoice=self.invoice)


class TestRealNumbers(LooseCase):
    """Of two invoices of one buyer over one total, only a number tells which it is."""

    def setUp(self):
        super().setUp()
        self.twin = self.sell_again()
        self.other_order = self.twin.plug4market_order_id

    def rename(self, mine, other):
        self.order.client_order_ref = mine
        self.other_order.client_order_ref = other

    def test_the_numbers_of_each_marketplace_are_found(self):
        written = {
            MERCADO_LIVRE: "PED.{}",
            SHOPEE: "Pedido nº{}",
            SHOPEE.lower(): "OC: “{}”",
            AMAZON: "Pedido – {} –",
            MAGALU: "#{}",
        }
        for number, (reference, words) in enumerate(written.items(), 1):
            with self.subTest(reference):
                invoice, twin = self.sell_again(), self.sell_again()
                invoice.plug4market_order_id.client_order_ref = reference.upper()
                twin.plug4market_order_id.client_order_ref = reference.upper()[::-1]
                note = self.loose(
                    invoice, number=number, extra_info=words.format(reference)
                )
                self.assertState(self.take(note), "matched", invoice=invoice)
                self.assertFalse(twin.plug4market_nfe_access_key)

    def test_a_number_inside_of_a_longer_one_is_no_match(self):
        longer = {
            f"Pedido {MERCADO_LIVRE}0": MERCADO_LIVRE,
            f"Pedido {MERCADO_LIVRE}": MERCADO_LIVRE[:-1],
            f"Pedido {AMAZON}": "1234567",
            f"PED.{SHOPEE}": SHOPEE[:7],
        }
        for number, (words, part) in enumerate(longer.items(), 1):
            with self.subTest(words):
                self.rename(part, "X")
                row = self.take(self.loose(number=number, extra_info=words))
                self.assertState(row, "choose", "2 invoices")
                self.assertFalse(row.order_id)

    def test_two_orders_that_the_note_names_are_asked_about(self):
        self.rename(MERCADO_LIVRE, AMAZON)
        words = f"Pedido {MERCADO_LIVRE}, troca do pedido {AMAZON}"
        row = self.take(self.loose(extra_info=words))
        self.assertState(row, "choose", "2 invoices")
        self.assertEqual(row.candidate_ids, self.invoice | self.twin)

    def test_one_of_two_whose_invoice_is_not_posted_is_asked_about(self):
        self.rename(MERCADO_LIVRE, AMAZON)
        self.twin.button_draft()
        words = f"{MERCADO_LIVRE} / {AMAZON}"
        row = self.take(self.loose(extra_info=words))
        self.assertState(row, "choose", self.other_order.name)
        self.assertEqual(row.candidate_ids, self.invoice)
        self.twin.action_post()
        self.env.invalidate_all()
        self.assertState(row, "choose", "2 invoices")

    def test_of_two_the_one_that_has_its_note_already_is_not_meant(self):
        self.rename(MERCADO_LIVRE, AMAZON)
        self.upload(self.twin, number=1)
        words = f"Pedido {MERCADO_LIVRE}, troca do pedido {AMAZON}"
        row = self.take(self.loose(extra_info=words, number=2))
        self.assertState(row, "matched", invoice=self.invoice)

    def test_a_number_that_was_cut_may_be_of_two_orders(self):
        self.rename(f"{MERCADO_LIVRE[:-1]}1", f"{MERCADO_LIVRE[:-1]}2")
        cut = {"purchase_number": MERCADO_LIVRE[:-1], "number": 1}
        row = self.take(self.loose(**cut))
        self.assertState(row, "choose", "2 invoices")
        said = f"Pedido: {self.other_order.client_order_ref}"
        cut["number"] = 2
        row = self.take(self.loose(extra_info=said, **cut))
        self.assertState(row, "matched", invoice=self.twin)
