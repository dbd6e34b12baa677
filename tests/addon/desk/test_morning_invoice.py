"""The page before orders are invoiced: what it lists, and what a click does then."""

from plan_case import PlanCase

from odoo.exceptions import UserError


class TestMorningInvoice(PlanCase):
    def orders(self, count):
        orders = self.env["sale.order"]
        for _n in range(count):
            orders |= self.import_order()[1]
        return orders

    def change(self, order):
        """Let the marketplace sell one more of what has left already."""
        self.done(order.picking_ids)
        item = {"orderItemId": "1", "sku": "CAN-325", "name": "Caneca"}
        item |= {"quantity": 3, "price": 39.9, "total": 119.7}
        hub_order = self.hub.get_order(order.plug4market_order_uid)
        patch = {"orderItems": [item], "totalAmount": 119.7, "shippingCost": 0}
        self.change_order(hub_order, {**patch, "shipping": {"shippingCost": 0}})

    def test_a_list_that_no_counter_opened_says_so(self):
        for step in (None, "dance"):
            orders = self.env["sale.order"].with_context(plug4market_plan=step)
            with self.assertRaisesRegex(UserError, "counter of the dashboard"):
                orders.action_plug4market_plan()

    def test_nothing_is_invoiced_before_the_click(self):
        orders = self.orders(2)
        plan = self.open_plan("invoice", orders)
        self.assertEqual(set(self.lines(plan)), set(orders.mapped("name")))
        self.assertFalse(orders.invoice_ids)

        self.press(plan)
        self.assertEqual(set(orders.invoice_ids.mapped("state")), {"posted"})
        self.assertEqual(len(orders.invoice_ids), 2)
        done = self.lines(plan, "done")
        for order in orders:
            self.assertIn(order.invoice_ids.name, done[order.name])

    def test_with_nothing_chosen_it_is_all_that_the_list_shows(self):
        orders = self.orders(2)
        orders.invoice_ids.unlink()
        other = self.env["sale.order"].create(
            {"partner_id": self.company.partner_id.id}
        )
        plan = self.open_all("to_invoice", "invoice")
        names = set(self.lines(plan))
        self.assertLessEqual(set(orders.mapped("name")), names)
        self.assertNotIn(other.name, names)

    def test_a_list_without_conditions_is_not_everything(self):
        self.orders(1)
        action = self.rpc_button(
            self.env["sale.order"],
            "action_plug4market_plan",
            plug4market_plan="invoice",
        )
        self.assertFalse(self.page(action).line_ids)

    def test_what_may_not_be_invoiced_is_named(self):
        cancelled, invoiced, quotation, changed, right = self.orders(5)
        cancelled.plug4market_status = "CANCELED"
        invoiced._create_invoices().action_post()
        quotation.state = "draft"
        self.change(changed)
        orders = cancelled | invoiced | quotation | changed | right
        plan = self.open_plan("invoice", orders)
        self.assertEqual(set(self.lines(plan)), {right.name})
        left = self.lines(plan, "left")
        self.assertIn("cancelled", left[cancelled.name])
        self.assertIn(invoiced.invoice_ids.name, left[invoiced.name])
        self.assertIn("not confirmed", left[quotation.name])
        self.assertIn("changed", left[changed.name])

        self.press(plan)
        self.assertTrue(right.invoice_ids)
        self.assertFalse((cancelled | quotation | changed).invoice_ids)
        self.assertEqual(len(invoiced.invoice_ids), 1)

    # -- what changes between the page and the click --------------------------

    def test_what_changed_meanwhile_is_looked_at_again(self):
        first, second, third = self.orders(3)
        plan = self.open_plan("invoice", first | second | third)
        first.plug4market_status = "CANCELED"
        second._create_invoices().action_post()
        self.press(plan)
        self.assertFalse(first.invoice_ids)
        self.assertEqual(len(second.invoice_ids), 1)
        self.assertEqual(len(third.invoice_ids), 1)
        left = self.lines(plan, "left")
        self.assertEqual(set(left), {first.name, second.name})
        self.assertIn("invoiced already", left[second.name])

    def test_two_pages_and_two_clicks_make_one_invoice(self):
        order = self.orders(1)
        pages = [self.open_plan("invoice", order) for _n in range(2)]
        for plan in (pages[0], pages[0], pages[1]):
            self.press(plan)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertIn(order.name, self.lines(pages[0], "done"))
        self.assertIn(order.name, self.lines(pages[1], "left"))

    def test_an_order_that_is_gone_is_named(self):
        order = self.orders(1)
        plan = self.open_plan("invoice", order)
        name = order.name
        order.with_context(plug4market_from_hub=True)._action_cancel()
        order.unlink()
        self.press(plan)
        self.assertIn("gone", self.lines(plan, "left")[name])

    # -- one that fails -------------------------------------------------------

    def test_what_fails_stops_no_other(self):
        orders = self.orders(3)
        bad = orders[1]
        plan = self.open_plan("invoice", orders)
        # Odoo refuses to post what is invoiced in a currency that is switched off.
        bad.currency_id = self.env["res.currency"].create(
            {"name": "XXQ", "symbol": "Q", "active": False}
        )
        self.press(plan)
        self.assertFalse(bad.invoice_ids)
        self.assertEqual(len((orders - bad).invoice_ids), 2)
        self.assertTrue(self.lines(plan, "failed")[bad.name])
        self.assertEqual(len(self.lines(plan, "done")), 2)

        # It may be tried again once it is put right.
        bad.currency_id = self.company.currency_id
        self.press(plan, "action_judge_again")
        self.assertEqual(set(self.lines(plan)), {bad.name})
        self.press(plan)
        self.assertEqual(bad.invoice_ids.state, "posted")

    # -- people ---------------------------------------------------------------

    def test_who_may_not_post_leaves_drafts(self):
        order = self.orders(1)
        plan = self.open_plan("invoice", order, "marketplace")
        self.assertTrue(plan.is_draft)
        self.assertIn("Invoicing", plan.note)
        self.press(plan, role="marketplace")
        self.assertEqual(order.invoice_ids.state, "draft")

    def test_an_accountant_invoices(self):
        order = self.orders(1)
        plan = self.open_all("to_invoice", "invoice", "accounting")
        self.assertIn(order.name, self.lines(plan))
        self.press(plan, role="accounting")
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_the_page_is_its_own_person_s(self):
        plan = self.open_plan("invoice", self.orders(1))
        self.assertDenied(self.people["accounting"], plan._name, "action_do", plan.ids)
        self.assertDenied(self.boss, plan._name, "write", plan.ids, {"step": "send"})
        self.assertDenied(
            self.boss, "plug4market.plan.line", "create", [{"plan_id": plan.id}]
        )

    def test_a_line_opens_its_record(self):
        order = self.orders(1)
        plan = self.open_plan("invoice", order)
        action = self.rpc_button(plan.line_ids, "action_open_planned")
        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )
