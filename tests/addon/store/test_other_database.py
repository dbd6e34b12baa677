"""A database that was moved, restored or copied: asked before a call is made."""

from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

SKIP = "plug4market_connector.skip_fingerprint"


class TestOtherDatabase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mug = cls.make_product("CAN-001", "Caneca azul", 25, stock=7)

    def setUp(self):
        super().setUp()
        self.ask_in_english()
        self.env["ir.config_parameter"].set_param(SKIP, "False")
        self.sync(self.mug)
        self.hub.forget_calls()

    # -- steps ----------------------------------------------------------------

    def connection(self):
        self.env.invalidate_all()
        return self.company._plug4market_connection()

    def row(self):
        self.env.invalidate_all()
        return self.mug.plug4market_sku_ids.filtered(
            lambda row: row.company_id == self.company
        )

    def be_elsewhere(self, **marks):
        """Let the store have been connected in a database with other ``marks``."""
        connection = self.connection()
        marks = marks or {"oid": 1}
        connection.known_database = {**connection.known_database, **marks}
        self.env.flush_all()

    def ask(self):
        """Be in another database and try a call."""
        self.be_elsewhere()
        self.try_a_call()

    def try_a_call(self):
        """What a job does; an error that leaves a click would undo the question."""
        self.worker._poll_company(self.company)

    def asked(self):
        question = self.env.ref("plug4market_connector.mail_activity_question")
        return self.company.partner_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == question
        )

    def lose(self, hub_order):
        """Forget an order and its events, as an older backup does not have them."""
        order = self.find_order(hub_order)
        self.events(hub_order).sudo().unlink()
        self.env.cr.execute("DELETE FROM sale_order WHERE id = %s", [order.id])
        self.env.invalidate_all()

    def assertAsked(self):
        self.assertEqual(self.connection().state, "question")
        self.assertEqual(self.company.plug4market_question, "other_database")

    def assertNotAsked(self):
        self.assertEqual(self.connection().state, "connected")
        self.assertFalse(self.asked())

    # -- what asks ------------------------------------------------------------

    def test_the_first_call_says_where_the_store_was_connected(self):
        known = self.connection().known_database
        uuid = self.env["ir.config_parameter"].get_param("database.uuid")
        self.assertEqual(known["uuid"], uuid)
        self.assertTrue(known["oid"])

    def test_the_first_tokens_say_it_too(self):
        self.connection().known_database = False
        self.paste_tokens(self.hub.new_tokens())
        self.assertTrue(self.connection().known_database["oid"])

    def test_the_same_database_asks_nothing(self):
        self.company.action_plug4market_test_connection()
        self.assertNotAsked()

    def test_a_duplicate_of_the_manager_asks(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "another")
        self.try_a_call()
        self.assertAsked()
        with self.assertRaisesRegex(UserError, "access right Settings"):
            self.company.action_plug4market_test_connection()

    def test_a_restore_that_keeps_the_uuid_asks(self):
        self.be_elsewhere(oid=1)
        self.try_a_call()
        self.assertAsked()

    def test_another_server_asks_where_it_can_be_told(self):
        self.be_elsewhere(cluster="1")
        self.try_a_call()
        self.assertAsked()

    def test_a_server_that_could_not_be_told_says_nothing(self):
        self.be_elsewhere(cluster=None)
        self.company.action_plug4market_test_connection()
        self.assertNotAsked()

    def test_the_jobs_make_no_call_and_renew_no_tokens(self):
        self.be_elsewhere()
        self.connection().access_token_expiry = "2020-01-01"
        tokens = self.connection().access_token
        self.mug.list_price = 30
        self.export()
        self.worker._poll_company(self.company)
        self.env["plug4market.connection"]._cron_refresh_tokens()
        self.assertAsked()
        self.assertEqual(self.hub.calls(), [])
        self.assertEqual(self.connection().access_token, tokens)
        self.assertEqual(self.row().state, "pending")

    def test_old_tokens_are_not_renewed_by_the_first_to_look(self):
        self.be_elsewhere()
        with self.assertRaisesRegex(Exception, "another database"):
            self.connection()._renew()
        self.assertAsked()
        self.assertEqual(self.hub.calls(), [])

    def test_one_activity_is_left(self):
        self.ask()
        self.worker._poll_company(self.company)
        self.assertIn("lock each other out", self.asked().ensure_one().note)

    def test_new_tokens_do_not_answer_it(self):
        self.ask()
        self.paste_tokens(self.hub.new_tokens())
        self.hub.forget_calls()
        self.try_a_call()
        self.assertAsked()
        self.assertEqual(self.hub.calls(), [])

    def test_clones_of_this_project_ask_nothing(self):
        self.env["ir.config_parameter"].set_param(SKIP, "1")
        self.be_elsewhere()
        self.company.action_plug4market_test_connection()
        self.assertNotAsked()

    def test_a_notice_that_comes_meanwhile_is_worked_after_the_answer(self):
        self.ask()
        order = self.hub.order([("CAN-001", 1, 25)])
        event = self.notice(order)
        self.work()
        self.assertEqual((event.state, event.attempts), ("pending", 0))
        self.company.action_plug4market_database_moved()
        self.work()
        self.assertEqual(event.state, "done")

    # -- answers --------------------------------------------------------------

    def test_moved_goes_on_here_and_tells_what_changed(self):
        self.ask()
        self.mug.list_price = 31
        self.company.action_plug4market_database_moved()
        self.export()
        self.assertNotAsked()
        self.assertEqual(self.hub.products()["CAN-001"]["price"], 31)
        self.company.action_plug4market_test_connection()

    def test_restored_sends_what_the_backup_takes_for_sent(self):
        client = self.company._plug4market_client("click")
        product = self.hub.products()["CAN-001"]
        client.update_product(
            "CAN-001", {"productId": product["productId"], "price": 99}
        )
        self.assertEqual(self.hub.products()["CAN-001"]["price"], 99)
        self.ask()
        self.company.action_plug4market_database_restored()
        self.export()
        self.assertEqual(self.hub.products()["CAN-001"]["price"], 25)
        self.assertEqual(self.row().state, "synced")

    def test_restored_finds_orders_that_the_hub_knows_the_number_of(self):
        hub_order, order = self.import_order([("CAN-001", 1, 25)])
        self.assertTrue(order)
        self.lose(hub_order)
        self.worker._poll_company(self.company)
        self.work()
        self.assertFalse(self.find_order(hub_order))

        self.ask()
        self.company.action_plug4market_database_restored()
        self.worker._poll_company(self.company)
        self.work()
        self.assertTrue(self.find_order(hub_order))
        self.assertFalse(self.connection().reads_all_orders)

    def test_a_copy_loses_its_tokens_and_is_switched_off(self):
        self.ask()
        self.company.action_plug4market_database_copied()
        connection = self.connection()
        self.assertFalse(connection.access_token or connection.refresh_token)
        self.assertEqual(connection.state, "disconnected")
        self.assertFalse(self.company.plug4market_active)
        self.assertFalse(self.company.plug4market_webhook_token)
        self.assertFalse(connection.known_database or self.asked())
        self.assertEqual(self.hub.calls(), [])

    def test_a_second_click_does_nothing_twice(self):
        self.ask()
        self.company.action_plug4market_database_moved()
        for answer in ("moved", "restored", "copied"):
            action = getattr(self.company, f"action_plug4market_database_{answer}")
            self.assertIn("already", action()["params"]["message"])
        self.assertNotAsked()
        self.assertTrue(self.company.plug4market_active)

    def test_only_who_looks_after_the_tokens_may_answer(self):
        self.ask()
        manager = new_test_user(
            self.env,
            "gerente-do-banco",
            "base.group_user,base.group_erp_manager,"
            "plug4market_connector.plug4market_connector_group_manager",
        )
        company = self.company.with_user(manager)
        for answer in ("moved", "restored", "copied"):
            action = getattr(company, f"action_plug4market_database_{answer}")
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                action()
        self.assertAsked()
