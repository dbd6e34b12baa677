"""Loose XMLs: what becomes of each file, by upload and by mail, and who sees it."""

import base64
from email.message import EmailMessage
from unittest.mock import patch
from zipfile import ZIP_LZMA

from loose_case import BRANCH_CNPJ, LooseCase
from zipping import zipped

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.plug4market_connector.models.invoice import plug4market_nfe_file


class TestLooseNfe(LooseCase):
    # -- certain --------------------------------------------------------------

    def test_a_note_that_names_its_order_is_put_on_the_invoice(self):
        named = {
            "marketplace number": {"purchase_number": self.order.client_order_ref},
            "cut number": {"purchase_number": "2000009876543210"[:15]},
            "in the free text": {"extra_info": f"Pedido {self.order.client_order_ref}"},
            "hub id": {"extra_info": f"uid: {self.order.plug4market_order_uid}."},
            "Odoo's name": {"extra_info": f"({self.order.name})"},
        }
        for number, (name, words) in enumerate(named.items(), 1):
            with self.subTest(name):
                invoice, twin = self.sell_again(), self.sell_again()
                order = invoice.plug4market_order_id
                self.assertEqual(twin.amount_total, invoice.amount_total)
                if name == "cut number":
                    order.client_order_ref = "2000009876543210"
                words = {
                    key: text.replace(
                        self.order.client_order_ref, order.client_order_ref
                    )
                    .replace(
                        self.order.plug4market_order_uid, order.plug4market_order_uid
                    )
                    .replace(self.order.name, order.name)
                    for key, text in words.items()
                }
                row = self.take(self.loose(invoice, number=number, **words))
                self.assertState(row, "matched", invoice=invoice)
                self.assertEqual(invoice.plug4market_nfe_number, str(number))
                self.assertEqual(invoice.plug4market_nfe_state, "authorised")

    def test_buyer_and_total_of_one_open_invoice_are_certain(self):
        row = self.take(self.loose())
        self.assertState(row, "matched", invoice=self.invoice)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.order_id, self.order.browse())

    def test_the_arrival_is_told(self):
        arrived = []
        with patch.object(
            type(self.invoice),
            "_plug4market_nfe_arrived",
            lambda moves: arrived.extend(moves.ids),
        ):
            self.take(self.loose())
        self.assertEqual(arrived, self.invoice.ids)

    # -- doubtful -------------------------------------------------------------

    def test_two_invoices_that_fit_ask_which(self):
        other = self.sell_again()
        row = self.take(self.loose())
        self.assertState(row, "choose", "2 invoices")
        self.assertEqual(row.candidate_ids, self.invoice | other)

        with self.assertRaisesRegex(UserError, "Choose the invoice"):
            row.action_put_on_invoice()
        other = other.with_user(self.user)
        other.with_context(
            plug4market_nfe_file_id=row.id
        ).action_plug4market_take_nfe_file()
        self.assertState(row, "matched", invoice=other)
        self.assertEqual(other.plug4market_nfe_state, "authorised")
        self.assertFalse(self.invoice.plug4market_nfe_access_key)
        with self.assertRaisesRegex(UserError, "settled"):
            row.action_put_on_invoice()

    def test_the_right_order_with_another_total_asks_and_says_why(self):
        row = self.take(
            self.loose(purchase_number=self.order.client_order_ref, total="50.00")
        )
        self.assertState(row, "choose", "50.00")
        self.assertEqual(row.candidate_ids, self.invoice)
        self.assertEqual(row.order_id, self.order)
        self.assertFalse(self.invoice.plug4market_nfe_access_key)

    def test_the_buyer_s_invoice_with_another_total_asks(self):
        row = self.take(self.loose(total="50.00"))
        self.assertState(row, "choose", "50.00")
        self.assertEqual(row.candidate_ids, self.invoice)

    def test_the_same_total_of_another_buyer_is_no_match(self):
        row = self.take(self.loose(recipient="11144477735"))
        self.assertState(row, "waiting", "No open invoice")

    def test_a_total_alone_is_not_certain_when_the_buyer_is_hidden(self):
        self.order.plug4market_document = "***.982.247-**"
        self.invoice.partner_id.vat = False
        row = self.take(self.loose(recipient="52998224725"))
        self.assertState(row, "waiting")

    def test_an_order_that_has_another_note_says_so(self):
        self.upload(number=1)
        row = self.take(
            self.loose(purchase_number=self.order.client_order_ref, number=2)
        )
        self.assertState(row, "refused", self.invoice.name)

    def test_an_invoice_whose_note_is_wrong_takes_the_right_one(self):
        self.upload(number=1, status="204")
        row = self.take(
            self.loose(purchase_number=self.order.client_order_ref, number=2)
        )
        self.assertState(row, "matched", invoice=self.invoice)
        self.assertEqual(self.invoice.plug4market_nfe_number, "2")

    # -- waiting --------------------------------------------------------------

    def test_a_note_waits_for_its_invoice_and_goes_on_by_itself(self):
        self.settings(auto_invoice=False)
        _hub, order = self.import_order()
        note = self.loose(
            purchase_number=order.client_order_ref,
            recipient=order.partner_id.vat,
            total=f"{order.amount_total:.2f}",
            number=2,
        )
        unnamed = self.loose(number=3, total="123.45", recipient="11144477735")
        row, other = self.take(note, unnamed)
        self.assertState(row, "waiting", order.name)
        self.assertEqual(row.order_id, order)

        invoice = order._create_invoices()
        invoice.action_post()
        self.env.invalidate_all()
        self.assertState(row, "matched", invoice=invoice)
        self.assertState(other, "waiting")

    def test_looking_again_finds_what_a_person_has_put_right(self):
        row = self.take(self.loose(recipient="11144477735"))
        self.assertState(row, "waiting")
        row.action_look_again()
        self.assertState(row, "waiting")
        self.invoice.partner_id.vat = "11144477735"
        row.action_look_again()
        self.assertState(row, "matched", invoice=self.invoice)

    # -- duplicates -----------------------------------------------------------

    def test_a_note_that_is_on_an_invoice_is_a_duplicate(self):
        self.upload(number=1)
        row = self.take(self.note(self.invoice, number=1))
        self.assertState(row, "duplicate", self.invoice.name, self.invoice)

    def test_the_same_note_twice_in_one_upload_is_taken_once(self):
        stranger = self.loose(recipient="11144477735", number=2)
        mine = self.loose()
        states = self.take(mine, stranger, stranger, mine).mapped("state")
        self.assertEqual(states, ["matched", "waiting", "duplicate", "duplicate"])

    # -- bad input ------------------------------------------------------------

    def test_each_bad_file_has_its_state_and_the_others_go_on(self):
        bomb = (
            b'<!DOCTYPE n [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            b"<nfeProc><NFe><infNFe Id='&b;'/></NFe></nfeProc>"
        )
        event = (
            b"<procEventoNFe><evento><infEvento><tpEvento>110111</tpEvento>"
            b"</infEvento></evento></procEventoNFe>"
        )
        other_store = self.loose(issuer="12ABC34501DE35")
        odd = zipped({"odd.zip": b"<a/>"}, ZIP_LZMA)
        bad = {
            "danfe.pdf": (b"%PDF-1.7", "not_nfe", "PDF"),
            "bomb.xml": (bomb, "not_nfe", "DTD"),
            "huge.xml": (b"<a>" + b"x" * 5_300_000, "not_nfe", "too large"),
            "empty.xml": (b" ", "not_nfe", "empty"),
            "text.xml": (b"hello", "not_nfe", "not an XML"),
            "order.xml": (b"<order/>", "not_nfe", "not an NF-e"),
            "cancel.xml": (event, "not_nfe", "cancellation"),
            "broken.zip": (b"PK\x03\x04 broken", "not_nfe", "damaged"),
            "empty.zip": (zipped({}), "not_nfe", "no XML"),
            "odd.zip": (odd, "not_nfe", "ordinary zip"),
            "rejected.xml": (self.loose(status="204"), "refused", "204"),
            "return.xml": (self.loose(purpose="4"), "refused", "return"),
            "bare.xml": (self.loose(status=None), "refused", "protocol"),
            "changed.xml": (self.loose(protocol_digest="eA=="), "refused", "digests"),
            "store.xml": (other_store, "refused", "none of your stores"),
        }
        good = self.loose(number=321)
        files = {name: content for name, (content, _state, _words) in bad.items()}
        rows = self.take(**files, good__xml=good)
        self.assertEqual(len(rows), len(bad) + 1)
        for row in rows[:-1]:
            with self.subTest(row.name):
                _content, state, words = bad[row.name]
                self.assertState(row, state, words)
        self.assertState(rows[-1], "matched", invoice=self.invoice)

    def test_a_file_larger_than_any_is_not_read(self):
        with patch.object(plug4market_nfe_file, "MAX_UNPACKED", 1000):
            rows = self.take(huge__zip=b"PK" + bytes(1000), note__xml=b"<a/>")
        self.assertState(rows[0], "not_nfe", "too large")
        self.assertState(rows[1], "not_nfe", "not an NF-e")

    def test_a_note_of_the_test_environment_is_refused_in_production(self):
        self.company.plug4market_environment = "production"
        row = self.take(self.loose(environment="2"))
        self.assertState(row, "refused", "test environment")

    def test_a_zip_is_opened_and_the_danfe_in_it_left_out(self):
        packed = zipped(
            {
                "notas/1.xml": self.loose(),
                "notas/1.pdf": b"%PDF-1.7",
                "notas/2.xml": b"<order/>",
                "notas/3.zip": zipped({"x.xml": b"<a/>"}),
            }
        )
        rows = self.take(day__zip=packed)
        self.assertEqual(rows.mapped("name"), ["1.xml", "2.xml", "3.zip"])
        self.assertEqual(rows.mapped("state"), ["matched", "not_nfe", "not_nfe"])

    def test_what_odoo_refuses_of_one_note_stops_no_other(self):
        _hub, order = self.import_order([("CAN-325", 1, 39.9)])
        other = order.invoice_ids
        put_on = type(self.env["plug4market.nfe.file"])._put_on

        def refuse_one(row, move):
            if move == self.invoice:
                raise UserError("The books are closed.")
            return put_on(row, move)

        with patch.object(
            type(self.env["plug4market.nfe.file"]), "_put_on", refuse_one
        ):
            rows = self.take(self.loose(number=1), self.loose(other, number=2))
        self.assertState(rows[0], "choose", "The books are closed.")
        self.assertState(rows[1], "matched", invoice=other)


