"""The main job, thinly: with the addon alone, no simulator and no other tool.

odoo -d NEW_DATABASE -i plug4market_connector --test-tags plug4market --stop-after-init
"""

from .common import OTHER_CNPJ, STORE_CNPJ, SmokeCase
from .samples import BUYER_CPF


class TestSmoke(SmokeCase):
    def publish(self):
        self.assertSuccess(self.as_seller(self.product).action_plug4market_sync())

    def test_pasted_tokens_connect_the_store(self):
        shown = self.company.action_plug4market_test_connection()

        self.assertSuccess(shown)
        self.assertEqual(self.company.plug4market_connection_state, "connected")
        self.assertEqual(self.company.plug4market_store_cnpj, STORE_CNPJ)

    def test_a_product_is_published_and_its_stock_follows(self):
        self.publish()

        [body] = self.hub.sent("POST", "/products")
        self.assertEqual(
            {name: body[name] for name in ("sku", "name", "price", "stock", "weight")},
            {
                "sku": "SMOKE-1",
                "name": "Caneca",
                "price": 39.9,
                "stock": 5,
                "weight": 350,
            },
        )
        product = self.product.with_company(self.company)
        self.assertEqual(product.plug4market_state, "synced")

        self.set_stock(0)
        self.run_job("export_products")
        self.assertEqual(self.hub.products["SMOKE-1"]["stock"], 0)
        self.assertTrue(self.hub.sent("PUT", "/products/SMOKE-1"))

    def test_an_order_goes_from_its_notice_to_its_delivery(self):
        hub_order, order = self.import_order()

        self.assertEqual(len(order), 1)
        self.assertEqual((order.company_id, order.state), (self.company, "sale"))
        self.assertEqual(order.partner_id.vat, BUYER_CPF)
        self.assertEqual(round(order.amount_total * 100), 9623)
        confirmed = self.hub.sent("POST", f"/orders/{hub_order['id']}/confirm")
        self.assertEqual(confirmed, [{"orderIdStore": order.name}])

        invoice = self.invoice_with_nfe(order)
        self.assertEqual(round(invoice.amount_total * 100), 9623)
        self.assertSuccess(invoice.action_plug4market_send_invoice())
        self.assertEqual(order.plug4market_status, "INVOICED")
        sent = hub_order["invoice"]
        self.assertEqual(sent["nfeAccessKey"], invoice.plug4market_nfe_access_key)
        self.assertIn("<nfeProc", sent["xml"])

        opened = order.action_plug4market_send_shipment()
        wizard = self.env[opened["res_model"]].with_user(self.seller)
        wizard = wizard.with_context(**opened["context"])
        parcel = {"carrier": "Correios", "tracking_number": "BR123456789BR"}
        self.assertSuccess(wizard.create(parcel).action_send())
        self.assertEqual(order.plug4market_status, "SHIPPED")
        self.assertEqual(hub_order["shipment"]["trackingNumber"], "BR123456789BR")

        self.assertSuccess(order.action_plug4market_send_delivered())
        self.assertEqual(order.plug4market_status, "COMPLETED")
        self.assertTrue(hub_order["deliveredAt"])

    def test_the_same_notice_twice_makes_one_order(self):
        hub_order, order = self.import_order()
        self.announce(hub_order)
        self.run_job("process_events")

        self.assertEqual(self.find_orders(hub_order), order)
        confirmed = self.hub.sent("POST", f"/orders/{hub_order['id']}/confirm")
        self.assertEqual(len(confirmed), 1)

    def test_an_order_cancelled_in_odoo_is_cancelled_on_the_marketplace(self):
        hub_order, order = self.import_order()
        opened = order.action_plug4market_cancel_order()
        wizard = self.env[opened["res_model"]].with_user(self.seller)
        self.assertSuccess(wizard.browse(opened["res_id"]).action_cancel())

        self.assertEqual(hub_order["status"], "CANCELED")
        self.assertCancelled(order)

    def test_an_order_cancelled_on_the_marketplace_is_cancelled_in_odoo(self):
        hub_order, order = self.import_order()
        hub_order["status"] = "CANCELED"
        self.announce(hub_order)
        self.run_job("process_events")

        self.assertCancelled(order)

    def test_a_refused_access_token_is_renewed_and_the_call_made_again(self):
        refused = self.company.plug4market_access_token
        self.hub.expired.add(refused)
        hub_order, order = self.import_order()

        self.assertEqual(order.state, "sale")
        self.assertTrue(hub_order["integratedStore"])
        self.assertNotEqual(self.company.plug4market_access_token, refused)
        self.assertEqual(self.company.plug4market_connection_state, "connected")

    def test_a_second_store_is_left_alone(self):
        token = self.other.plug4market_access_token
        self.publish()
        _hub_order, order = self.import_order()

        self.assertEqual(order.company_id, self.company)
        self.assertNotIn(token, self.hub.bearers)
        theirs = [("company_id", "=", self.other.id)]
        self.assertFalse(self.env["sale.order"].search(theirs))
        self.assertEqual(self.other.plug4market_store_cnpj, OTHER_CNPJ)
        product = self.product.with_company(self.other)
        self.assertEqual(product.plug4market_state, "not_sent")
