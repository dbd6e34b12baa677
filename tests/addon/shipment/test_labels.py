"""Shipping labels: fetched, waited for, and printed as one file."""

import io
import zipfile
from unittest.mock import patch

from hub_control import STORE_CNPJ
from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools.pdf import PdfFileReader

from odoo.addons.plug4market_connector.models.shipment import plug4market_label


class LabelCase(Plug4marketCase):
    def setUp(self):
        super().setUp()
        # No test depends on how fast the machine is.
        self.enterContext(patch.object(plug4market_label, "CLICK_SECONDS", 60))

    def make_orders(self, count=1, status="INVOICED", **values):
        """Orders that were imported and then reached ``status``, as one recordset."""
        orders = self.env["sale.order"]
        for _number in range(count):
            hub_order, order = self.import_order(**values)
            if status != "APPROVED":
                self.reach(order, status, hub_order)
            orders |= order
        self.hub.forget_calls()
        return orders

    def reach(self, order, status, hub_order=None):
        uid = hub_order["id"] if hub_order else order.plug4market_order_uid_raw
        self.notice(self.hub.set_status(uid, status) or {"id": uid}, status)
        self.work()

    def click(self, records):
        self.env.flush_all()
        answer = records.action_plug4market_print_labels()
        self.env.invalidate_all()
        return answer

    def click_again(self, records):
        self.env.flush_all()
        answer = records.action_plug4market_fetch_labels_again()
        self.env.invalidate_all()
        return answer["params"]

    def run_cron(self, later=False):
        """Let the scheduler come; ``later``: when the next attempts are due."""
        if later:
            self.labels().next_attempt_at = "2020-01-01"
        self.env.flush_all()
        fetcher = self.env["plug4market.label.fetcher"]
        while fetcher._run():
            pass
        self.env.invalidate_all()

    def labels(self):
        return self.env["plug4market.label"].search([])

    def label(self, order):
        return order.plug4market_label_ids

    def file_of(self, answer):
        """What the browser downloads: name, type, bytes."""
        download = answer.get("params", {}).get("next", answer)
        self.assertEqual(download["type"], "ir.actions.act_url", answer)
        ids = download["url"].rpartition("/")[2].split(",")
        return self.env["plug4market.label"].browse(map(int, ids))._printable_file()

    def pages(self, content):
        reader = PdfFileReader(io.BytesIO(content))
        return [page.extract_text() for page in reader.pages]

    def label_calls(self):
        return [c for c in self.hub.calls() if c["path"].endswith("/label")]