class TestLooseNfeCompanies(LooseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.make_branch()

    def test_the_issuer_says_whose_note_it_is(self):
        self.user.company_ids |= self.branch
        theirs = self.loose(issuer=BRANCH_CNPJ, number=2)
        mine, other = self.take(self.loose(number=1), theirs)
        self.assertEqual(mine.company_id, self.company)
        rows = self.env["plug4market.nfe.file"].search(
            [("company_id", "=", self.branch.id)]
        )
        self.assertEqual(rows.number, "2")
        self.assertEqual(other, rows)

    def test_a_store_that_is_none_of_the_user_s_is_not_taken(self):
        row = self.take(self.loose(issuer=BRANCH_CNPJ))
        self.assertState(row, "refused", "none of your stores")
        self.assertEqual(row.company_id, self.company)

    def test_rows_of_another_company_are_out_of_sight(self):
        row = self.take(self.loose())
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="plug4market_connector.plug4market_connector_group_manager",
            company_id=self.branch.id,
            company_ids=[(6, 0, self.branch.ids)],
        )
        rows = self.env["plug4market.nfe.file"].with_user(stranger)
        self.assertFalse(rows.search([]))
        with self.assertRaises(AccessError):
            row.with_user(stranger).read(["name"])

    def test_without_the_role_nobody_takes_notes(self):
        salesman = new_test_user(
            self.env, login="seller", groups="sales_team.group_sale_manager"
        )
        with self.assertRaises(AccessError):
            self.take(self.loose(), user=salesman)
        with self.assertRaises(AccessError):
            self.env["plug4market.nfe.file"].with_user(self.user).create(
                {"name": "x", "company_id": self.company.id}
            )


