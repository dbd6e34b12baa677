"""Rounds of the orders' worker: who falls out of a batch, and who goes on."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo_case import Plug4marketCase

from odoo import api
from odoo.exceptions import UserError, ValidationError


class TestRounds(Plug4marketCase):
    def sell(self, number, **patched):
        """Orders that wait in the queue."""
        hub_orders = [
            self.hub.order([("CAN-325", 1, 39.9)], patch=patched) for _ in range(number)
        ]
        for hub_order in hub_orders:
            self.notice(hub_order)
        return hub_orders

    def states(self, hub_orders, **values):
        return {e.state for o in hub_orders for e in self.events(o, **values)}

    @contextmanager
    def counted_batches(self):
        """The sizes of the batches that were given to Odoo."""
        importer = type(self.env["plug4market.order.import"])
        create, sizes = importer._create_prepared, []

        def counted(self, prepared):
            sizes.append(len(prepared))
            return create(self, prepared)

        with patch.object(importer, "_create_prepared", counted):
            yield sizes

    def poisoned(self, **values):
        """Orders with the note "poison" cannot be prepared, or get these values."""
        importer = type(self.env["plug4market.order.import"])
        prepare = importer._prepare_order_values

        def prepared(self, lookup, hub_order, *partners):
            if hub_order.note == "poison" and not values:
                raise UserError("No poison is sold here.")
            poison = values if hub_order.note == "poison" else {}
            return {**prepare(self, lookup, hub_order, *partners), **poison}

        return patch.object(importer, "_prepare_order_values", prepared)

    def test_an_order_that_cannot_be_prepared_leaves_the_batch_whole(self):
        good = self.sell(4)
        (bad,) = self.sell(1, note="poison", billing={"name": "Quem Não Fica"})
        good += self.sell(3)
        with self.poisoned(), self.counted_batches() as sizes:
            self.work()

        self.assertEqual(sizes, [7])
        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).state, "failed")
        self.assertIn("No poison is sold here", self.events(bad).message)
        left = self.env["res.partner"].search([("name", "=", "Quem Não Fica")])
        self.assertFalse(left, "a buyer without an order")

    def failing_to_create(self, error):
        """Odoo cannot create a batch with the note "poison"."""
        model = type(self.env["sale.order"])
        create = model.create

        def refuse(orders, vals_list):
            if any("poison" in (values.get("note") or "") for values in vals_list):
                raise error
            return create(orders, vals_list)

        return patch.object(model, "create", refuse)

    def constrained(self):
        """A constraint refuses orders with the note "poison"."""
        model = type(self.env["sale.order"])

        @api.constrains("note")
        def check(orders):
            for order in orders:
                if "poison" in (order.note or ""):
                    raise ValidationError("Poison needs a licence.")

        checks = [*model._constraint_methods, check]
        return patch.object(model, "_constraint_methods", checks)

    def sell_with_one_bad(self):
        good = self.sell(4)
        (bad,) = self.sell(1, note="poison")
        return good + self.sell(3), bad

    def test_an_order_that_odoo_refuses_is_found_by_halves(self):
        good, bad = self.sell_with_one_bad()
        with (
            self.failing_to_create(UserError("Something is wrong.")),
            self.counted_batches() as sizes,
        ):
            self.work()

        self.assertEqual(sizes, [8, 4, 4, 2, 1, 1, 2])
        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).state, "failed")

    def test_an_order_with_a_value_that_the_database_refuses_stops_no_other(self):
        good, bad = self.sell_with_one_bad()
        with self.poisoned(warehouse_id=-1), self.assertLogs("odoo", "ERROR"):
            self.work()

        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).state, "failed")

    def test_an_order_whose_row_the_database_refuses_stops_no_other(self):
        self.env.cr.execute(
            "ALTER TABLE sale_order ADD CONSTRAINT no_poison "
            "CHECK (note IS NULL OR note NOT LIKE '%poison%')"
        )
        good, bad = self.sell_with_one_bad()
        with self.assertLogs("odoo", "ERROR"):
            self.work()

        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).state, "failed")

    def test_an_order_that_a_constraint_refuses_stops_no_other(self):
        good, bad = self.sell_with_one_bad()
        with self.constrained():
            self.work()

        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).message, "Poison needs a licence.")

    def test_an_order_that_a_constraint_of_its_lines_refuses_stops_no_other(self):
        good, bad = self.sell(2), self.hub.order([("CAN-325", 13, 39.9)])
        self.notice(bad)
        good += self.sell(2)
        model = type(self.env["sale.order.line"])

        @api.constrains("product_uom_qty")
        def check(lines):
            if 13 in lines.mapped("product_uom_qty"):
                raise ValidationError("Nobody gets thirteen.")

        checks = [*model._constraint_methods, check]
        with patch.object(model, "_constraint_methods", checks):
            self.work()

        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).message, "Nobody gets thirteen.")

    def test_an_order_refused_before_fails_no_batch_of_others_again(self):
        _good, bad = self.sell_with_one_bad()
        error = UserError("Something is wrong.")
        with self.failing_to_create(error):
            self.work()
        self.events(bad).action_retry()
        good = self.sell(4)
        with self.failing_to_create(error), self.counted_batches() as sizes:
            self.work()

        self.assertEqual(sizes, [4, 1], "the refused one is last, on its own")
        self.assertEqual(self.states(good), {"done"})
        self.assertEqual(self.events(bad).state, "failed")

        self.notice(bad)
        good = self.sell(4)
        with self.failing_to_create(error), self.counted_batches() as sizes:
            self.work()
        self.assertEqual(sizes, [4, 1], "by news of it either")

    def test_refused_orders_go_on_together_once_the_cause_is_gone(self):
        hub_orders = self.sell(3, note="poison")
        with self.failing_to_create(UserError("Something is wrong.")):
            self.work()
        self.assertEqual(self.states(hub_orders), {"failed"})

        self.events(hub_orders[0]).action_retry()
        self.events(hub_orders[1]).action_retry()
        self.events(hub_orders[2]).action_retry()
        with self.counted_batches() as sizes:
            self.work()
        self.assertEqual(sizes, [3])
        self.assertEqual(self.states(hub_orders), {"done"})

    def test_an_order_that_cannot_be_confirmed_is_a_quotation_that_says_why(self):
        good = self.sell(3)
        (bad,) = self.sell(1, note="poison")
        model = type(self.env["sale.order"])
        confirm = model.action_confirm

        def refuse(orders):
            if any("poison" in (order.note or "") for order in orders):
                raise UserError("Poison needs a licence.")
            return confirm(orders)

        with patch.object(model, "action_confirm", refuse):
            self.work()

        for hub_order in good:
            self.assertEqual(self.find_order(hub_order).state, "sale")
        order = self.find_order(bad)
        self.assertEqual(order.state, "draft")
        self.assertIn("Poison needs a licence", order.plug4market_attention)
        self.assertEqual(self.states([bad]), {"done"})

    def test_what_the_minute_does_not_allow_is_given_back_uncounted(self):
        key = "plug4market_connector.calls_per_minute"
        self.env["ir.config_parameter"].set_param(key, "3")
        hub_orders = self.sell(5)
        self.worker._run()
        self.env.invalidate_all()

        notices = self.env["plug4market.order.event"].union(
            *(self.events(hub_order, kind="notice") for hub_order in hub_orders)
        )
        states = notices.sorted("id").mapped("state")
        self.assertEqual(states, ["done"] * 3 + ["pending"] * 2)
        self.assertEqual(set(notices.mapped("attempts")), {0})

    def test_an_order_that_the_hub_fails_with_stops_no_other(self):
        first, sick, last = self.sell(3)
        self.hub.faults(server_error={"calls": None, "path_contains": sick["id"]})
        self.work()

        self.assertTrue(self.find_order(first) and self.find_order(last))
        event = self.events(sick)
        self.assertEqual((event.state, event.attempts), ("pending", 1))

    def test_a_hub_that_is_down_is_asked_three_times_and_the_rest_waits(self):
        hub_orders = self.sell(6)
        self.hub.faults(server_error={"calls": None, "path_prefix": "/orders"})
        self.worker._run()
        self.env.invalidate_all()

        attempts = [self.events(hub_order).attempts for hub_order in hub_orders]
        self.assertEqual(attempts, [0] * 6, "that is the store's trouble, not theirs")
        self.assertEqual(len(self.hub.calls(path_prefix="/orders")), 3)
        self.assertEqual(self.worker._run(), 0, "every row waits for a better time")

    def test_expired_tokens_are_renewed_within_the_round(self):
        hub_orders = self.sell(3)
        self.hub.faults(expired_access={"until_refresh": True})
        self.work()

        self.assertEqual(self.states(hub_orders), {"done"})
        renewals = self.hub.calls(path_prefix="/auth/refresh")
        self.assertEqual(len(renewals), 1)

    def test_a_confirmation_whose_answer_was_lost_is_done_all_the_same(self):
        (hub_order,) = self.sell(1)
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/confirm"}, refuse_repeat=True
        )
        self.work()
        event = self.events(hub_order, kind="confirm")
        self.assertEqual((event.state, event.attempts), ("pending", 1))

        event.next_attempt_at = "2020-01-01"
        self.work()
        self.assertEqual(event.state, "done", event.message)