class TestLabelFile(LabelCase):
    def test_the_pdfs_of_many_orders_are_one_pdf_in_the_order_of_the_choice(self):
        orders = self.make_orders(3).sorted("id", reverse=True)
        name, mimetype, content = self.file_of(self.click(orders))
        self.assertEqual((name, mimetype), ("labels.pdf", "application/pdf"))
        pages = self.pages(content)
        self.assertEqual(len(pages), 3)
        for page, order in zip(pages, orders, strict=True):
            self.assertIn(order.client_order_ref, page)

    def test_each_form_the_hub_answers_in_is_kept_and_printed(self):
        kinds = {
            "pdf": ("pdf", "pdf"),
            "json_url": ("pdf", "pdf"),
            "json_base64": ("pdf", "pdf"),
            "zpl": ("zpl", "zpl"),
            "zip": ("zip", "zpl"),
            "zip_mixed": ("zip", "zip"),
        }
        for form, (kept, printed) in kinds.items():
            with self.subTest(form):
                self.hub.faults(label_form=form)
                order = self.make_orders()
                name, _mimetype, content = self.file_of(self.click(order))
                label = self.label(order)
                self.assertEqual((label.state, label.kind), ("ready", kept))
                self.assertEqual(name, f"{order.name}.{printed}")
                start = {"pdf": b"%PDF", "zpl": b"^XA", "zip": b"PK"}[printed]
                self.assertTrue(content.startswith(start))
                self.assertTrue(label.fetched_at)
                self.assertEqual(
                    (label.attachment_id.res_model, label.attachment_id.res_id),
                    ("plug4market.label", label.id),
                )

    def test_zpls_are_one_text_and_mixed_kinds_a_zip_of_the_two(self):
        self.hub.faults(label_form="zpl")
        first = self.make_orders(2)
        self.assertEqual(self.file_of(self.click(first))[2].count(b"^XA"), 2)
        self.hub.faults(label_form="pdf")
        orders = first | self.make_orders(2)
        name, _mimetype, content = self.file_of(self.click(orders))
        self.assertEqual(name, "labels.zip")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertEqual(len(self.pages(archive.read("labels.pdf"))), 2)
            self.assertEqual(archive.read("labels.zpl").count(b"^XA"), 2)

    def test_a_stored_label_costs_no_call_and_is_stored_once(self):
        order = self.make_orders()
        self.click(order)
        self.hub.forget_calls()
        self.file_of(self.click(order))
        self.file_of(self.click(order.picking_ids))
        self.assertFalse(self.hub.calls())
        self.assertEqual(len(self.labels().attachment_id), 1)

    def test_order_and_transfer_print_the_same_file(self):
        order = self.make_orders()
        picking = order.picking_ids
        printed = self.file_of(self.click(picking))
        self.assertEqual(self.file_of(self.click(order)), printed)
        self.assertEqual(picking.plug4market_label_state, "ready")
        self.assertEqual(order.plug4market_label_state, "ready")

    def test_the_chatter_holds_no_file_that_its_reader_may_not_write(self):
        order = self.make_orders()
        self.click(order)
        for record in (order, order.picking_ids):
            # Whoever looks at a PDF in the chatter writes its thumbnail.
            files = record._get_mail_thread_data_attachments()
            self.assertNotIn(self.label(order).attachment_id, files)

    def test_fetch_again_replaces_the_file_and_keeps_it_while_the_hub_is_away(self):
        order = self.make_orders()
        self.click(order)
        old = self.label(order).attachment_id
        self.hub.faults(server_error={"calls": None})
        shown = self.click_again(order)
        self.assertEqual(shown["type"], "warning")
        self.assertEqual(self.label(order).state, "waiting")
        self.file_of(self.click(order))
        self.hub.faults(label_form="zpl")
        shown = self.click_again(order)
        self.assertEqual(shown["type"], "success", shown)
        label = self.label(order)
        self.assertEqual(label.kind, "zpl")
        self.assertFalse(old.exists())

    def test_a_deleted_order_leaves_no_file_behind(self):
        order = self.make_orders()
        self.click(order)
        attachment = self.label(order).attachment_id
        self.reach(order, "CANCELED")
        order.unlink()
        self.assertFalse(attachment.exists())


