"""The shipment and the delivery that go to the marketplace by themselves."""

from unittest.mock import patch

from shipment_case import AutoShipmentCase

from odoo import fields
from odoo.orm import model_classes


class TestAutoShipment(AutoShipmentCase):
    def test_a_done_transfer_is_reported_and_no_call_is_made_before_the_commit(self):
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.assertEqual(self.rows(hub_order).origin, "automatic")
        self.assertFalse(self.hub.calls())
        self.assertShipped(hub_order, "BR1")
        self.assertEqual(
            self.sent(hub_order, "shipment")["trackingUrl"],
            "https://rastreio.example/BR1",
        )

    def test_without_the_setting_it_waits_for_a_click(self):
        self.settings(auto_send_shipment=False)
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)

    def test_a_late_tracking_number_is_waited_for_and_never_sent_empty(self):
        hub_order, order = self.invoiced()
        picking = order.picking_ids
        self.done(picking)
        self.assertNothingSaid(hub_order)
        self.assertIn("tracking number", picking.plug4market_shipment_waits)
        picking.carrier_tracking_ref = "  "
        self.assertNothingSaid(hub_order)
        picking.carrier_tracking_ref = "BR1"
        self.assertShipped(hub_order, "BR1")
        self.assertFalse(picking.plug4market_shipment_waits)

    def test_a_number_corrected_while_the_hub_is_away_is_the_one_that_goes(self):
        hub_order, order = self.invoiced()
        self.hub.faults(bad_gateway=1)
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.work()
        order.picking_ids.carrier_tracking_ref = "BR2"
        self.rows(hub_order).next_attempt_at = "2020-01-01"
        self.assertShipped(hub_order, "BR2")

    def test_what_the_hub_refused_is_reported_again_once_it_was_put_right(self):
        hub_order, order = self.invoiced()
        self.hub.faults(bad_request={"calls": 1, "path_contains": "/shipment"})
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.work()
        self.assertEqual(self.rows(hub_order).state, "failed")
        order.picking_ids.carrier_tracking_ref = "BR2"
        self.assertShipped(hub_order, "BR2")

    def test_without_a_carrier_the_orders_delivery_method_is_named(self):
        hub_order, order = self.invoiced()
        order.carrier_id = self.make_carrier("Jadlog")
        self.done(order.picking_ids, carrier_id=False, carrier_tracking_ref="BR1")
        self.assertShipped(hub_order, "BR1", "Jadlog")

    def test_without_any_carrier_it_waits_until_there_is_one(self):
        hub_order, order = self.invoiced()
        picking = order.picking_ids
        self.done(picking, carrier_id=False, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)
        self.assertIn("carrier", picking.plug4market_shipment_waits)
        opened = order.action_plug4market_send_shipment()
        self.assertEqual(opened["res_model"], "plug4market.shipment")
        picking.carrier_id = self.carrier
        self.assertShipped(hub_order, "BR1")

    def test_a_carrier_that_knows_several_addresses_gives_the_first(self):
        hub_order, order = self.invoiced()
        addresses = '[["BR1", "https://um.example"], ["BR2", "https://dois.example"]]'
        Carrier = self.env.registry["delivery.carrier"]
        with patch.object(Carrier, "get_tracking_link", lambda *a: addresses):
            self.done(order.picking_ids, carrier_tracking_ref="BR1,BR2")
        self.assertShipped(hub_order, "BR1,BR2")
        self.assertEqual(
            self.sent(hub_order, "shipment")["trackingUrl"], "https://um.example"
        )

    # -- in the marketplace's order -------------------------------------------

    def test_before_the_invoice_it_waits_without_a_call_and_then_goes_on(self):
        hub_order, order = self.sell()
        picking = order.picking_ids
        self.done(picking, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)
        self.assertIn("invoice first", picking.plug4market_shipment_waits)
        self.upload(order.invoice_ids).action_plug4market_send_invoice()
        self.assertShipped(hub_order, "BR1")

    def test_an_invoice_that_waits_in_the_queue_is_told_before_the_shipment(self):
        self.settings(auto_send_invoice=True)
        hub_order, order = self.sell()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.hub.faults(bad_gateway=1)
        self.upload(order.invoice_ids)
        self.work()
        self.assertFalse(self.rows(hub_order))
        self.rows(hub_order, "invoice").next_attempt_at = "2020-01-01"
        self.assertShipped(hub_order, "BR1")
        told = [call["path"].rsplit("/", 1)[-1] for call in self.hub.calls()]
        self.assertEqual(told, ["invoice", "invoice", "shipment"])

    def test_an_invoice_that_was_sent_elsewhere_lets_it_go_on(self):
        hub_order, order = self.sell()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.hub.set_status(hub_order["id"], "INVOICED")
        self.notice(hub_order)
        self.assertShipped(hub_order, "BR1")

    def test_who_tells_of_a_transfer_takes_turns_with_who_writes_the_status(self):
        """Else each of two at once would leave the shipment to the other."""
        hub_order, order = self.sell()

        def version():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT ctid::text FROM sale_order WHERE id = %s", order.ids
            )
            return self.env.cr.fetchone()

        self.done(order.picking_ids)
        before = version()
        order.picking_ids.carrier_tracking_ref = "BR1"
        self.assertNotEqual(version(), before)
        self.assertNothingSaid(hub_order)

    def test_an_order_that_was_shipped_elsewhere_is_not_reported(self):
        hub_order, order = self.invoiced()
        self.hub.set_status(hub_order["id"], "SHIPPED")
        self.notice(hub_order)
        self.work()
        self.hub.forget_calls()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)

    def test_nothing_is_reported_of_fulfilment_orders(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Full", "code": "FULL", "company_id": self.company.id}
        )
        self.settings(fulfilment_warehouse_id=warehouse.id)
        hub_order, order = self.invoiced(orderType=1)
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.assertNothingSaid(hub_order)
        self.assertFalse(order.picking_ids.plug4market_shipment_waits)

    def test_an_answer_lost_after_the_hub_did_the_work_counts_as_done(self):
        hub_order, order = self.invoiced()
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/shipment"}, refuse_repeat=True
        )
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.work()
        self.assertEqual(self.hub_status(hub_order), "SHIPPED")
        self.rows(hub_order).next_attempt_at = "2020-01-01"
        self.assertShipped(hub_order, "BR1")
        self.assertEqual(order.plug4market_status, "SHIPPED")

    def test_a_clicked_answer_that_is_lost_counts_as_done_too(self):
        self.settings(auto_send_shipment=False)
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        for kind in ("shipment", "delivered"):
            with self.subTest(kind):
                self.hub.faults(
                    lost_answer={"calls": 1, "path_contains": f"/{kind}"},
                    refuse_repeat=True,
                )
                getattr(order, f"action_plug4market_send_{kind}")()
                self.rows(hub_order, kind).next_attempt_at = "2020-01-01"
                self.work()
                self.assertEqual(self.rows(hub_order, kind).state, "done")
        self.assertEqual(order.plug4market_status, "COMPLETED")


