"""The pages before NF-es are sent, labels printed and shipments reported."""

from hub_control import STORE_CNPJ
from plan_case import PlanCase

from simulator.nfe import build_nfe


class TestMorningSend(PlanCase):
    def sold(self, count):
        """Invoices of orders that wait for their NF-e."""
        return self.env["account.move"].union(
            *(self.sell()[1].invoice_ids for _n in range(count))
        )

    # -- notes ----------------------------------------------------------------

    def test_what_matches_is_sent_and_what_does_not_is_named(self):
        right, wrong, missing = self.sold(3)
        self.upload(right)
        self.upload(wrong, total="1.00")
        plan = self.open_all("notes_to_send", "send")
        self.assertEqual(set(self.lines(plan)), {right.name})
        left = self.lines(plan, "left")
        self.assertIn("1,00", left[wrong.name])
        self.assertIn("not come yet", left[missing.name])
        self.assertFalse(self.hub.calls())

        self.press(plan)
        self.work()
        self.assertEqual(right.plug4market_status, "INVOICED")
        self.assertEqual(wrong.plug4market_status, "APPROVED")
        self.assertEqual(set(self.lines(plan, "done")), {right.name})

    def test_notes_are_given_to_the_page(self):
        invoices = self.sold(3)
        plan = self.open_all("notes_missing", "send")
        self.assertFalse(self.lines(plan))
        names = ["um.xml", "dois.xml", "solta.xml"]
        notes = [self.note(move, number=move.id) for move in invoices[:2]]
        stray = {"issuer": STORE_CNPJ, "recipient": "529.982.247-25", "total": "7.00"}
        notes.append(build_nfe(**stray))
        files = self.env["ir.attachment"].with_user(self.boss)
        files = files.create(
            [
                {"name": name, "raw": note}
                for name, note in zip(names, notes, strict=True)
            ]
        )
        self.rpc(self.boss, plan._name, "action_take_notes", plan.ids, files.ids)
        self.assertEqual(set(self.lines(plan)), set(invoices[:2].mapped("name")))
        left = self.lines(plan, "left")
        self.assertIn(invoices[2].name, left)
        self.assertIn("No open invoice", left["solta.xml"])
        self.assertFalse(self.hub.calls())

    def test_a_note_that_went_wrong_meanwhile_is_not_sent(self):
        first, second = self.sold(2)
        self.upload(first)
        self.upload(second)
        plan = self.open_plan("send", first | second)
        self.upload(second, total="1.00")
        self.press(plan)
        self.work()
        self.assertEqual(first.plug4market_status, "INVOICED")
        self.assertEqual(second.plug4market_status, "APPROVED")
        self.assertIn("1,00", self.lines(plan, "left")[second.name])

    def test_what_was_sent_meanwhile_is_not_sent_again(self):
        [invoice] = self.sold(1)
        self.upload(invoice)
        plan = self.open_plan("send", invoice)
        invoice.action_plug4market_send_invoice()
        self.work()
        self.press(plan)
        self.work()
        told = self.hub.calls(method="POST", path_prefix="/orders")
        self.assertEqual(len(told), 1)
        self.assertIn(invoice.name, self.lines(plan, "left"))

    def test_what_the_hub_has_no_time_for_goes_on_by_itself(self):
        invoices = self.sold(12)
        for move in invoices:
            self.upload(move)
        plan = self.open_plan("send", invoices)
        self.press(plan)
        self.assertEqual(len(self.lines(plan, "done")), 10)
        self.assertEqual(len(self.lines(plan, "waiting")), 2)
        self.work()
        self.press(plan, "action_judge_again")
        self.assertEqual(len(self.lines(plan, "done")), 12)

    def test_what_the_hub_refuses_is_named(self):
        first, second = self.sold(2)
        self.upload(first)
        self.upload(second)
        plan = self.open_plan("send", first | second)
        self.hub.set_status(
            first.plug4market_order_id.plug4market_order_uid, "CANCELED"
        )
        self.press(plan)
        self.assertEqual(second.plug4market_status, "INVOICED")
        self.assertTrue(self.lines(plan, "failed")[first.name])

    def test_who_may_not_send_is_told_so(self):
        [invoice] = self.sold(1)
        self.upload(invoice)
        plan = self.open_all("notes_to_send", "send", "accounting")
        self.assertIn("Marketplace", plan.refusal)
        self.assertFalse(plan.line_ids)
        self.assertFalse(plan.next_step)

    # -- labels ---------------------------------------------------------------

    def test_a_label_that_is_not_ready_is_named(self):
        orders = self.env["sale.order"].union(*(self.invoiced()[1] for _n in "ab"))
        _hub, unsent = self.sell()
        late = orders[1]
        orders[0].action_plug4market_print_labels()
        self.env.invalidate_all()
        orders.plug4market_label_ids.printed_at = False
        self.hub.faults(label_form="pending")
        plan = self.open_plan("label", orders | unsent)
        self.assertEqual(set(self.lines(plan)), {orders[0].name})
        left = self.lines(plan, "left")
        self.assertTrue(left[late.name])
        self.assertIn("NF-e has not been sent", left[unsent.name])
        self.assertFalse(orders.plug4market_label_ids.filtered("printed_at"))

        action = self.press(plan)
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.env.invalidate_all()
        printed = orders.plug4market_label_ids.filtered("printed_at")
        self.assertEqual(printed.order_id, orders[0])
        self.assertEqual(printed.printed_by_id, self.boss)

    def test_a_label_that_somebody_printed_meanwhile_is_not_printed_twice(self):
        _hub, order = self.invoiced()
        plan = self.open_plan("label", order)
        order.with_user(self.seller).action_plug4market_print_labels()
        self.assertFalse(self.press(plan))
        self.assertIn(self.seller.name, self.lines(plan, "left")[order.name])

    def test_the_warehouse_prints_the_labels_of_transfers(self):
        _hub, order = self.invoiced()
        plan = self.open_all("labels", "label", "stock")
        self.assertIn(order.picking_ids.name, self.lines(plan))
        self.assertEqual(self.press(plan, role="stock")["type"], "ir.actions.act_url")
        self.env.invalidate_all()
        self.assertTrue(order.plug4market_label_ids.printed_at)
        self.assertFalse(plan.next_step)

    # -- shipments ------------------------------------------------------------

    def test_what_has_left_is_reported(self):
        (_h, gone), (_h, here), (_h, nameless) = [self.invoiced() for _n in "abc"]
        self.done(gone.picking_ids, carrier_tracking_ref="BR1BR")
        self.done(nameless.picking_ids)
        plan = self.open_plan("ship", gone | here | nameless)
        self.assertEqual(set(self.lines(plan)), {gone.name})
        left = self.lines(plan, "left")
        self.assertIn(here.picking_ids.name, left[here.name])
        self.assertIn("tracking", left[nameless.name])
        self.press(plan)
        self.work()
        self.assertEqual(gone.plug4market_status, "SHIPPED")
        self.assertEqual(
            (here | nameless).mapped("plug4market_status"), ["INVOICED"] * 2
        )

    def test_a_salesperson_is_told_who_reports(self):
        _hub, order = self.invoiced()
        order.user_id = self.people["sales"]
        plan = self.open_plan("ship", order, "sales")
        self.assertIn("Marketplace", plan.refusal)

    # -- from one to the next -------------------------------------------------

    def test_the_next_page_lists_what_was_here_and_what_waits_there(self):
        _hub, order = self.import_order()
        other = self.upload(self.sell()[1].invoice_ids)
        self.settings(auto_invoice=False)
        plan = self.open_plan("invoice", order)
        self.press(plan)
        plan = self.page(self.press(plan, "action_next"))
        self.assertEqual(plan.step, "send")
        self.assertIn(other.name, self.lines(plan))
        self.assertIn(order.invoice_ids.name, self.lines(plan, "left"))

        self.press(plan)
        self.work()
        plan = self.page(self.press(plan, "action_next"))
        self.assertEqual(plan.step, "label")
        self.assertIn(other.plug4market_order_id.name, self.lines(plan))
        self.assertIn(order.name, self.lines(plan, "left"))

        plan = self.page(self.press(plan, "action_next"))
        self.assertEqual(plan.step, "ship")
        self.assertFalse(plan.next_step)
