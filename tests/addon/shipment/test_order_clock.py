"""The dispatch clock: late, at risk, and one activity before the limit."""

from datetime import timedelta

from odoo_case import Plug4marketCase

from odoo import fields
from odoo.tests import freeze_time, new_test_user

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_dispatch"


class TestOrderClock(Plug4marketCase):
    def order_due_in(self, hours, **values):
        """An imported order that the hub wants dispatched within ``hours``."""
        limit = fields.Datetime.now() + timedelta(hours=hours)
        return self.import_order(
            patch={"estimatedHandlingLimit": f"{limit.isoformat()}Z"}, **values
        )

    def warn(self):
        self.env.flush_all()
        self.env["sale.order"]._plug4market_warn()
        self.env.invalidate_all()

    def activities(self, order):
        return order.with_context(active_test=False).activity_search([ACTIVITY_TYPE])

    def found(self, model, *names):
        domain = [("plug4market_dispatch", "in", names)]
        return self.env[model].search(domain)

    def test_orders_and_transfers_are_on_time_at_risk_or_late(self):
        by_name = {
            "on_time": self.order_due_in(30)[1],
            "risk": self.order_due_in(5)[1],
            "late": self.order_due_in(-1)[1],
        }
        for name, order in by_name.items():
            with self.subTest(name):
                self.assertEqual(order.plug4market_dispatch, name)
                self.assertEqual(self.found("sale.order", name), order)
                picking = order.picking_ids
                self.assertEqual(
                    picking.plug4market_handling_limit, order.plug4market_handling_limit
                )
                self.assertEqual(picking.plug4market_dispatch, name)
                self.assertEqual(self.found("stock.picking", name), picking)

    def test_what_the_search_says_no_of_is_what_has_no_clock(self):
        _hub, order = self.order_due_in(5)
        shipped, other = self.order_due_in(5)
        self.hub.set_status(shipped["id"], "SHIPPED")
        other.action_plug4market_read_again()
        self.env.invalidate_all()

        self.assertFalse(other.plug4market_dispatch)
        self.assertNotIn(order, self.found("sale.order", False))
        self.assertIn(other, self.found("sale.order", False))
        self.assertNotIn(order.picking_ids, self.found("stock.picking", False))
        self.assertIn(other.picking_ids, self.found("stock.picking", False))

    def test_the_company_says_how_near_is_at_risk(self):
        _hub, order = self.order_due_in(5)
        self.settings(risk_hours=2)
        self.assertEqual(order.plug4market_dispatch, "on_time")
        self.assertFalse(self.found("sale.order", "risk"))
        self.warn()
        self.assertFalse(self.activities(order))

    def test_a_done_transfer_is_no_longer_late(self):
        _hub, order = self.order_due_in(-1)
        picking = order.picking_ids
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.plug4market_dispatch)
        self.assertFalse(self.found("stock.picking", "late"))

    def test_who_may_not_see_the_order_sees_the_clock_of_its_transfer(self):
        _hub, order = self.order_due_in(5)
        groups = "stock.group_stock_user,sales_team.group_sale_salesman"
        user = new_test_user(self.env, "packer", groups=groups)
        self.assertFalse(order.with_user(user)._filtered_access("read"))
        pickings = self.env["stock.picking"].with_user(user)
        picking = pickings.search([("plug4market_dispatch", "=", "risk")])
        self.assertEqual(picking, order.picking_ids)
        self.assertEqual(picking.plug4market_dispatch, "risk")

    def test_one_activity_for_the_responsible_person_and_never_a_second(self):
        _hub, order = self.order_due_in(5)
        self.warn()
        self.warn()

        (activity,) = self.activities(order)
        self.assertEqual(activity.user_id, self.company.plug4market_user_id)
        self.assertIn("Despachar até", activity.summary)

        activity.action_feedback()
        with freeze_time(fields.Datetime.now() + timedelta(hours=6)):
            self.warn()
        self.assertFalse(self.activities(order).filtered("active"))

    def test_the_deadline_is_a_day_where_the_person_lives(self):
        self.company.plug4market_user_id.tz = "America/Sao_Paulo"
        with freeze_time("2026-03-10 20:00:00"):
            _hub, order = self.import_order(
                patch={"estimatedHandlingLimit": "2026-03-11T01:30:00Z"}
            )
            self.warn()
        self.assertEqual(
            self.activities(order).date_deadline, fields.Date.to_date("2026-03-10")
        )

    def test_orders_on_time_shipped_cancelled_or_sent_by_the_marketplace_have_none(
        self,
    ):
        orders = self.order_due_in(30)[1]
        orders |= self.order_due_in(5, status="SHIPPED")[1]
        orders |= self.order_due_in(5, status="COMPLETED")[1]
        orders |= self.order_due_in(5, orderType=1)[1]
        cancelled, order = self.order_due_in(5)
        self.hub.set_status(cancelled["id"], "CANCELED")
        order.action_plug4market_read_again()
        orders |= order
        self.warn()
        self.assertEqual(len(orders), 5)
        self.assertFalse(self.activities(orders))

    def test_the_activity_is_done_when_the_order_ships(self):
        hub_order, order = self.order_due_in(5)
        self.warn()
        self.hub.set_status(hub_order["id"], "SHIPPED")
        order.action_plug4market_read_again()
        self.env.invalidate_all()
        self.assertFalse(order.activity_ids)
        self.assertIn("Despachar até", str(order.message_ids.mapped("body")))

    def test_the_activity_goes_when_the_order_is_cancelled(self):
        hub_order, order = self.order_due_in(5)
        self.warn()
        self.hub.set_status(hub_order["id"], "CANCELED")
        order.action_plug4market_read_again()
        self.env.invalidate_all()
        self.assertFalse(self.activities(order))
