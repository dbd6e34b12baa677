"""Where an invoice's NF-e comes from, which file wins, and when its arrival is told."""

import base64
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from nfe_case import NfeCase

from odoo.exceptions import UserError

from odoo.addons.plug4market_connector.models.invoice.account_move_nfe import (
    MAX_ENCODED,
)
from odoo.addons.plug4market_connector.nfe import MAX_BYTES

from simulator.nfe import BRASILIA


class TestNfeSources(NfeCase):
    def setUp(self):
        super().setUp()
        self.hub_order, self.invoice = self.import_invoice()
        self.arrived = []
        hook = patch.object(
            type(self.invoice),
            "_plug4market_nfe_arrived",
            lambda moves: self.arrived.extend(moves.ids),
        )
        self.enterContext(hook)

    def assertNote(self, number, state="authorised"):
        self.assertEqual(self.invoice.plug4market_nfe_number, str(number))
        self.assertEqual(self.invoice.plug4market_nfe_state, state)

    def assertNoNote(self):
        self.assertFalse(self.invoice.plug4market_nfe_access_key)
        self.assertEqual(self.invoice.plug4market_nfe_state, "missing")

    # -- each source ----------------------------------------------------------

    def test_an_xml_attached_by_another_addon_is_the_nfe(self):
        self.attach(self.invoice, self.note(self.invoice, number=77))
        self.assertNote(77)
        self.invoice.action_plug4market_send_invoice()
        sent = self.hub.get_order(self.hub_order["id"])["invoice"]
        self.assertEqual(sent["nfeAccessKey"], self.invoice.plug4market_nfe_access_key)

    def test_an_xml_dropped_in_the_chatter_is_the_nfe(self):
        """The composer keeps it for itself until the message is sent."""
        pending = self.env["ir.attachment"].create(
            {
                "name": "nfe.xml",
                "raw": self.note(self.invoice, number=78),
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        self.assertNoNote()
        self.invoice.message_post(body="NF-e", attachment_ids=pending.ids)
        self.assertNote(78)

    def test_an_xml_that_comes_to_the_invoice_by_mail_is_the_nfe(self):
        self.invoice.message_post(
            body="NF-e", attachments=[("nfe.xml", self.note(self.invoice, number=79))]
        )
        self.assertNote(79)

    def test_an_xml_that_another_addon_keeps_in_a_field_is_the_nfe(self):
        note = self.note(self.invoice, number=80)
        self.attach(self.invoice, note, res_field="l10n_br_edi_xml_attachment_file")
        self.assertNote(80)

    def test_an_xml_that_odoo_takes_for_a_text_is_read_by_its_name(self):
        note = self.note(self.invoice, number=81)
        attachment = self.attach(self.invoice, note, mimetype="text/plain")
        self.assertEqual(attachment.mimetype, "text/plain")
        self.assertNote(81)

    def test_a_fiscal_addon_s_file_is_the_nfe(self):
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": self.note(self.invoice, number=82)}
        )
        with patch.object(
            type(self.invoice), "_plug4market_fiscal_files", lambda _move: file
        ):
            self.assertEqual(self.invoice._plug4market_get_nfe().number, "82")

    def test_an_invoice_of_no_marketplace_looks_at_nothing(self):
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.invoice.partner_id.id}
        )
        self.attach(invoice, self.note(self.invoice))
        self.assertFalse(invoice.plug4market_nfe_attachment_id)
        self.assertFalse(invoice.plug4market_nfe_access_key)

    # -- which file wins ------------------------------------------------------

    def test_another_document_is_ignored_and_never_sent(self):
        strangers = {
            "other buyer": self.note(self.invoice, recipient="11144477735"),
            "other total": self.note(self.invoice, total="1.00", freight="0.00"),
            "a return": self.note(self.invoice, purpose="4", direction="0"),
            "another store": self.note(self.invoice, issuer="12ABC34501DE35"),
            "an order": b"<order><id>1</id></order>",
            "no XML": b"hello",
        }
        for name, content in strangers.items():
            with self.subTest(name):
                self.attach(self.invoice, content, name=f"{name}.xml")
                self.assertNoNote()
        with self.assertRaises(UserError):
            self.invoice.action_plug4market_send_invoice()

    def test_of_several_files_the_right_note_wins(self):
        right = self.note(self.invoice, number=90)
        self.attach(self.invoice, self.note(self.invoice, recipient="11144477735"))
        self.attach(self.invoice, right)
        self.attach(self.invoice, b"<order/>")
        self.assertNote(90)

    def test_a_right_attachment_wins_over_a_wrong_upload(self):
        self.upload(status="204")
        self.assertEqual(self.invoice.plug4market_nfe_state, "invalid")
        self.attach(self.invoice, self.note(self.invoice, number=91))
        self.assertNote(91)

    def test_a_rejected_note_of_the_invoice_says_why_until_the_right_one_comes(self):
        self.attach(self.invoice, self.note(self.invoice, number=92, status="204"))
        self.assertNote(92, "invalid")
        self.assertIn("204", self.invoice.plug4market_nfe_message)
        self.attach(self.invoice, self.note(self.invoice, number=93))
        self.assertNote(93)

    def test_the_key_that_a_fiscal_addon_knows_decides(self):
        with patch.object(
            type(self.invoice), "_plug4market_fiscal_key", lambda _move: "4" * 44
        ):
            self.attach(self.invoice, self.note(self.invoice))
            self.assertNoNote()

    def test_an_attachment_that_is_deleted_takes_its_note_along(self):
        attachment = self.attach(self.invoice, self.note(self.invoice))
        self.assertTrue(self.invoice.plug4market_nfe_access_key)
        attachment.unlink()
        self.assertNoNote()

    def test_a_huge_file_is_not_read(self):
        note = self.note(self.invoice)
        padding = b" " * (6 * 1024 * 1024)
        self.attach(self.invoice, note.replace(b"</nfeProc>", padding + b"</nfeProc>"))
        self.assertNoNote()

    # -- arrival --------------------------------------------------------------

    def test_an_upload_that_is_too_large_is_not_even_stored(self):
        self.upload(self.invoice)
        # Base64, as the web client and XML-RPC give it.
        large = "A" * (MAX_ENCODED + 1)
        refused = self.assertRaisesRegex(UserError, "too large to be an NF-e")
        with patch.object(base64, "b64decode", side_effect=AssertionError), refused:
            self.invoice.plug4market_nfe_xml = large
        with refused:
            self.env["account.move"].create(
                {"move_type": "out_invoice", "plug4market_nfe_xml": large.encode()}
            )

    def test_the_form_says_of_an_upload_that_it_is_too_large(self):
        """Before it is saved, the web client asks what becomes of the other fields."""
        decoded = []

        def decode(content, decode=base64.b64decode):
            decoded.append(len(content))
            return decode(content)

        lines = b"\n".join([b"A" * 76] * (2 * MAX_ENCODED // 76))
        for large in (b"A" * (2 * MAX_ENCODED), lines):
            form = self.invoice.new({"plug4market_nfe_xml": large}, origin=self.invoice)
            with patch.object(base64, "b64decode", decode):
                self.assertEqual(form.plug4market_nfe_state, "invalid")
            self.assertIn("too large", form.plug4market_nfe_message)
            self.assertLessEqual(max(decoded), MAX_ENCODED)

    def test_a_fiscal_addon_s_file_that_is_too_large_is_not_read(self):
        large = self.attach(self.invoice, b"<a>" * (MAX_BYTES // 3 + 1), "nfe.txt")
        with patch.object(
            type(self.invoice), "_plug4market_fiscal_files", lambda _move: large
        ):
            self.assertFalse(self.invoice._plug4market_nfe_files())

    def test_the_arrival_is_told_once_from_every_source(self):
        self.attach(self.invoice, self.note(self.invoice, number=1))
        self.assertEqual(self.arrived, self.invoice.ids)
        self.attach(self.invoice, self.note(self.invoice, number=1))
        self.env.cr.precommit.run()
        self.assertEqual(self.arrived, self.invoice.ids)

        _hub, other = self.import_invoice()
        self.upload(other, number=2)
        self.upload(other, number=2)
        self.assertEqual(self.arrived, [self.invoice.id, other.id])

    def test_a_note_that_is_wrong_has_not_arrived(self):
        self.upload(status="204")
        self.assertFalse(self.arrived)
        self.upload()
        self.assertEqual(self.arrived, self.invoice.ids)

    def test_a_note_on_a_draft_arrives_when_the_invoice_is_posted(self):
        self.invoice.button_draft()
        note = self.note(self.invoice, number=5)
        self.attach(self.invoice, note)
        self.assertFalse(self.arrived)
        self.invoice.action_post()
        self.assertEqual(self.arrived, self.invoice.ids)
        self.assertNote(5)

    def test_what_another_addon_writes_elsewhere_arrives_at_the_end(self):
        """Its fields only trigger the computation of ours."""
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": self.note(self.invoice)}
        )
        with patch.object(
            type(self.invoice), "_plug4market_fiscal_files", lambda _move: file
        ):
            field = self.invoice._fields["plug4market_nfe_access_key"]
            self.env.add_to_compute(field, self.invoice)
            self.env.flush_all()
            self.assertFalse(self.arrived)
            self.env.cr.precommit.run()
        self.assertEqual(self.arrived, self.invoice.ids)

    # -- sent is sent ---------------------------------------------------------

    def test_the_note_that_the_marketplace_has_stays_as_it_is(self):
        attachment = self.attach(self.invoice, self.note(self.invoice, number=6))
        self.invoice.action_plug4market_send_invoice()
        self.env.invalidate_all()
        for change in (
            lambda: self.upload(number=7),
            lambda: self.invoice.write({"plug4market_nfe_xml": False}),
            attachment.unlink,
        ):
            with self.assertRaisesRegex(UserError, self.invoice.name):
                change()
        self.attach(self.invoice, self.note(self.invoice, number=8))
        self.assertNote(6, "sent")

    def test_an_order_invoiced_elsewhere_still_takes_its_note(self):
        self.hub.set_status(self.hub_order["id"], "INVOICED")
        self.notice(self.hub_order, "INVOICED")
        self.work()
        self.assertEqual(self.invoice.plug4market_nfe_state, "sent")
        self.upload(number=9)
        self.assertNote(9, "sent")


class TestNfePreFlight(NfeCase):
    def setUp(self):
        super().setUp()
        self.hub_order, self.invoice = self.import_invoice()
        self.order = self.invoice.plug4market_order_id

    def assertRefused(self, words, invoice=None):
        invoice = invoice or self.invoice
        self.assertEqual(invoice.plug4market_nfe_state, "invalid")
        self.assertIn(words, invoice.plug4market_nfe_message)

    def test_a_note_older_than_the_order_is_another_order_s(self):
        day_before = self.order.date_order - timedelta(days=1)
        self.upload(date=day_before.replace(tzinfo=BRASILIA))
        self.assertRefused("older than the order")

    def test_a_return_is_no_sale(self):
        self.upload(purpose="4", direction="0")
        self.assertRefused("return")

    def test_the_note_may_be_for_the_marketplace_s_buyer(self):
        """Who bought stands on the order, even if somebody else is invoiced."""
        document = self.order.plug4market_document
        self.invoice.partner_id.vat = False
        self.upload(recipient=document)
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        self.upload(recipient="11144477735")
        self.assertRefused("another invoice")

    def test_the_note_may_be_for_the_company_of_the_contact_that_is_invoiced(self):
        company = self.env["res.partner"].create(
            {"name": "Compradora SA", "is_company": True, "vat": "12ABC34501DE35"}
        )
        contact = self.env["res.partner"].create(
            {"name": "Compras", "parent_id": company.id}
        )
        self.invoice.button_draft()
        self.invoice.partner_id = contact
        self.invoice.action_post()
        self.upload(recipient="12ABC34501DE35")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    def test_a_masked_document_refuses_no_note(self):
        self.order.plug4market_document = "***.982.247-**"
        self.invoice.partner_id.vat = False
        self.upload(recipient="52998224725")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    # -- one note an order, and no reuse --------------------------------------

    def again(self):
        """Invoice the order again, after its invoice was undone."""
        invoice = self.order._create_invoices()
        invoice.action_post()
        return invoice

    def test_a_cancelled_invoice_gives_its_note_to_the_next(self):
        self.upload(number=10)
        note = self.invoice.plug4market_nfe_xml
        self.invoice.button_draft()
        self.invoice.button_cancel()
        again = self.again()
        again.plug4market_nfe_xml = note
        self.assertEqual(again.plug4market_nfe_state, "authorised")

    def test_a_reversed_invoice_keeps_its_note(self):
        self.upload(number=11)
        note = self.invoice.plug4market_nfe_xml
        refund = self.invoice._reverse_moves(cancel=True)
        self.assertEqual(refund.state, "posted")
        again = self.again()
        again.plug4market_nfe_xml = note
        self.assertRefused(self.invoice.name, again)
        self.upload(again, number=12)
        self.assertEqual(again.plug4market_nfe_state, "authorised")

    def test_a_note_of_another_company_is_not_used_again(self):
        other = self.env["res.company"].create({"name": "Outra loja"})
        self.upload(number=13)
        note = self.invoice.plug4market_nfe_xml
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET company_id = %s WHERE id = %s",
            [other.id, self.invoice.id],
        )
        self.env.invalidate_all()
        _hub, mine = self.import_invoice()
        mine.with_context(allowed_company_ids=self.company.ids).write(
            {"plug4market_nfe_xml": note}
        )
        self.assertRefused(self.invoice.name, mine)

    def test_a_date_in_the_zone_of_the_issuer_is_not_before_the_order(self):
        now = datetime.now(BRASILIA).replace(microsecond=0)
        a_minute_ago = now.astimezone(timezone.utc) - timedelta(minutes=1)
        self.order.date_order = a_minute_ago.replace(tzinfo=None)
        self.upload(date=now)
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")


class TestNfeBytes(NfeCase):
    def test_the_upload_is_sent_as_it_is(self):
        hub_order, invoice = self.import_invoice()
        note = self.note(invoice, encoding="ISO-8859-1")
        invoice.plug4market_nfe_xml = base64.b64encode(note)
        invoice.action_plug4market_send_invoice()
        sent = self.hub.get_order(hub_order["id"])["invoice"]["xml"]
        self.assertIn("Conceição", sent)
        self.assertIn('encoding="UTF-8"', sent)
