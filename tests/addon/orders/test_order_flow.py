"""What happens by itself to an imported order, and what a person sets going."""

from odoo_case import Plug4marketCase

from odoo.addons.plug4market_connector.hub import HubOrder


class TestOrderFlow(Plug4marketCase):
    def test_orders_of_one_buyer_have_an_invoice_each(self):
        self.settings(auto_invoice=True)
        first = self.hub.order([("CAN-325", 1, 39.9)])
        same = {name: first[name] for name in ("billing", "shipping")}
        hub_orders = [first, self.hub.order([("CAN-325", 1, 39.9)], patch=same)]
        for hub_order in hub_orders:
            self.notice(hub_order)
        self.work()
        orders = self.find_order(hub_orders[0]) | self.find_order(hub_orders[1])
        self.assertEqual(len(orders.partner_id), 1)
        self.assertEqual(len(orders.invoice_ids), 2)
        self.assertEqual(set(orders.invoice_ids.mapped("state")), {"posted"})

    def test_a_quotation_that_a_person_confirms_is_invoiced(self):
        self.settings(auto_invoice=True, order_target="quotation")
        _hub, order = self.import_order()
        self.assertFalse(order.invoice_ids)
        order.action_confirm()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_an_order_that_needs_attention_is_not_invoiced_by_itself(self):
        self.settings(auto_invoice=True)
        _hub, order = self.import_order(patch={"totalAmount": 500.0})
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.invoice_ids)

    def test_an_order_put_right_by_hand_goes_on(self):
        other = self.make_product("CAN-326", "Outra caneca", 41.0)
        _hub, order = self.import_order([("NEW-1", 1, 50.0)])
        line = order.order_line.filtered("plug4market_unmatched")
        order.write({"order_line": [(1, line.id, {"product_id": other.id})]})
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertEqual(line.price_unit, 50.0)

    def test_a_channel_chosen_by_hand_lets_the_order_go_on(self):
        channel = self.env["plug4market.sales.channel"].search([], limit=1)
        _hub, order = self.import_order(
            patch={"saleChannel": "Loja nova", "saleChannelName": "Loja nova"}
        )
        self.assertEqual(order.state, "draft")
        order.plug4market_channel_id = channel
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def wait_for(self, sku, count):
        """``count`` orders in Odoo that wait for a product with ``sku``."""
        sold = self.hub.order([(sku, 2, 33.33)])
        copies = [
            HubOrder.from_json({**sold, "id": f"{sku}-{index}"})
            for index in range(count)
        ]
        orders, _refused = self.env["plug4market.order.import"]._import_orders(
            self.company, copies
        )
        waiting = self.env["sale.order"].union(*orders.values())
        self.assertTrue(all(waiting.mapped("plug4market_needs_attention")))
        return waiting

    def statements(self, work, *arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work(*arguments)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_mapped_sku_moves_many_orders_without_a_query_for_each(self):
        self.settings(order_target="quotation")
        taxes = self.product.taxes_id
        self.assertTrue(taxes)
        spent = {}
        for count in (5, 45):
            sku = f"NEW-{count}"
            orders = self.wait_for(sku, count)
            product = self.make_product(f"OLD-{count}", "Novidade", 50.0)
            spent[count] = self.statements(product.write, {"default_code": sku})
            self.assertFalse(any(orders.mapped("plug4market_needs_attention")))
            for order in orders:
                self.assertAlmostEqual(order.amount_total, order.plug4market_total, 2)
        # One for each is Odoo's own, for the analytic distribution of a line.
        self.assertLess(spent[45] - spent[5], 40 + 10, spent)

    def test_a_mapped_sku_confirms_all_that_waited_at_once(self):
        orders = self.wait_for("NEW-1", 5)
        self.make_product("NEW-1", "Novidade", 50.0)
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertEqual(set(orders.order_line.mapped("product_uom_qty")), {1, 2})