class TestNfeByMail(LooseCase):
    def setUp(self):
        super().setUp()
        domain = self.env["mail.alias.domain"].create({"name": "loja.example"})
        self.company.alias_domain_id = domain
        self.settings(nfe_alias_name="nfe")
        self.env["ir.config_parameter"].set_param("mail.catchall.domain.allowed", "")

    def mail(self, *attachments, to="nfe@loja.example", subject="Notas do dia"):
        message = EmailMessage()
        message["From"] = "Emissor <emissor@contador.example>"
        message["To"] = to
        message["Subject"] = subject
        message["Message-Id"] = f"<{id(message)}@contador.example>"
        message.set_content("Segue em anexo.")
        for name, kind, content in attachments:
            main, sub = kind.split("/")
            message.add_attachment(content, main, sub, filename=name)
        before = self.env["plug4market.nfe.file"].search([])
        self.env["mail.thread"].message_process(False, message.as_bytes())
        self.env.invalidate_all()
        return self.env["plug4market.nfe.file"].search([], order="id") - before

    def test_the_notes_of_a_mail_go_to_their_invoices(self):
        rows = self.mail(
            ("1.xml", "application/xml", self.loose(number=1)),
            ("1.pdf", "application/pdf", b"%PDF-1.7"),
            ("x.zip", "application/zip", zipped({"2.xml": b"<order/>"})),
        )
        self.assertEqual(rows.mapped("name"), ["1.xml", "2.xml"])
        self.assertState(rows[0], "matched", invoice=self.invoice)
        self.assertState(rows[1], "not_nfe")
        self.assertEqual(set(rows.mapped("origin")), {"mail"})
        self.assertIn("Segue em anexo", rows[0].message_ids[-1:].body)

    def test_an_xml_in_an_old_encoding_is_kept_as_it_came(self):
        note = self.loose(encoding="ISO-8859-1")
        rows = self.mail(("1.xml", "application/xml", note))
        self.assertEqual(base64.b64decode(rows.content), note)
        self.assertEqual(rows.recipient_name, "Maria da Conceição")

    def test_a_mail_without_xml_says_so(self):
        rows = self.mail(("foto.pdf", "application/pdf", b"%PDF-1.7"))
        self.assertState(rows, "not_nfe")
        self.assertEqual(rows.name, "Notas do dia")
        self.assertEqual(rows.company_id, self.company)

    def test_the_address_follows_the_settings(self):
        alias = self.company.plug4market_nfe_alias_id
        self.assertEqual(alias.alias_full_name, "nfe@loja.example")
        self.settings(nfe_alias_name="notas")
        self.assertEqual(alias.alias_full_name, "notas@loja.example")
        self.settings(nfe_alias_name=False)
        self.assertFalse(alias.exists())
        self.assertFalse(self.company.plug4market_nfe_alias_id)

    def test_the_store_of_the_note_is_found_whatever_address_it_came_to(self):
        branch = self.make_branch()
        note = self.loose(issuer=BRANCH_CNPJ)
        rows = self.mail(("1.xml", "application/xml", note))
        self.assertEqual(rows.company_id, branch)
