"""What people of one company can reach of another's, by whatever they call."""

import base64

from people_case import USER, PeopleCase

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import new_test_user

from odoo.addons.plug4market_connector.nfe import LooseFile

WAITS = "11144477735"  # a buyer of no invoice here


class TestSealedFields(PeopleCase):
    """``readonly`` binds the web client alone; what we fill is sealed for all."""

    def test_what_only_the_addon_fills_takes_no_write(self):
        access = self.env["ir.model.access"].search(
            [
                ("model_id.model", "=like", "plug4market.%"),
                ("group_id", "!=", self.env.ref("base.group_system").id),
                "|",
                ("perm_write", "=", True),
                ("perm_create", "=", True),
            ]
        )
        names = set(access.model_id.mapped("model"))
        self.assertIn("plug4market.nfe.file", names)
        open_fields = [
            str(field)
            for name in names
            if not (model := self.env[name].with_user(self.colleague))._transient
            for field in model._fields.values()
            if field.readonly and field.store and field.name not in MAGIC_COLUMNS
            if model._has_field_access(field, "write")
        ]
        self.assertFalse(open_fields)

    def test_an_event_cannot_be_made_another_store_s(self):
        event = self.env["plug4market.order.event"]._enqueue(
            [
                {
                    "company_id": self.branch.id,
                    "kind": "notice",
                    "order_uid": "x",
                    "order_uid_raw": "x",
                }
            ]
        )
        forged = {
            "company_id": self.company.id,
            "kind": "cancel",
            "order_id": self.order.id,
            "order_uid": self.order.plug4market_order_uid,
        }
        for name, value in forged.items():
            self.assertDenied(
                self.stranger, event._name, "write", event.ids, {name: value}
            )
        self.rpc(self.stranger, event._name, "action_ignore", event.ids)
        self.assertEqual((event.state, event.kind), ("ignored", "notice"))

    def test_a_category_stays_in_its_store(self):
        category = self.env["plug4market.category"].create(
            {
                "company_id": self.branch.id,
                "category_id": self.env["product.category"].create({"name": "x"}).id,
            }
        )
        for values in ({"company_id": self.company.id}, {"sent_values": {"name": "y"}}):
            self.assertDenied(
                self.stranger, category._name, "write", category.ids, values
            )

    def test_an_announcement_stays_in_its_store(self):
        channel = self.env["plug4market.sales.channel"].search([], limit=2)
        values = {"product_id": self.product.id, "channel_id": channel[0].id}
        name = "plug4market.announcement"
        mine = self.rpc(self.stranger, name, "create", values)
        theirs = self.rpc(
            self.seller, name, "create", {**values, "channel_id": channel[1].id}
        )
        sku_id = self.env[name].browse(theirs).sku_id.id
        for forged in ({"sku_id": sku_id}, {"company_id": self.company.id}):
            self.assertDenied(
                self.stranger, name, "write", [mine], forged, error=UserError
            )
            self.assertDenied(self.stranger, name, "create", {**values, **forged})
        self.rpc(self.stranger, name, "write", [mine], {"price": 12})
        self.assertEqual(self.env[name].browse(mine).state, "waiting")

    def test_a_technical_sheet_stays_with_its_product(self):
        theirs = self.make_product("T-1", "Deles", 10)
        theirs.product_tmpl_id.company_id = self.company
        sheet = {"key": "Cor", "value": "Azul"}
        name = "plug4market.metafield"
        mine = self.rpc(
            self.stranger,
            name,
            "create",
            {**sheet, "product_tmpl_id": self.product.product_tmpl_id.id},
        )
        forged = {"product_tmpl_id": theirs.product_tmpl_id.id}
        self.assertDenied(self.stranger, name, "write", [mine], forged)
        self.assertDenied(self.stranger, name, "create", {**sheet, **forged})