class TestLabelWaits(LabelCase):
    def test_before_the_invoice_it_says_what_to_do_and_comes_by_itself_after_it(self):
        order = self.make_orders(status="APPROVED")
        shown = self.click(order)["params"]
        self.assertIn("Send the invoice", shown["message"])
        self.assertIn("Etiqueta ainda não disponível", shown["message"])
        label = self.label(order)
        self.assertEqual(label.state, "waiting")
        self.assertGreater(label.next_attempt_at, label.failing_since)

        self.reach(order, "INVOICED")
        self.run_cron()
        self.assertEqual(self.label(order).state, "ready")
        self.assertFalse(self.label(order).message)

    def test_not_ready_is_asked_again_with_growing_pauses_until_it_is(self):
        order = self.make_orders()
        self.hub.faults(label_form="pending")
        shown = self.click(order)["params"]
        self.assertIn(order.name, shown["message"])
        self.assertIn("Waiting for the marketplace", shown["message"])
        self.run_cron()
        self.assertEqual(len(self.label_calls()), 1, "it is not due yet")
        for _attempt in range(4):
            self.run_cron(later=True)
        label = self.label(order)
        self.assertEqual((label.state, label.attempts), ("waiting", 5))
        pause = label.next_attempt_at - self.env.cr.now()
        self.assertGreater(pause.total_seconds(), 300)
        self.hub.faults()
        self.run_cron(later=True)
        self.assertEqual(self.label(order).state, "ready")

    def test_a_waiting_label_holds_up_no_other_call_of_its_order(self):
        order = self.make_orders()
        self.hub.faults(label_form="pending")
        self.click(order)
        order._plug4market_send_now(
            [
                {
                    **order._plug4market_prepare_event_values("shipment"),
                    "payload": {"carrier": "Correios", "tracking_number": "BR1"},
                }
            ]
        )
        self.env.invalidate_all()
        self.assertEqual(order.plug4market_status, "SHIPPED")
        self.assertEqual(self.label(order).state, "waiting")

    def test_after_three_days_a_person_is_asked(self):
        order = self.make_orders()
        self.hub.faults(label_form="pending")
        self.click(order)
        self.label(order).write({"failing_since": "2020-01-01", "attempts": 9})
        self.run_cron(later=True)
        self.assertEqual(self.label(order).state, "error")
        self.assertIn("no label for days", self.label(order).message)
        self.assertIn("Fetch again", self.label(order).message)

    def test_passing_failures_are_tried_again(self):
        on_label = {"calls": None, "path_contains": "/label"}
        faults = {
            "away": {"drop_connection": on_label},
            "lost": {"lost_answer": on_label},
            "page": {"bad_gateway": on_label},
            "error": {"server_error": on_label},
            "empty": {"empty_answer": on_label},
            "html": {"label_form": "html"},
            "429": {"too_many_requests": {**on_label, "retry_after": 30}},
        }
        for name, switched in faults.items():
            with self.subTest(name):
                order = self.make_orders()
                self.hub.faults(**switched)
                shown = self.click(order)["params"]
                self.assertEqual(shown["type"], "warning")
                self.assertIn("by itself", shown["message"])
                self.assertEqual(self.label(order).state, "waiting")
                self.hub.faults()
                self.env.cr.execute("UPDATE plug4market_budget SET hold_until = NULL")
                self.run_cron(later=True)
                self.assertEqual(self.label(order).state, "ready")

    def test_what_cannot_be_printed_needs_a_person_and_stops_no_other(self):
        words = {
            "broken": "damaged",
            "huge": "larger",
            "zip_bomb": "larger",
            "image": "neither PDF nor ZPL",
            "private_url": "does not open",
        }
        good = self.make_orders()
        self.click(good)
        for form, said in words.items():
            with self.subTest(form):
                self.hub.faults(label_form=form)
                bad = self.make_orders()
                answer = self.click(bad | good)
                self.assertIn("printed: 1. Not printed: 1", answer["params"]["title"])
                self.assertIn(said, answer["params"]["message"])
                self.assertIn(bad.name, answer["params"]["message"])
                self.assertNotIn(good.name, answer["params"]["message"])
                self.assertEqual(len(self.pages(self.file_of(answer)[2])), 1)
                self.assertEqual(self.label(bad).state, "error")
                self.assertFalse(self.label(bad).attachment_id)

    def test_without_tokens_labels_wait_and_go_on_with_new_ones(self):
        order = self.make_orders()
        self.company.write(
            {"plug4market_access_token": False, "plug4market_refresh_token": False}
        )
        shown = self.click(order)["params"]
        self.assertIn("by itself", shown["message"])
        self.assertEqual(self.label(order).state, "waiting")
        self.paste_tokens(self.hub.new_tokens(STORE_CNPJ))
        self.run_cron()
        self.assertEqual(self.label(order).state, "ready")

    def test_expired_tokens_are_renewed_on_the_way(self):
        order = self.make_orders()
        self.hub.faults(expired_access={"until_refresh": True})
        self.file_of(self.click(order))

    def test_more_than_a_click_may_take_is_left_to_the_queue(self):
        orders = self.make_orders(3)
        at_once = patch.object(plug4market_label, "DONE_AT_ONCE", 2)
        with at_once, patch.object(plug4market_label, "CLICK_SECONDS", -1):
            shown = self.click(orders)["params"]
        self.assertEqual(shown["message"].count("in a moment"), 3)
        self.assertFalse(self.label_calls())
        self.run_cron()
        self.assertEqual(len(self.pages(self.file_of(self.click(orders))[2])), 3)
        self.assertEqual(len(self.label_calls()), 3)


