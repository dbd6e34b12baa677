"""A note that was cancelled at the treasury is never sent, however that came."""

import base64
from unittest.mock import patch

from cancellation_case import CANCELLED, CancellationCase
from invoice_case import InvoiceCase
from loose_case import BRANCH_CNPJ, LooseCase
from zipping import zipped

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.plug4market_connector.nfe import LooseFile

from simulator.nfe_event import build_event, with_event

ACTIVITY = "plug4market_connector.mail_activity_type_nfe"


def key_of(note):
    """The access key in the bytes of a note."""
    return note.partition(b'Id="NFe')[2][:44].decode()


def loose_file(content):
    return LooseFile(name="nota.xml", content=content)


def cancelling(note, **overrides):
    return build_event(key=key_of(note), **overrides)


class TestNfeCancelledLoose(LooseCase):
    def setUp(self):
        super().setUp()
        self.received = self.loose(number=7)
        self.event = cancelling(self.received)

    def assertCancelled(self, invoice=None):
        invoice = invoice or self.invoice
        self.env.invalidate_all()
        self.assertEqual(invoice.plug4market_nfe_state, "cancelled")
        self.assertIn("cancelled at the treasury", invoice.plug4market_nfe_message)
        entry = next(e for e in invoice.plug4market_menu if e["kind"] == "invoice")
        self.assertIn("cancelled at the treasury", entry["reason"])
        with self.assertRaisesRegex(UserError, "cancelled at the treasury"):
            invoice.action_plug4market_send_invoice()
        self.assertFalse(self.events(self.hub_order, kind="invoice"))

    # -- which comes first ----------------------------------------------------

    def test_in_one_zip_the_order_of_note_and_event_does_not_matter(self):
        note, event = ("1.xml", self.received), ("2.xml", self.event)
        for files in ([note, event], [event, note]):
            with self.subTest(files[0][0]):
                rows = self.take(x__zip=zipped(dict(files)))
                states = dict(
                    zip(rows.mapped("name"), rows.mapped("state"), strict=True)
                )
                self.assertEqual(
                    states, {"1.xml": "cancelled", "2.xml": "cancellation"}
                )
                self.assertFalse(self.invoice.plug4market_nfe_access_key)
                rows.unlink()

    def test_an_event_is_remembered_until_its_note_comes(self):
        row = self.take(self.event)
        self.assertState(row, "cancellation", "on no invoice")
        self.assertEqual((row.number, row.series), ("7", "1"))
        self.assertEqual(row.access_key, key_of(self.received))
        self.assertState(self.take(self.received), "cancelled", "never sent")
        self.assertEqual(self.invoice.plug4market_nfe_state, "missing")
        self.attach(self.invoice, self.received)
        self.assertCancelled()

    def test_an_event_cancels_the_note_that_is_on_its_invoice(self):
        note = self.take(self.received)
        self.assertState(note, "matched", invoice=self.invoice)
        row = self.take(self.event)
        self.assertState(row, "cancellation", self.invoice.name, self.invoice)
        self.assertState(note, "cancelled", invoice=self.invoice)
        self.assertCancelled()

    def test_an_event_cancels_the_note_that_waits(self):
        stranger = self.loose(recipient="11144477735", number=8)
        note = self.take(stranger)
        self.assertState(note, "waiting")
        self.take(cancelling(stranger))
        self.assertState(note, "cancelled")
        note.action_look_again()
        self.assertState(note, "cancelled")

    def test_an_event_cancels_the_note_that_waits_for_a_choice(self):
        self.sell_again()
        note = self.take(self.received)
        self.assertState(note, "choose")
        self.take(self.event)
        self.assertState(note, "cancelled")
        self.assertFalse(note.candidate_ids)

    def test_a_note_whose_own_file_cancels_it_cancels_the_one_on_the_invoice(self):
        self.take(self.received)
        row = self.take(with_event(self.received, key=key_of(self.received)))
        self.assertState(row, "cancelled", invoice=self.invoice)
        self.assertCancelled()

    def test_a_note_whose_own_file_cancels_it_is_not_put_on_an_invoice(self):
        row = self.take(with_event(self.received, key=key_of(self.received)))
        self.assertState(row, "cancelled")
        self.assertState(self.take(self.received), "cancelled")
        self.assertFalse(self.invoice.plug4market_nfe_access_key)

    # -- by which way ---------------------------------------------------------

    def test_an_event_attached_to_the_invoice_is_known(self):
        self.upload(number=7)
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.attach(self.invoice, cancelling(note), name="110111.xml")
        self.assertCancelled()

    def test_an_event_that_another_addon_keeps_in_a_field_is_known(self):
        self.attach(self.invoice, self.received)
        self.attach(self.invoice, self.event, res_field="l10n_br_cancel_file")
        self.assertCancelled()

    def test_an_event_in_a_message_on_the_invoice_is_known(self):
        self.attach(self.invoice, self.received)
        self.invoice.message_post(
            body="Cancelada", attachments=[("evento.xml", self.event)]
        )
        self.assertCancelled()

    def test_an_event_attached_before_the_note_is_known(self):
        self.invoice.button_draft()
        self.attach(self.invoice, self.event)
        self.invoice.action_post()
        self.attach(self.invoice, self.received)
        self.assertCancelled()

    def test_an_event_attached_by_somebody_without_the_role_is_known(self):
        self.attach(self.invoice, self.received)
        clerk = new_test_user(
            self.env, login="clerk", groups="account.group_account_invoice"
        )
        self.attach(self.invoice.with_user(clerk), self.event)
        self.assertCancelled()

    def test_an_event_uploaded_as_the_nfe_leaves_the_note_in_its_place(self):
        self.invoice.plug4market_nfe_xml = base64.b64encode(self.received)
        self.invoice.write(
            {
                "plug4market_nfe_xml": base64.b64encode(self.event),
                "plug4market_nfe_filename": "evento.xml",
            }
        )
        self.assertCancelled()
        self.assertEqual(self.invoice.plug4market_nfe_number, "7")
        self.assertNotEqual(self.invoice.plug4market_nfe_filename, "evento.xml")
        row = self.env["plug4market.nfe.file"].search([("cancels", "=", True)])
        self.assertEqual((row.name, row.origin), ("evento.xml", "invoice"))

    def test_an_event_of_another_note_that_is_uploaded_says_so_and_touches_nothing(
        self,
    ):
        self.upload(number=9)
        self.invoice.plug4market_nfe_xml = base64.b64encode(self.event)
        self.assertEqual(self.invoice.plug4market_nfe_number, "9")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")
        self.assertIn("on no invoice", self.invoice.message_ids[:1].body)

    # -- what does not cancel -------------------------------------------------

    def test_what_does_not_cancel_leaves_the_note_alone_and_says_why(self):
        self.take(self.received)
        useless = {
            "not registered": {"status": "573"},
            "not registered ": {"status": None},
            "letter of correction": {"kind": "110110"},
            "letter of correction ": {"kind": "210200"},
            "only the issuer": {"author": "12ABC34501DE35"},
            "none of your stores": {"key": "123"},
        }
        for words, overrides in useless.items():
            with self.subTest(overrides):
                event = build_event(**{"key": key_of(self.received), **overrides})
                row = self.take(event)
                self.assertIn(row.state, ("not_nfe", "refused"))
                self.assertIn(words.strip(), row.message)
                self.assertFalse(row.cancels)
                self.attach(self.invoice, event)
                self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    def test_a_cancellation_of_the_test_environment_cancels_nothing_in_production(self):
        self.take(self.received)
        self.company.plug4market_environment = "production"
        row = self.take(cancelling(self.received, environment="2"))
        self.assertState(row, "refused", "test environment")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    def test_what_was_cancelled_in_a_test_is_not_cancelled_in_production(self):
        self.take(cancelling(self.received, environment="2"))
        self.company.plug4market_environment = "production"
        self.assertState(self.take(self.received), "matched", invoice=self.invoice)

    def test_an_event_that_comes_twice_is_a_duplicate(self):
        self.take(self.received)
        first, second = self.take(self.event, self.event)
        self.assertState(first, "cancellation", invoice=self.invoice)
        self.assertState(second, "duplicate", first.name, self.invoice)
        again = self.take(cancelling(self.received, layout="retEnvEvento"))
        self.assertState(again, "duplicate", first.name, self.invoice)
        self.assertCancelled()

    def test_each_event_of_a_batch_has_its_row(self):
        other = self.loose(number=8)
        answer = with_event(b"</nfeProc>", key=key_of(other), layout="retEvento")
        batch = cancelling(self.received, layout="retEnvEvento").replace(
            b"</retEnvEvento>", answer[: -len("</nfeProc>")] + b"</retEnvEvento>"
        )
        rows = self.take(batch)
        self.assertEqual(rows.mapped("state"), ["cancellation"] * 2)
        self.assertEqual(rows.mapped("number"), ["7", "8"])

    # -- put right ------------------------------------------------------------

    def test_the_note_that_replaces_the_cancelled_one_is_taken(self):
        self.take(self.received, self.event)
        new = self.loose(number=8, purchase_number=self.order.client_order_ref)
        self.attach(self.invoice, self.received)
        self.assertCancelled()
        row = self.take(new)
        self.assertState(row, "matched", invoice=self.invoice)
        self.assertEqual(self.invoice.plug4market_nfe_number, "8")
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    def test_a_person_who_deletes_the_event_takes_it_back(self):
        self.take(self.received)
        row = self.take(self.event)
        self.assertCancelled()
        row.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.plug4market_nfe_state, "authorised")

    # -- whose note -----------------------------------------------------------

    def test_an_event_of_another_company_s_note_neither_touches_nor_shows_it(self):
        branch = self.make_branch()
        theirs = self.loose(number=3, issuer=BRANCH_CNPJ)
        rows = self.env["plug4market.nfe.file"]
        note = rows.sudo()._take(branch, [loose_file(theirs)], "mail")
        self.assertEqual((note.company_id, note.state), (branch, "waiting"))
        for way in ("dropped", "attached", "uploaded"):
            with self.subTest(way):
                event = cancelling(theirs)
                if way == "dropped":
                    row = self.take(event)
                    self.assertState(row, "refused", "none of your stores")
                    self.assertEqual(row.company_id, self.company)
                elif way == "attached":
                    self.attach(self.invoice.with_user(self.user).sudo(), event)
                else:
                    self.invoice.plug4market_nfe_xml = base64.b64encode(event)
                self.assertEqual(note.state, "waiting")
                self.assertFalse(rows.search([("cancels", "=", True)]))