class TestReceivedNotes(PeopleCase):
    def take(self, *, company=None, **overrides):
        """A note that came, and waits for its invoice; it is of ``company``."""
        values = {"purchase_number": "", "extra_info": "", "recipient": WAITS}
        content = self.note(self.invoice, **{**values, **overrides})
        file = LooseFile(name="nota.xml", content=content)
        rows = self.env["plug4market.nfe.file"]._take(self.company, [file], "upload")
        rows.company_id = company or self.company
        self.assertEqual(rows.state, "waiting", rows.message)
        return rows

    def call(self, user, row, method, *args, **context):
        return self.rpc(user, row._name, method, row.ids, *args, **context)

    def test_people_choose_the_invoice_and_nothing_else(self):
        row = self.take()
        forged = {
            "company_id": self.branch.id,
            "content": base64.b64encode(b"<forged/>"),
            "name": "forged.xml",
            "state": "choose",
            "access_key": "1" * 44,
            "order_id": self.order.id,
            "total": 1.0,
        }
        for name, value in forged.items():
            with self.subTest(name):
                self.assertDenied(
                    self.seller, row._name, "write", row.ids, {name: value}
                )
        self.call(self.seller, row, "write", {"move_id": self.invoice.id})
        self.call(self.seller, row, "action_put_on_invoice")
        self.assertEqual(row.state, "matched")
        self.assertTrue(self.invoice.plug4market_nfe_access_key)

    def test_nobody_replaces_the_file_behind_the_row(self):
        row = self.take()
        content = row.content
        files = self.env["ir.attachment"]
        place = {"res_model": row._name, "res_id": row.id}
        domain = [(name, "=", value) for name, value in place.items()]
        domain.append(("res_field", "=", "content"))
        kept = files.search(domain)
        self.assertEqual(len(kept), 1)
        name = files._name
        forged = {"raw": b"<forged/>"}
        self.assertDenied(self.seller, name, "write", kept.ids, forged)
        self.assertDenied(self.seller, name, "write", kept.ids, {"res_field": False})
        self.assertDenied(self.seller, name, "unlink", kept.ids)
        beside = {"name": "b.xml", "datas": base64.b64encode(b"<forged/>"), **place}
        self.assertDenied(
            self.seller, name, "create", {**beside, "res_field": "content"}
        )
        beside = self.rpc(self.seller, name, "create", beside)
        self.assertDenied(
            self.seller, name, "write", [beside], {"res_field": "content"}
        )
        self.assertEqual(row.content, content)
        self.assertEqual(files.search(domain), kept)

    def test_a_note_is_put_on_no_other_company_s_invoice(self):
        row = self.take(company=self.branch)
        both = new_test_user(
            self.env,
            login="both",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, (self.company | self.branch).ids)],
        )
        allowed = {"allowed_company_ids": both.company_ids.ids}
        for user, context in ((self.stranger, {}), (both, allowed)):
            self.assertDenied(
                user,
                row._name,
                "write",
                row.ids,
                {"move_id": self.invoice.id},
                error=UserError,
                context=context,
            )
            self.assertDenied(
                user,
                "account.move",
                "action_plug4market_take_nfe_file",
                self.invoice.ids,
                error=UserError,
                context={**context, "plug4market_nfe_file_id": row.id},
            )
        with self.assertRaisesRegex(UserError, "different companies"):
            row._put_on(self.invoice)
        self.assertFalse(self.invoice.plug4market_nfe_access_key)

    def test_who_may_not_read_an_invoice_learns_nothing_of_it(self):
        row = self.take(company=self.branch)
        with self.assertRaises(AccessError) as caught:
            self.rpc(
                self.stranger,
                "account.move",
                "action_plug4market_take_nfe_file",
                self.invoice.ids,
                context={"plug4market_nfe_file_id": row.id},
            )
        self.assertNotIn(self.invoice.name, str(caught.exception))

    def test_a_note_is_put_on_posted_invoices_of_marketplace_orders_only(self):
        row = self.take()
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.order.partner_id.id}
        )
        draft = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.order.partner_id.id}
        )
        for move in (bill, draft):
            self.call(self.seller, row, "write", {"move_id": move.id})
            self.assertDenied(
                self.seller,
                row._name,
                "action_put_on_invoice",
                row.ids,
                error=UserError,
            )
            self.assertFalse(move.plug4market_nfe_xml)

    def test_only_the_mail_gateway_brings_mail(self):
        message = {"attachments": [("1.xml", self.note(self.invoice), {})]}
        portal = new_test_user(self.env, login="portal", groups="base.group_portal")
        for user in (self.seller, self.stranger, portal):
            self.assertDenied(
                user,
                "plug4market.nfe.file",
                "message_new",
                message,
                {"company_id": self.company.id},
            )
        self.assertFalse(self.env["plug4market.nfe.file"].search([]))
        self.assertFalse(self.invoice.plug4market_nfe_access_key)

    def test_only_loose_files_of_one_s_own_are_taken(self):
        files = self.env["ir.attachment"]
        name = "plug4market.nfe.file"
        note = self.note(self.invoice, recipient=WAITS)
        theirs = self.rpc(
            self.colleague, files._name, "create", {"name": "t.xml", "raw": note}
        )
        self.assertDenied(
            self.seller, name, "create_document_from_attachment", "", [theirs]
        )
        on_order = {"res_model": "sale.order", "res_id": self.order.id}
        mine = self.rpc(
            self.seller,
            files._name,
            "create",
            {"name": "m.xml", "raw": note, **on_order},
        )
        loose = self.rpc(
            self.seller, files._name, "create", {"name": "l.xml", "raw": b"<a/>"}
        )
        self.rpc(
            self.seller, name, "create_document_from_attachment", "", [mine, loose]
        )
        self.assertTrue(files.browse(theirs).exists())
        self.assertTrue(files.browse(mine).exists())
        self.assertFalse(files.browse(loose).exists())

    def test_people_write_about_a_note_in_its_chatter(self):
        row = self.take()
        self.rpc(
            self.seller,
            row._name,
            "message_post",
            row.ids,
            body="Que nota é esta?",
            message_type="comment",
        )
        self.assertIn("Que nota", row.message_ids[:1].body)


