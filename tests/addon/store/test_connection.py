"""Tokens: pasted, renewed, dead; and what each says to a person."""

import base64
from datetime import datetime, timedelta

from odoo_case import Plug4marketCase

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time


class TestConnection(Plug4marketCase):
    def connection(self):
        self.env.invalidate_all()
        return self.company._plug4market_connection()

    def test_pasted_tokens_connect_the_store_and_tell_its_expiry(self):
        connection = self.connection()

        self.assertEqual(connection.state, "connected")
        self.assertEqual(self.company.plug4market_store_cnpj, "11222333000181")
        self.assertTrue(self.company.plug4market_access_token_expiry)
        self.assertTrue(self.company.plug4market_refresh_token_expiry)

    def test_tokens_wrapped_in_base64_are_unwrapped(self):
        tokens = self.hub.new_tokens()
        wrapped = {
            name: base64.b64encode(tokens[name].encode()).decode()
            for name in ("accessToken", "refreshToken")
        }
        self.paste_tokens(wrapped)

        self.assertEqual(self.connection().access_token, tokens["accessToken"])

    def test_what_is_no_token_is_refused_with_where_to_find_it(self):
        with self.assertRaisesRegex(ValidationError, "Gerar Tokens"):
            self.paste_tokens({"accessToken": "abc", "refreshToken": "def"})

    def test_tokens_pasted_into_each_others_field_are_put_right(self):
        tokens = self.hub.new_tokens()
        self.paste_tokens(
            {
                "accessToken": tokens["refreshToken"],
                "refreshToken": tokens["accessToken"],
            }
        )
        self.assertEqual(self.connection().access_token, tokens["accessToken"])

    def test_the_tokens_of_another_store_are_doubted(self):
        self.company.vat = "45.543.915/0846-95"
        shown = self.company.action_plug4market_test_connection()["params"]
        self.assertEqual(shown["type"], "warning")
        self.assertIn("11222333000181", shown["message"])

    def test_a_branch_may_keep_its_books_with_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Filial", "parent_id": self.company.id}
        )
        self.assertNotIn(
            branch,
            self.env["account.journal"].search([("type", "=", "sale")]).company_id,
        )
        branch.chart_template = False
        branch.plug4market_active = True
        self.assertTrue(branch.plug4market_webhook_token)

    def test_a_company_without_accounts_is_told_what_it_lacks(self):
        other = self.env["res.company"].create({"name": "Sem plano de contas"})
        with self.assertRaisesRegex(ValidationError, "a chart of accounts"):
            other.plug4market_active = True

    def test_an_address_that_is_none_is_refused(self):
        for address in ("", "ftp://127.0.0.1", "minha loja"):
            with (
                self.subTest(address),
                self.assertRaisesRegex(ValidationError, "https"),
            ):
                self.company.plug4market_api_url = address

    def test_what_cannot_be_reached_is_said_without_technical_words(self):
        self.move_hub("http://127.0.0.1:9")
        with self.assertRaisesRegex(UserError, "cannot be reached") as raised:
            self.company.action_plug4market_test_connection()
        self.assertNotIn("Error", str(raised.exception))
        self.assertNotIn("again", str(raised.exception))

    def test_the_connection_test_names_the_store(self):
        shown = self.company.action_plug4market_test_connection()
        self.assertIn("11222333000181", shown["params"]["message"])

    def test_the_connection_test_of_revoked_tokens_says_what_to_do(self):
        self.hub.new_tokens(revoke_old=True)
        with self.assertRaisesRegex(UserError, "Gerar Tokens"):
            self.company.action_plug4market_test_connection()

    def test_an_expired_access_token_is_renewed_and_the_call_goes_through(self):
        before = self.connection().access_token
        self.hub.faults(expired_access=1)
        _hub, order = self.import_order()

        self.assertTrue(order)
        self.assertNotEqual(self.connection().access_token, before)
        self.assertEqual(self.connection().state, "connected")

    def test_who_comes_second_takes_the_tokens_the_first_has_renewed(self):
        connection = self.connection()
        failed = connection._token_pair()
        renewed = connection._renew(failed)
        self.hub.forget_calls()

        self.assertEqual(connection._renew(failed), renewed)
        self.assertFalse(self.hub.calls())

    def test_dead_tokens_stop_the_store_once_and_nothing_queued_is_lost(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        self.notice(hub_order)
        tokens = self.hub.new_tokens(revoke_old=True)
        self.work()

        self.assertEqual(self.connection().state, "error")
        self.assertEqual(self.events(hub_order).state, "pending")
        activities = self.company.partner_id.activity_ids
        self.assertEqual(len(activities), 1)
        self.assertIn("Gerar Tokens", activities.note)

        self.hub.forget_calls()
        self.work()
        self.assertFalse(self.hub.calls())

        sent = self.product.action_plug4market_sync()["params"]
        self.assertIn("Gerar Tokens", sent["message"])

        self.paste_tokens(tokens)
        self.assertFalse(self.company.partner_id.activity_ids, "it was answered")
        self.events(hub_order).next_attempt_at = "2020-01-01"
        self.work()
        self.assertTrue(self.find_order(hub_order))

    def test_the_cron_renews_what_is_older_than_half_its_life(self):
        before = self.connection().access_token
        self.connection()._renew_if_old()
        self.assertEqual(self.connection().access_token, before)

        with freeze_time(datetime.now() + timedelta(hours=13)):
            self.connection()._renew_if_old()
        self.assertNotEqual(self.connection().access_token, before)

    def test_enabling_says_what_the_company_lacks(self):
        company = self.env["res.company"].create({"name": "Vazia"})
        self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        ).active = False
        with self.assertRaisesRegex(ValidationError, "warehouse.*chart"):
            company.plug4market_active = True

    def test_a_full_budget_makes_no_call_and_says_when(self):
        budget = self.env["plug4market.budget"]
        for _call in range(100):
            budget._acquire(self.company, "orders")
        self.hub.forget_calls()
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        event = self.notice(hub_order)
        self.worker._run()
        self.env.invalidate_all()

        self.assertFalse(self.hub.calls())
        self.assertEqual(event.state, "pending")
        self.assertEqual(event.attempts, 0)
        self.assertGreater(event.next_attempt_at, event.create_date)