class TestNfeCancelledByMail(LooseCase):
    def test_an_event_that_comes_by_mail_cancels_the_note_of_its_store(self):
        note = self.loose(number=7)
        self.attach(self.invoice, note)
        rows = self.env["plug4market.nfe.file"].message_new(
            {
                "subject": "Cancelamento",
                "attachments": [("evento.xml", cancelling(note), {})],
            },
            {"company_id": self.company.id},
        )
        self.assertEqual((rows.state, rows.origin), ("cancellation", "mail"))
        self.env.invalidate_all()
        self.assertEqual(self.invoice.plug4market_nfe_state, "cancelled")


class TestNfeCancelledSending(InvoiceCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.settings(auto_send_invoice=True)
        self.hub_order, self.order = self.sell()
        self.invoice = self.order.invoice_ids

    def asked(self):
        return self.invoice.activity_search([ACTIVITY])

    def cancel(self):
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.attach(self.invoice, cancelling(note))

    def test_a_note_that_is_cancelled_already_is_not_sent_by_itself(self):
        note = self.note(self.invoice, number=5)
        rows = self.env["plug4market.nfe.file"]
        rows._take(self.company, [loose_file(cancelling(note))], "upload")
        self.invoice.plug4market_nfe_xml = base64.b64encode(note)
        self.work()
        self.assertFalse(self.events(self.hub_order, kind="invoice"))
        self.assertIn("cancelled at the treasury", self.asked().note)
        self.upload(self.invoice, number=6)
        self.work()
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.assertFalse(self.asked())

    def test_a_note_that_waits_in_the_queue_does_not_go(self):
        self.upload(self.invoice)
        self.cancel()
        self.work()
        row = self.events(self.hub_order, kind="invoice")
        self.assertEqual(row.state, "failed")
        self.assertIn("cancelled at the treasury", row.message)
        self.assertEqual(self.hub_status(self.hub_order), "APPROVED")

    def test_a_note_that_was_sent_asks_a_person_once(self):
        self.upload(self.invoice)
        self.work()
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.cancel()
        self.cancel()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.plug4market_nfe_state, "cancelled")
        self.assertIn("marketplace has it", self.invoice.plug4market_nfe_message)
        activity = self.asked()
        self.assertEqual(len(activity), 1)
        self.assertIn(self.order.name, activity.note)
        self.assertEqual(activity.user_id, self.company.plug4market_user_id)
        # The one that the marketplace has stays, whatever is attached now.
        number = self.invoice.plug4market_nfe_number
        self.attach(self.invoice, self.note(self.invoice, number=88))
        self.assertEqual(self.invoice.plug4market_nfe_number, number)

    def test_a_note_that_is_cancelled_while_it_is_sent_asks_too(self):
        self.upload(self.invoice)
        orders = type(self.env["sale.order"])
        prepare = orders._plug4market_invoice_call

        def cancelled_after_the_look(order, event):
            call = prepare(order, event)
            self.cancel()
            return call

        with patch.object(
            orders, "_plug4market_invoice_call", cancelled_after_the_look
        ):
            self.work()
        self.assertEqual(self.hub_status(self.hub_order), "INVOICED")
        self.assertEqual(self.asked().summary, "Cancelled NF-e at the marketplace")

    def cancelled_by_issuer(self):
        """What OCA's and Enterprise's addons do: the state is theirs, the file goes."""
        move = type(self.invoice)
        self.enterContext(
            patch.object(
                move, "_plug4market_is_cancelled_by_issuer", lambda _move: True
            )
        )
        key = self.invoice.plug4market_nfe_access_key
        self.enterContext(
            patch.object(move, "_plug4market_fiscal_key", lambda _move: key)
        )
        self.enterContext(
            patch.object(move, "_plug4market_nfe_files", lambda _move: [])
        )
        field = self.invoice._fields["plug4market_nfe_access_key"]
        self.env.add_to_compute(field, self.invoice)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def test_what_the_issuing_addon_cancelled_is_not_asked_for_again(self):
        self.settings(auto_send_invoice=False)
        self.upload(self.invoice)
        self.cancelled_by_issuer()
        self.assertFalse(self.invoice.plug4market_nfe_access_key)
        self.assertEqual(self.invoice.plug4market_nfe_state, "cancelled")
        with self.assertRaisesRegex(UserError, "cancelled at the treasury"):
            self.invoice.action_plug4market_send_invoice()
        self.assertFalse(self.asked())

    def test_what_the_issuing_addon_cancelled_after_it_was_sent_asks(self):
        self.upload(self.invoice)
        self.work()
        number = self.invoice.plug4market_nfe_number
        self.cancelled_by_issuer()
        self.assertEqual(self.invoice.plug4market_nfe_state, "cancelled")
        self.assertIn("marketplace has it", self.invoice.plug4market_nfe_message)
        self.assertEqual(len(self.asked()), 1)
        self.assertIn(f"NF-e {number} of", self.asked().note)

    def test_the_question_ends_with_the_order(self):
        self.upload(self.invoice)
        self.work()
        self.cancel()
        self.assertTrue(self.asked())
        self.hub.set_status(self.hub_order["id"], "CANCELED")
        self.notice(self.hub_order)
        self.work()
        self.assertFalse(self.asked())


