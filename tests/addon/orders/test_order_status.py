"""Every status, in every order, as often as it comes; and what happens by itself."""

import itertools

from odoo_case import Plug4marketCase

from odoo.exceptions import UserError

from odoo.addons.plug4market_connector.hub import HubOrder

LIFE = ("APPROVED", "INVOICED", "SHIPPED", "COMPLETED", "CANCELED")


class TestOrderStatus(Plug4marketCase):
    def news(self, hub_order, *statuses):
        for status in statuses:
            self.hub.set_status(hub_order["id"], status)
            self.notice(hub_order)
            self.work()

    def answer(self, hub_order, **changes):
        """Let the hub answer what its control route would not take."""
        shown = {**self.hub.get_order(hub_order["id"]), **changes}
        self.env["plug4market.order.import"]._import_orders(
            self.company, [HubOrder.from_json(shown)]
        )
        self.env.invalidate_all()

    def deliver(self, order):
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    # -- arriving -------------------------------------------------------------

    def test_statuses_in_any_order_end_in_the_last_of_an_orders_life(self):
        later = LIFE[1:]
        for shuffled in itertools.permutations(later, 3):
            with self.subTest(shuffled):
                hub_order, order = self.import_order()
                reached = []
                for status in shuffled:
                    self.answer(hub_order, status=status)
                    reached.append(status)
                    furthest = max(reached, key=LIFE.index)
                    self.assertEqual(order.plug4market_status, furthest)
                self.assertEqual(
                    order.state, "cancel" if "CANCELED" in shuffled else "sale"
                )

    def test_repeated_news_write_nothing(self):
        hub_order, order = self.import_order()
        self.news(hub_order, "INVOICED")
        written, messages = order.write_date, order.message_ids
        self.news(hub_order, "INVOICED", "INVOICED")
        self.assertEqual(order.write_date, written)
        self.assertEqual(order.message_ids, messages)

    def test_a_status_nobody_knows_is_kept_and_changes_nothing_else(self):
        hub_order, order = self.import_order()
        self.answer(hub_order, status="RETURNED")
        self.assertEqual(order.plug4market_hub_status, "RETURNED")
        self.assertEqual(order.plug4market_status, "APPROVED")
        self.assertEqual(order.state, "sale")

    def test_a_poor_answer_erases_nothing(self):
        hub_order, order = self.import_order()
        limit, payment = order.plug4market_handling_limit, order.plug4market_payment
        self.assertTrue(limit and payment and order.plug4market_commission)
        self.answer(
            hub_order,
            estimatedHandlingLimit=None,
            paymentMethods=None,
            totalCommission=None,
        )
        self.assertEqual(order.plug4market_handling_limit, limit)
        self.assertEqual(order.plug4market_payment, payment)
        self.assertTrue(order.plug4market_commission)

    # -- what is kept ---------------------------------------------------------

    def test_the_order_keeps_what_the_marketplace_tells_of_it(self):
        team = self.env["crm.team"].create({"name": "Marketplaces"})
        pricelist = self.env["product.pricelist"].create(
            {"name": "M", "currency_id": self.company.currency_id.id}
        )
        seller = self.env.ref("base.user_admin")
        self.settings(team_id=team.id, pricelist_id=pricelist.id)
        hub_order, order = self.import_order(
            patch={
                "saleChannelCreated": "2026-11-01T10:00:00-03:00",
                "estimatedHandlingLimit": "2026-11-03T10:00:00Z",
                "estimatedDeliveredAt": "2026-11-09T10:00:00Z",
                "totalCommission": 12.5,
                "note": "<b>Portaria</b>\nfundos",
                "paymentMethods": [
                    {
                        "method": "Cartão",
                        "cardBrand": "Visa",
                        "value": 1079.8,
                        "installments": 3,
                    },
                    {"method": "Pix", "value": 20, "installments": 1},
                    {"method": None, "value": None},
                ],
            }
        )
        self.assertEqual(str(order.date_order), "2026-11-01 13:00:00")
        self.assertEqual(str(order.plug4market_handling_limit), "2026-11-03 10:00:00")
        self.assertEqual(
            str(order.plug4market_estimated_delivery), "2026-11-09 10:00:00"
        )
        self.assertEqual(order.plug4market_commission, 12.5)
        self.assertEqual(order.client_order_ref, hub_order["saleChannelOrderId"])
        self.assertEqual(order.team_id, team)
        self.assertEqual(order.pricelist_id, pricelist)
        self.assertEqual(order.user_id, seller)
        self.assertIn("&lt;b&gt;Portaria&lt;/b&gt;<br", order.note)
        card, pix = order.plug4market_payment.split("\n")
        self.assertRegex(card, r"^Cartão Visa .*1.?079.80.* \(3x\)$")
        self.assertRegex(pix, r"^Pix .*20.00")

    def test_an_order_confirmed_beside_others_keeps_its_date(self):
        self.settings(order_target="quotation")
        _hub, order = self.import_order(
            patch={"saleChannelCreated": "2026-11-01T10:00:00Z"}
        )
        other = self.env["sale.order"].create(
            {"partner_id": order.partner_id.id, "date_order": "2026-11-01"}
        )
        (order | other).action_confirm()
        self.assertEqual((order | other).mapped("state"), ["sale", "sale"])
        self.assertEqual(str(order.date_order), "2026-11-01 10:00:00")
        self.assertGreater(str(other.date_order), "2026-11-02")

    # -- cancelled on the marketplace -----------------------------------------

    def test_a_quotation_is_cancelled(self):
        self.settings(order_target="quotation")
        hub_order, order = self.import_order()
        self.news(hub_order, "CANCELED")
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.activity_ids)

    def test_an_order_that_has_not_left_is_cancelled_with_its_transfers(self):
        hub_order, order = self.import_order()
        self.news(hub_order, "CANCELED", "CANCELED", "SHIPPED")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(order.plug4market_status, "CANCELED")
        self.assertFalse(order.activity_ids)

    def test_an_order_that_left_asks_once_for_the_goods(self):
        hub_order, order = self.import_order()
        self.deliver(order)
        self.news(hub_order, "CANCELED", "CANCELED")
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(order.plug4market_status, "CANCELED")

    def test_an_invoiced_order_does_not_leave_any_more(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()
        self.news(hub_order, "CANCELED")
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(order.state, "cancel")
        self.assertEqual(len(order.activity_ids), 1)

    def test_an_order_whose_invoice_was_taken_back_is_cancelled(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order()
        order.invoice_ids._reverse_moves(cancel=True)
        self.news(hub_order, "CANCELED")
        self.assertEqual(order.state, "cancel")

    def test_an_order_cancelled_before_its_import_never_comes(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        self.notice(hub_order)
        self.news(hub_order, "CANCELED")
        self.assertFalse(self.find_order(hub_order))
        self.assertEqual(set(self.events(hub_order).mapped("state")), {"ignored"})

    # -- cancelled in Odoo ----------------------------------------------------

    def test_cancelling_in_odoo_asks_the_marketplace_and_waits_for_it(self):
        hub_order, order = self.import_order()
        wizard = order.action_cancel()
        self.assertEqual(wizard["res_model"], "plug4market.cancel")
        self.assertEqual(order.state, "sale")

        self.env["plug4market.cancel"].browse(wizard["res_id"]).action_cancel()
        self.work()
        self.assertEqual(self.hub.get_order(hub_order["id"])["status"], "CANCELED")
        self.assertEqual(order.state, "cancel")

    def test_no_other_way_of_cancelling_forgets_the_marketplace(self):
        _hub, order = self.import_order()
        with self.assertRaises(UserError):
            order._action_cancel()
        self.assertEqual(order.state, "sale")

    def test_what_is_handled_elsewhere_is_cancelled_only_in_odoo(self):
        hub_order, order = self.import_order(status="SHIPPED")
        wizard = order.action_cancel()
        self.env["plug4market.cancel"].browse(wizard["res_id"]).action_cancel_in_odoo()
        self.work()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self.hub.get_order(hub_order["id"])["status"], "SHIPPED")