class TestLabelRules(LabelCase):
    def test_it_is_fetched_by_itself_when_the_settings_ask_for_it(self):
        self.make_orders()
        self.run_cron()
        self.assertFalse(self.labels())
        self.settings(auto_label=True)
        order = self.make_orders()
        self.run_cron()
        self.assertEqual(self.labels().order_id, order)
        self.assertEqual(self.label(order).state, "ready")
        self.hub.forget_calls()
        self.reach(order, "SHIPPED")
        self.run_cron()
        self.assertFalse(self.label_calls())

    def test_fulfilment_orders_have_no_label_and_say_so(self):
        self.settings(auto_label=True)
        order = self.make_orders(orderType=1)
        shown = self.click(order)["params"]
        self.assertIn("ships this order itself", shown["message"])
        self.run_cron()
        self.assertFalse(self.labels())
        self.assertFalse(self.label_calls())

    def test_the_label_of_a_cancelled_order_is_marked_and_not_printed(self):
        printed, waiting = orders = self.make_orders(2)
        self.click(printed)
        self.hub.faults(label_form="pending")
        self.click(waiting)
        for order in orders:
            self.reach(order, "CANCELED")
        self.assertEqual(self.labels().mapped("state"), ["void", "void"])
        self.assertTrue(self.label(printed).attachment_id)
        self.hub.forget_calls()
        shown = self.click(orders)["params"]
        self.assertEqual(shown["message"].count("must not be used"), 2)
        self.click_again(orders)
        self.run_cron(later=True)
        self.assertFalse(self.label_calls())
        self.assertIsNone(self.label(printed)._printable_file())

    def test_a_label_that_arrives_after_the_cancellation_stays_void(self):
        order = self.make_orders()
        self.hub.faults(label_form="pending")
        self.click(order)
        self.label(order)._void()
        self.label(order)._settle("ready", False)
        self.assertEqual(self.label(order).state, "void")

    def test_what_is_no_marketplace_order_is_said_so(self):
        plain = self.env["sale.order"].create(
            {"partner_id": self.company.partner_id.id}
        )
        with self.assertRaisesRegex(UserError, "marketplace order"):
            self.click(plain)

    def test_who_works_in_the_warehouse_prints_without_the_marketplace_role(self):
        order = self.make_orders()
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        picking = order.picking_ids.with_user(packer)
        answer = self.click(picking)
        ids = answer["url"].rpartition("/")[2].split(",")
        label = self.env["plug4market.label"].with_user(packer).browse(map(int, ids))
        label.check_access("read")
        self.assertTrue(label._printable_file())
        self.assertTrue(label.attachment_id.with_user(packer).raw)
        picking.web_read(
            {"plug4market_label_state": {}, "plug4market_label_message": {}}
        )

    def test_a_marketplace_user_prints_from_the_order(self):
        order = self.make_orders()
        seller = new_test_user(
            self.env,
            "seller",
            groups="plug4market_connector.plug4market_connector_group_user",
        )
        self.file_of(self.click(order.with_user(seller)))
        order.with_user(seller).web_read(
            {"plug4market_label_state": {}, "plug4market_label_message": {}}
        )

    def test_others_print_nothing_and_other_companies_see_nothing(self):
        order = self.make_orders()
        self.click(order)
        salesman = new_test_user(
            self.env, "salesman", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            order.with_user(salesman).action_plug4market_print_labels()
        other = self.env["res.company"].create({"name": "Outra loja"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="plug4market_connector.plug4market_connector_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.label(order).with_user(stranger).check_access("read")
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_plug4market_print_labels()

    def test_two_clicks_that_ask_at_once_make_one_row(self):
        order = self.make_orders()
        Label = self.env["plug4market.label"]
        first = Label._ask(order)
        self.assertEqual(Label._ask(order), first)
        self.env.flush_all()
        with self.env["plug4market.label.fetcher"]._at_work():
            self.assertEqual(Label._claim(only=first.ids), first)
            self.assertFalse(Label._claim(only=first.ids), "leased to the first")