class TestNfeCancelledOrder(CancellationCase):
    """The order is cancelled on the marketplace, and its NF-e at the treasury."""

    def test_the_event_ends_what_asked_for_it(self):
        self.upload()
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.news("CANCELED")
        self.assertIn("NF-e", self.left())
        self.attach(self.invoice, cancelling(note))
        self.assertFalse(self.activity)
        self.assertFalse(self.invoice.activity_search([ACTIVITY]))
        self.assertEqual(self.order.state, "cancel")

    def test_the_event_alone_leaves_the_rest_to_do(self):
        self.upload()
        self.news("CANCELED")
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.attach(self.invoice, cancelling(note))
        self.assertTrue(self.activity)
        self.credit_notes.action_post()
        self.assertFalse(self.activity)

    def test_an_invoice_whose_note_was_cancelled_before_is_cancelled_with_the_order(
        self,
    ):
        self.upload()
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.attach(self.invoice, cancelling(note))
        self.news("CANCELED")
        self.assertEqual(self.invoice.state, "cancel")
        self.assertFalse(self.activity)

    def test_the_note_that_replaces_it_in_the_hub_is_still_to_be_cancelled(self):
        self.upload()
        note = base64.b64decode(self.invoice.plug4market_nfe_xml)
        self.attach(self.invoice, cancelling(note))
        new = self.note(self.invoice, number=99)
        self.order.plug4market_hub_nfe_key = key_of(new)
        facts = self.invoice._plug4market_nfe_facts()
        self.assertEqual((facts.in_force, facts.key), (True, key_of(new)))
        self.attach(self.invoice, cancelling(new))
        self.assertIs(self.invoice._plug4market_nfe_facts().in_force, False)

    def test_the_event_of_a_note_that_only_the_hub_has_ends_it_too(self):
        self.settings(auto_invoice=False)
        hub_order, order = self.import_order()
        note = self.note(self.invoice, number=99)
        order.plug4market_hub_nfe_key = key_of(note)
        self.news("CANCELED", hub_order=hub_order)
        self.assertTrue(order.activity_search([CANCELLED]))
        rows = self.env["plug4market.nfe.file"]
        rows._take(self.company, [loose_file(cancelling(note))], "upload")
        self.assertFalse(order.activity_search([CANCELLED]))