class TestAutoDelivery(AutoShipmentCase):
    """With the fields of OCA's delivery_state on the transfer."""

    def setUp(self):
        super().setUp()
        self.add_field("delivery_state", fields.Char(), "varchar")
        self.add_field("date_delivered", fields.Datetime(), "timestamp")

    def add_field(self, name, field, column):
        Picking = self.env.registry["stock.picking"]
        setattr(Picking, name, field)
        model_classes.add_field(Picking, name, field)
        self.addCleanup(model_classes.pop_field, Picking, name)
        field.setup(self.env["stock.picking"])
        self.env.cr.execute(f"ALTER TABLE stock_picking ADD COLUMN {name} {column}")

    def delivered(self, picking, at):
        picking.write({"delivery_state": "customer_delivered", "date_delivered": at})
        self.env.flush_all()

    def shipped(self):
        hub_order, order = self.invoiced()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.work()
        self.hub.forget_calls()
        return hub_order, order

    def test_the_carriers_news_of_the_delivery_is_reported_with_its_date(self):
        hub_order, order = self.shipped()
        order.picking_ids.delivery_state = "in_transit"
        self.assertNothingSaid(hub_order, "delivered")
        self.delivered(order.picking_ids, "2026-05-04 12:00:00")
        self.assertFalse(self.hub.calls())
        self.work()
        self.assertEqual(order.plug4market_status, "COMPLETED")
        delivered_at = self.hub.get_order(hub_order["id"])["deliveredAt"]
        self.assertTrue(delivered_at.startswith("2026-05-04T12:00:00"), delivered_at)

    def test_the_order_is_delivered_with_its_last_parcel(self):
        hub_order, order = self.invoiced()
        first = order.picking_ids
        second = self.done(first, 1, carrier_tracking_ref="BR1")
        self.done(second, carrier_tracking_ref="BR2")
        self.work()
        self.hub.forget_calls()
        self.delivered(second, "2026-05-04 12:00:00")
        self.assertNothingSaid(hub_order, "delivered")
        self.delivered(first, "2026-05-03 12:00:00")
        self.work()
        delivered_at = self.hub.get_order(hub_order["id"])["deliveredAt"]
        self.assertTrue(delivered_at.startswith("2026-05-04"), delivered_at)

    def test_a_delivery_that_is_known_before_the_invoice_follows_in_order(self):
        hub_order, order = self.sell()
        self.done(order.picking_ids, carrier_tracking_ref="BR1")
        self.delivered(order.picking_ids, "2026-05-04 12:00:00")
        self.assertNothingSaid(hub_order, "delivered")
        self.upload(order.invoice_ids).action_plug4market_send_invoice()
        self.work()
        self.assertEqual(self.hub_status(hub_order), "COMPLETED")

    def test_an_answer_lost_after_the_hub_did_the_work_counts_as_done(self):
        hub_order, order = self.shipped()
        self.hub.faults(
            lost_answer={"calls": 1, "path_contains": "/delivered"}, refuse_repeat=True
        )
        self.delivered(order.picking_ids, "2026-05-04 12:00:00")
        self.work()
        self.assertEqual(self.hub_status(hub_order), "COMPLETED")
        self.rows(hub_order, "delivered").next_attempt_at = "2020-01-01"
        self.work()
        self.assertEqual(self.rows(hub_order, "delivered").state, "done")
        self.assertEqual(order.plug4market_status, "COMPLETED")