class TestForgedForms(PeopleCase):
    """A form that is not saved shows nothing of records that its user may not read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_user(
            "accountant", f"account.group_account_manager,{USER}", cls.branch
        )
        cls.packer = cls.make_user("packer", "stock.group_stock_manager", cls.branch)
        cls.journal = cls.env["account.journal"].create(
            {
                "name": "Vendas",
                "code": "VND",
                "type": "sale",
                "company_id": cls.branch.id,
            }
        )

    def move(self, **values):
        """What the form of a new invoice of the other company says of ours."""
        asked = (
            *("plug4market_menu", "plug4market_last_problem"),
            *("plug4market_nfe_state", "plug4market_nfe_message"),
            *("plug4market_nfe_access_key", "plug4market_nfe_number"),
        )
        values = {
            "move_type": "out_invoice",
            "journal_id": self.journal.id,
            "amount_total": self.invoice.amount_total,
            **values,
        }
        shown = self.onchange(self.accountant, "account.move", values, *asked)
        return {name: value for name, value in shown.items() if value}

    def test_an_invoice_tells_nothing_of_another_company_s_order(self):
        note = base64.b64encode(self.note(self.invoice, recipient=WAITS))
        told = self.move(plug4market_order_id=self.order.id, plug4market_nfe_xml=note)
        of_the_file = {"plug4market_nfe_access_key", "plug4market_nfe_number"}
        self.assertEqual(told.keys(), of_the_file)

    def test_an_invoice_tells_nothing_of_another_company_s_event(self):
        event = self.env["plug4market.order.event"].create(
            {
                "company_id": self.company.id,
                "kind": "invoice",
                "state": "failed",
                "message": "secret",
                "move_id": self.invoice.id,
            }
        )
        self.assertEqual(self.invoice.plug4market_last_problem, "secret")
        self.assertFalse(self.move(plug4market_event_ids=[Command.link(event.id)]))

    def test_an_invoice_tells_nothing_of_another_invoice_s_file(self):
        kept = self.attach(self.invoice, self.note(self.invoice))
        self.assertEqual(self.invoice.plug4market_nfe_attachment_id, kept)
        self.assertFalse(
            self.move(
                plug4market_order_id=self.order.id,
                plug4market_nfe_attachment_id=kept.id,
            )
        )
        _hub, other = self.import_order()
        other = other.invoice_ids
        other.plug4market_nfe_attachment_id = kept
        self.env.flush_all()
        self.assertFalse(other.plug4market_nfe_access_key)

    def test_a_transfer_tells_nothing_of_another_company_s_order(self):
        self.settings(auto_send_shipment=True)
        self.deliver()
        asked = (
            *("plug4market_menu", "plug4market_reportable"),
            *("plug4market_shipment_waits", "plug4market_dispatch"),
        )
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing"), ("company_id", "=", self.branch.id)], limit=1
        )
        values = {"picking_type_id": kind.id, "sale_id": self.order.id}
        for state in ("assigned", "done"):
            shown = self.onchange(
                self.packer, "stock.picking", {**values, "state": state}, *asked
            )
            self.assertFalse(any(shown.values()), shown)


class TestStolenLabels(PeopleCase):
    def test_a_transfer_prints_no_label_of_another_company_s_order(self):
        packer = self.make_user("packer", "stock.group_stock_manager", self.branch)
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing"), ("company_id", "=", self.branch.id)], limit=1
        )
        self.news("INVOICED")
        self.env["plug4market.label"]._ask(self.order)
        self.env.flush_all()
        self.env["plug4market.label.fetcher"]._run()
        self.env.invalidate_all()
        self.assertTrue(self.order.plug4market_label_ids.attachment_id)
        values = {
            "picking_type_id": kind.id,
            "location_id": kind.default_location_src_id.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        picking = self.rpc(packer, "stock.picking", "create", values)
        # The person who does it need not be allowed to: a program may have.
        self.env["stock.picking"].browse(picking).sale_id = self.order
        for method in (
            "action_plug4market_print_labels",
            "action_plug4market_fetch_labels_again",
        ):
            self.assertDenied(
                packer, "stock.picking", method, [picking], error=UserError
            )
        picking = self.env["stock.picking"].browse(picking)
        self.assertFalse(picking.plug4market_menu)
        self.assertFalse(picking._get_mail_thread_data_attachments())


class TestCancelInOdoo(PeopleCase):
    def test_nobody_claims_that_the_marketplace_has_cancelled(self):
        salesman = self.make_user("salesman", "sales_team.group_sale_manager")
        for context in ({}, {"plug4market_from_hub": True}):
            self.assertDenied(
                salesman, "sale.order", "action_cancel", self.order.ids, context=context
            )
        self.assertEqual(self.order.state, "sale")
