"""Pages of many records, of two companies, and what they cost."""

from unittest.mock import patch

from plan_case import PlanCase

CLICK_SECONDS = "odoo.addons.plug4market_connector.wizard.plan_steps.CLICK_SECONDS"
JOB = "plug4market_connector.ir_cron_plug4market_work_plans"


class TestMorningMany(PlanCase):
    def imported(self, count):
        return self.env["sale.order"].union(
            *(self.import_order()[1] for _n in range(count))
        )

    # -- what a click has no time for -----------------------------------------

    def test_what_a_click_has_no_time_for_goes_on_in_the_background(self):
        orders = self.imported(3)
        plan = self.open_plan("invoice", orders)
        with patch(CLICK_SECONDS, 0):
            self.press(plan)
        self.assertFalse(orders.invoice_ids)
        self.assertIn("background", self.lines(plan, "waiting")[orders[0].name])

        # Neither a second click nor a second look begins them again, or drops them.
        self.press(plan)
        self.press(plan, "action_judge_again")
        self.assertEqual(set(self.lines(plan, "waiting")), set(orders.mapped("name")))

        orders[0].plug4market_status = "CANCELED"
        self.env.ref(JOB).sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(orders.invoice_ids), 2)
        self.assertEqual(orders.invoice_ids.create_uid, self.boss)
        self.assertEqual(set(self.lines(plan, "left")), {orders[0].name})
        self.assertEqual(len(self.lines(plan, "done")), 2)

    def test_the_next_page_waits_for_what_goes_on(self):
        order = self.imported(1)
        plan = self.open_plan("invoice", order)
        with patch(CLICK_SECONDS, 0):
            self.press(plan)
        plan = self.page(self.press(plan, "action_next"))
        self.assertIn("1 of the page before", plan.note)
        before = set(self.lines(plan, "left"))

        self.env.ref(JOB).sudo().method_direct_trigger()
        self.press(plan, "action_judge_again")
        self.press(plan, "action_judge_again")
        left = self.lines(plan, "left")
        self.assertEqual(set(left) - before, {order.invoice_ids.name})
        self.assertEqual(len(plan.line_ids), len(left), "no line is there twice")

    def test_who_lost_the_right_invoices_nothing_in_the_background(self):
        order = self.imported(1)
        plan = self.open_plan("invoice", order)
        with patch(CLICK_SECONDS, 0):
            self.press(plan)
        self.boss.group_ids = self.env.ref("base.group_user")
        self.env.ref(JOB).sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(order.invoice_ids)
        [line] = plan.sudo().line_ids
        self.assertEqual(line.state, "left")
        self.assertIn("Faturamento", line.reason)

    # -- more than a page -----------------------------------------------------

    def test_a_list_of_more_than_one_page_is_listed_whole(self):
        order = self.imported(1)
        orders = order | order.union(*(order.copy() for _n in range(90)))
        uids = {
            copy: f"{order.plug4market_order_uid[:-3]}{copy.id:03}" for copy in orders
        }
        for copy, uid in uids.items():
            copy.plug4market_order_uid = uid
        orders[1:].action_confirm()
        plan = self.open_all("to_invoice", "invoice")
        self.assertLessEqual(set(orders.mapped("name")), set(self.lines(plan)))

    # -- two companies --------------------------------------------------------

    def test_nothing_of_another_company_is_listed_or_done(self):
        order = self.imported(1)
        self.people = {**self.people, "stranger": self.stranger}
        nothing = self.env["sale.order"]
        action = self.rpc_button(
            nothing,
            "action_plug4market_plan",
            "stranger",
            plug4market_plan="invoice",
            active_domain=[("id", "=", order.id)],
        )
        plan = self.page(action, "stranger")
        self.assertFalse(plan.line_ids)
        self.assertDenied(
            self.stranger,
            "sale.order",
            "action_plug4market_plan",
            order.ids,
            context={"plug4market_plan": "invoice"},
        )

    def test_orders_of_a_company_that_was_taken_away_are_left_alone(self):
        self.boss.company_ids |= self.branch
        order = self.imported(1)
        plan = self.open_plan("invoice", order)
        self.boss.company_id = self.branch
        self.boss.company_ids = self.branch
        self.press(plan)
        self.assertFalse(order.invoice_ids)
        self.env.invalidate_all()
        self.assertIn("no longer yours", plan.sudo().line_ids.reason)

    # -- what it costs --------------------------------------------------------

    def queries(self, step, records):
        """How many queries it takes to list these."""
        context = {"plug4market_plan": step, "lang": "en_US"}
        records = records.with_env(self.env(user=self.boss, context=context))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.action_plug4market_plan()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertFlat(self, step, records):
        self.queries(step, records[:2])
        few, many = self.queries(step, records[:2]), self.queries(step, records)
        self.assertEqual(few, many, step)

    def test_more_orders_cost_no_more_queries(self):
        self.assertFlat("invoice", self.imported(7))

    def test_more_notes_cost_no_more_queries(self):
        moves = self.env["account.move"].union(
            *(self.upload(self.sell()[1].invoice_ids) for _n in range(7))
        )
        self.assertFlat("send", moves)

    def test_more_labels_and_parcels_cost_no_more_queries(self):
        orders = self.env["sale.order"].union(*(self.invoiced()[1] for _n in range(7)))
        orders.action_plug4market_print_labels()
        self.env.invalidate_all()
        self.assertFlat("label", orders)
        for order in orders:
            self.done(order.picking_ids, carrier_tracking_ref=f"BR{order.id}BR")
        self.assertFlat("ship", orders)
