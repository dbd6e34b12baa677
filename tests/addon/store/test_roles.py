"""Who may do what, and what each company sees."""

from lxml import etree
from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user


class TestRoles(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            login="marketplace",
            groups="plug4market_connector.plug4market_connector_group_user",
        )
        cls.other_company = cls.env["res.company"].create({"name": "Outra loja"})
        cls.stranger = new_test_user(
            cls.env,
            login="stranger",
            groups="plug4market_connector.plug4market_connector_group_manager",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )

    def test_a_marketplace_user_edits_and_sends_products(self):
        product = self.product.with_user(self.user)
        product.write({"plug4market_price": 35.5, "default_code": "CAN-326"})
        self.env.flush_all()
        product.action_plug4market_sync()
        self.env.invalidate_all()

        self.assertEqual(product.plug4market_state, "synced", product.plug4market_error)
        self.assertEqual(self.hub.products()["CAN-326"]["price"], 35.5)

    def test_a_marketplace_user_opens_an_order_and_cancels_it(self):
        hub_order, order = self.import_order()
        order = order.with_user(self.user)
        order.web_read({"plug4market_menu": {}, "plug4market_event_ids": {}})
        wizard = order.action_plug4market_cancel_order()
        wizard = (
            self.env[wizard["res_model"]].with_user(self.user).browse(wizard["res_id"])
        )
        wizard.action_cancel()

        self.assertEqual(self.hub.get_order(hub_order["id"])["status"], "CANCELED")

    def test_a_salesman_without_the_role_opens_a_marketplace_order(self):
        salesman = new_test_user(
            self.env,
            login="salesman",
            groups="sales_team.group_sale_salesman_all_leads",
        )
        _hub, order = self.import_order()
        order = order.with_user(salesman)
        arch = etree.fromstring(order.get_view(view_type="form")["arch"])
        shown = {node.get("name") for node in arch.iter("field")}
        ours = {name for name in shown if name.startswith("plug4market")}
        ours &= set(order._fields)
        self.assertIn("plug4market_status", ours)
        self.assertNotIn("plug4market_menu", ours)
        order.web_read({name: {} for name in ours})

    def test_a_salesman_handles_what_an_order_waits_for(self):
        salesman = new_test_user(
            self.env, login="salesman", groups="sales_team.group_sale_salesman"
        )
        self.settings(user_id=salesman.id)
        _hub, order = self.import_order([("CAN-NOVA", 1, 39.9)])
        shown = order.with_user(salesman).action_plug4market_match_products()
        self.assertEqual(shown["params"]["type"], "warning")

        _hub, order = self.import_order(patch={"totalAmount": 500.0})
        order.with_user(salesman).action_plug4market_accept_difference()
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def test_who_may_see_no_payments_opens_an_invoice(self):
        self.settings(auto_invoice=True)
        _hub, order = self.import_order()
        invoice = order.invoice_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.env.invalidate_all()
        self.assertEqual(invoice.with_user(self.user).payment_count, 0)
        self.env.invalidate_all()
        self.assertEqual(invoice.payment_count, 1)

    def test_who_works_in_the_warehouse_opens_a_transfer(self):
        _hub, order = self.import_order()
        worker = new_test_user(self.env, login="w", groups="stock.group_stock_user")
        picking = order.picking_ids.with_user(worker)
        self.env.invalidate_all()
        # Odoo looks at where each carrier delivers.
        self.assertTrue(picking.allowed_carrier_ids)

    def test_without_the_role_nobody_speaks_to_the_marketplace(self):
        salesman = new_test_user(
            self.env, login="seller", groups="sales_team.group_sale_manager"
        )
        _hub, order = self.import_order()
        order.with_user(salesman).read()
        self.product.with_user(salesman).read()
        for action in (
            order.with_user(salesman).action_plug4market_send_delivered,
            self.product.with_user(salesman).action_plug4market_sync,
        ):
            with self.assertRaises(AccessError):
                action()

    def test_events_and_skus_of_another_company_are_out_of_sight(self):
        hub_order, _order = self.import_order()
        event = self.events(hub_order)[:1]
        self.env["plug4market.sku"]._ensure(self.company, self.product)

        self.assertFalse(
            self.env["plug4market.sku"].with_user(self.stranger).search([])
        )
        with self.assertRaises(AccessError):
            event.with_user(self.stranger).read(["message"])
        with self.assertRaises(AccessError):
            event.with_user(self.stranger).action_retry()

    def test_only_a_system_administrator_reads_tokens(self):
        for name in ("access_token", "refresh_token", "webhook_token", "webhook_url"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.company.with_user(self.stranger).read([f"plug4market_{name}"])
        with self.assertRaises(AccessError):
            self.env["plug4market.connection"].with_user(self.user).search([])

    def test_only_a_manager_retries_events(self):
        hub_order, _order = self.import_order()
        with self.assertRaises(AccessError):
            self.events(hub_order)[:1].with_user(self.user).action_retry()

    def test_a_neutralised_copy_cannot_speak_for_the_store(self):
        self.company._plug4market_connection().write(
            {"known_database": {"oid": 1}, "question": "other_database"}
        )
        self.env.flush_all()
        with self.env.registry.cursor() as cr:
            for query in get_neutralization_queries(["plug4market_connector"]):
                cr.execute(query)
        self.env.invalidate_all()

        self.assertFalse(self.company.plug4market_active)
        self.assertFalse(self.company.plug4market_access_token)
        self.assertFalse(self.company.plug4market_webhook_token)
        connection = self.company._plug4market_connection()
        self.assertFalse(connection.known_database or connection.question)
        self.assertEqual(self.company.plug4market_environment, "simulator")
