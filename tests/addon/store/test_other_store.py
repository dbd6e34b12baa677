"""Tokens of another store, or another address: asked first, in words."""

import base64
import json

from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.plug4market_connector.hub import CredentialsError
from odoo.addons.plug4market_connector.lease import held

OTHER_CNPJ = "45543915084695"
ORDER = "ABCDEF0123456789ABCDEF01"


def claims(token, **changed):
    """``token`` with some of its claims changed."""
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    said = {name: v for name, v in {**said, **changed}.items() if v is not None}
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


class TestOtherStore(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug = cls.make_product("CAN-001", "Caneca azul", 25, stock=7)

    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.sync(self.mug)
        self.hub.forget_calls()

    # -- steps ----------------------------------------------------------------

    def row(self, product=None, company=None):
        self.env.invalidate_all()
        return self.env["plug4market.sku"].search(
            [
                ("product_id", "=", (product or self.mug).id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def connection(self):
        self.env.invalidate_all()
        return self.company._plug4market_connection()

    def paste_other_store(self):
        self.paste_tokens(self.hub.store(OTHER_CNPJ, "Outra loja"))
        self.hub.forget_calls()

    def asked(self):
        question = self.env.ref("plug4market_connector.mail_activity_question")
        return self.company.partner_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == question
        )

    def products(self, cnpj):
        return self.hub.products(store=cnpj)

    def assertAsked(self):
        connection = self.connection()
        self.assertEqual(connection.state, "question")
        self.assertEqual(self.company.plug4market_question, "other_store")

    def assertNotAsked(self):
        self.assertEqual(self.connection().state, "connected")
        self.assertFalse(self.company.plug4market_question)
        self.assertFalse(self.asked())

    # -- what asks ------------------------------------------------------------

    def test_tokens_of_another_store_ask_and_nothing_is_sent(self):
        self.paste_other_store()
        self.mug.list_price = 30
        self.export()
        self.worker._poll_company(self.company)
        self.env["plug4market.connection"]._cron_refresh_tokens()

        self.assertAsked()
        self.assertEqual(self.hub.calls(), [])

    def test_one_activity_says_both_stores(self):
        self.paste_other_store()
        self.paste_other_store()
        note = self.asked().ensure_one().note
        self.assertIn(OTHER_CNPJ, note)
        self.assertIn("11222333000181", note)

    def test_new_tokens_of_the_same_store_ask_nothing(self):
        self.paste_tokens(self.hub.new_tokens())
        self.assertNotAsked()

    def test_a_cnpj_spelt_otherwise_is_the_same_store(self):
        tokens = self.hub.new_tokens()
        spelt = "11.222.333/0001-81"
        self.paste_tokens(
            {
                "accessToken": claims(tokens["accessToken"], store=spelt),
                "refreshToken": claims(tokens["refreshToken"], storeCnpj=spelt),
            }
        )
        self.assertNotAsked()

    def test_a_masked_or_missing_cnpj_says_nothing(self):
        for cnpj in ("45.***.***/****-95", None):
            with self.subTest(cnpj=cnpj):
                tokens = self.hub.new_tokens()
                self.paste_tokens(
                    {
                        "accessToken": claims(tokens["accessToken"], store=cnpj),
                        "refreshToken": claims(tokens["refreshToken"], storeCnpj=cnpj),
                    }
                )
                self.assertNotAsked()

    def test_sandbox_to_production_asks_for_the_same_store(self):
        self.company.plug4market_environment = "production"
        self.paste_tokens(self.hub.new_tokens())
        self.assertAsked()
        self.assertIn("api.plug4market.com.br", self.asked().note)

    def test_a_host_of_its_own_asks_though_the_environment_stays(self):
        self.company.plug4market_api_url = "http://127.0.0.1:1"
        self.paste_tokens(self.hub.new_tokens())
        self.assertAsked()

    def test_a_store_that_was_sent_nothing_is_taken(self):
        self.row().unlink()
        self.env["plug4market.category"].search([]).unlink()
        self.paste_other_store()
        self.assertNotAsked()
        self.paste_tokens(self.hub.new_tokens())
        self.assertNotAsked()

    def test_a_store_from_before_the_update_is_known_by_its_tokens(self):
        self.connection().write({"known_store": False, "known_origin": False})
        self.paste_other_store()
        self.assertAsked()

    def test_the_right_tokens_instead_withdraw_the_question(self):
        self.paste_other_store()
        self.paste_tokens(self.hub.new_tokens())
        self.assertNotAsked()
        self.assertEqual(self.row().state, "synced")

    def test_tokens_that_are_removed_leave_no_question_and_are_asked_about_again(self):
        self.paste_other_store()
        self.paste_tokens({"accessToken": False, "refreshToken": False})
        self.assertEqual(self.connection().state, "disconnected")
        self.assertFalse(self.asked())
        self.paste_other_store()
        self.assertAsked()

    # -- what waits -----------------------------------------------------------

    def test_a_click_says_whom_to_ask(self):
        self.paste_other_store()
        shown = self.sync(self.mug)
        self.assertIn("Integration tab", shown["message"])
        with self.assertRaisesRegex(UserError, "access right Settings"):
            self.company.action_plug4market_test_connection()
        self.assertEqual(self.hub.calls(), [])

    def test_a_notice_of_the_new_store_is_kept_and_worked_after_the_answer(self):
        self.paste_other_store()
        order = self.hub.order([("CAN-001", 1, 25)], store=OTHER_CNPJ)
        event = self.notice(order)
        self.work()
        self.assertEqual((event.state, event.attempts), ("pending", 0))

        self.company.action_plug4market_start_afresh()
        self.work()
        self.assertEqual(event.state, "done")
        self.assertTrue(self.find_order(order))

    def test_what_waited_for_orders_of_the_old_store_ends(self):
        order = self.hub.order([("CAN-001", 1, 25)])
        event = self.notice(order)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE plug4market_order_event SET create_date = '2020-01-01' "
            "WHERE id = %s",
            [event.id],
        )
        self.env.invalidate_all()
        self.paste_other_store()

        self.company.action_plug4market_start_afresh()
        self.assertEqual(event.state, "ignored")
        self.assertIn("another store", event.message)

    def test_orders_of_the_old_store_go_on_in_the_same_store(self):
        order = self.hub.order([("CAN-001", 1, 25)])
        event = self.notice(order)
        self.env.flush_all()
        self.paste_other_store()
        self.company.action_plug4market_same_store()
        self.assertEqual(event.state, "pending")

    def test_a_worker_that_was_refused_does_not_get_the_other_stores_tokens(self):
        old = self.connection()._token_pair()
        self.paste_other_store()
        with self.assertRaisesRegex(CredentialsError, "has to answer"):
            self.connection()._renew(old)
        self.assertAsked()
        self.assertEqual(self.hub.calls(), [])

    def test_another_company_goes_on(self):
        other = self.open_second_store()
        self.paste_other_store()
        self.env.flush_all()
        stores = self.env.execute_query(self.env["plug4market.budget"]._select_stores())
        found = {row[0] for row in stores}
        self.assertIn(other.id, found)
        self.assertNotIn(self.company.id, found)
        other._plug4market_client("click").list_orders(size=1)

    # -- another store --------------------------------------------------------

    def test_another_store_gets_all_that_is_on_sale(self):
        self.paste_other_store()
        self.company.action_plug4market_start_afresh()
        self.assertEqual(self.row().state, "pending")
        self.export()

        self.assertEqual(list(self.products(OTHER_CNPJ)), ["CAN-001"])
        self.assertEqual(self.row().state, "synced")
        self.assertNotAsked()

    def test_nothing_of_the_old_store_is_taken_to_be_in_the_new_one(self):
        row = self.row()
        row.refused = {"content": {"wanted": {}, "said": "x"}}
        row.sent_images = ["1"]
        category = self.env["plug4market.category"].create(
            {
                "company_id": self.company.id,
                "category_id": self.env["product.category"].create({"name": "C"}).id,
                "sent_values": {"name": "C"},
                "synced_at": "2026-01-01",
            }
        )
        announcement = self.env["plug4market.announcement"].create(
            {
                "sku_id": row.id,
                "channel_id": self.env["plug4market.sales.channel"].search([])[0].id,
                "sent_offer": {"id": 1},
                "sent_listing": {"a": 1},
                "announcement_id": "x",
                "refused_listing": {"wanted": {}},
            }
        )
        self.paste_other_store()
        self.company.action_plug4market_start_afresh()

        row = self.row()
        self.assertFalse(row.sent_sku or row.sent_body or row.refused)
        self.assertFalse(row.sent_images or row.synced_at)
        self.assertFalse(announcement.sent_offer or announcement.sent_listing)
        self.assertFalse(announcement.announcement_id or announcement.refused_listing)
        self.assertFalse(category.sent_values or category.synced_at)
        self.assertEqual(category.state, "pending")

    def test_what_is_not_on_sale_any_more_does_not_come_to_the_new_store(self):
        self.mug.product_tmpl_id.plug4market_enabled = False
        self.export()
        self.paste_other_store()
        self.company.action_plug4market_start_afresh()
        self.export()
        self.assertEqual(self.row().state, "not_sent")
        self.assertFalse(self.products(OTHER_CNPJ))

    def test_a_call_that_is_not_answered_yet_is_waited_for(self):
        self.enterContext(self.env["plug4market.sku.exporter"]._at_work())
        self.row().lease_id = held().id
        self.paste_other_store()
        self.env.flush_all()
        with (
            self.assertRaisesRegex(UserError, "in a few minutes"),
            self.env.cr.savepoint(),
        ):
            self.company.action_plug4market_start_afresh()
        self.assertAsked()

    def test_a_comparison_of_the_old_store_is_forgotten(self):
        self.env["plug4market.comparison"].create(
            {"company_id": self.company.id, "state": "done"}
        )
        self.paste_other_store()
        self.company.action_plug4market_start_afresh()
        own = [("company_id", "=", self.company.id)]
        self.assertFalse(self.env["plug4market.comparison"].search(own))

    # -- the same store -------------------------------------------------------

    def test_the_same_store_keeps_all_and_is_sent_whole(self):
        self.paste_other_store()
        self.company.action_plug4market_same_store()

        row = self.row()
        self.assertEqual((row.state, row.sent_sku), ("pending", "CAN-001"))
        self.assertFalse(any(row.sent_body.values()))
        self.assertNotAsked()
        self.paste_other_store()
        self.assertNotAsked()

    def test_a_product_that_is_sold_out_goes_first(self):
        self.paste_other_store()
        self.env["stock.quant"].search(
            [("product_id", "=", self.mug.id), ("location_id.usage", "=", "internal")]
        ).quantity = 0
        self.company.action_plug4market_same_store()
        self.assertEqual(self.row().priority, 1)

    # -- who and how often ----------------------------------------------------

    def test_a_second_click_does_nothing_twice(self):
        self.paste_other_store()
        self.company.action_plug4market_start_afresh()
        self.export()
        shown = self.company.action_plug4market_same_store()["params"]
        self.assertIn("already", shown["message"])
        shown = self.company.action_plug4market_start_afresh()["params"]
        self.assertIn("already", shown["message"])
        self.assertEqual(self.row().state, "synced")
        self.assertTrue(self.row().sent_body)

    def test_only_who_looks_after_the_tokens_may_answer(self):
        self.paste_other_store()
        manager = new_test_user(
            self.env,
            "gerente-da-loja",
            "base.group_user,base.group_erp_manager,"
            "plug4market_connector.plug4market_connector_group_manager",
        )
        company = self.company.with_user(manager)
        for answer in ("start_afresh", "same_store"):
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                getattr(company, f"action_plug4market_{answer}")()
        self.assertAsked()

    def test_the_banner_has_the_answers_and_the_others_are_told_whom_to_ask(self):
        self.paste_other_store()
        form = Form(self.company)
        self.assertEqual(form.plug4market_question, "other_store")
        self.assertIn(OTHER_CNPJ, form.plug4market_question_text)
        manager = new_test_user(
            self.env, "chefe-de-loja", "base.group_user,base.group_erp_manager"
        )
        view = self.env["res.company"].with_user(manager).get_view(view_type="form")
        self.assertIn("Ask somebody with the access right", view["arch"])
        self.assertNotIn("action_plug4market_start_afresh", view["arch"])
        view = self.env["res.company"].get_view(view_type="form")
        self.assertIn("action_plug4market_start_afresh", view["arch"])

    def test_the_webhook_address_is_to_be_registered_in_the_new_store(self):
        self.paste_other_store()
        shown = self.company.action_plug4market_start_afresh()["params"]
        self.assertIn("webhook", shown["message"])
        self.assertTrue(shown["sticky"])
