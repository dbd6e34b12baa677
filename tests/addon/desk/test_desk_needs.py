"""The counters of the first screen, and the lists that they open."""

from datetime import timedelta

from desk_case import DeskCase

from odoo import fields


class TestDeskNeeds(DeskCase):
    def add_limit(self, order, hours):
        order.plug4market_handling_limit = fields.Datetime.now() + timedelta(
            hours=hours
        )

    # -- orders ---------------------------------------------------------------

    def test_orders_to_confirm(self):
        self.settings(order_target="quotation")
        _hub, order = self.import_order()
        self.assertIn(order, self.listed("to_confirm"))

        order.action_confirm()
        self.assertNotIn(order, self.listed("to_confirm"))

    def test_a_quotation_that_was_cancelled_is_not_to_be_confirmed(self):
        self.settings(order_target="quotation")
        _hub, order = self.import_order()
        order.plug4market_status = "CANCELED"
        self.assertNotIn(order, self.listed("to_confirm"))

    def test_orders_to_invoice(self):
        _hub, order = self.import_order()
        self.assertIn(order, self.listed("to_invoice"))

        order._create_invoices()
        self.assertNotIn(order, self.listed("to_invoice"))

    def test_an_ordinary_sale_is_none_of_the_marketplaces(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.company.partner_id.id}
        )
        self.assertNotIn(order, self.listed("to_confirm"))

    def test_orders_cancelled_after_their_invoice(self):
        hub_order, order = self.invoiced()
        self.assertNotIn(order, self.listed("cancelled"))

        self.hub.set_status(hub_order["id"], "CANCELED")
        self.notice(hub_order, "CANCELED")
        self.work()
        self.assertEqual(order.state, "sale")
        self.assertIn(order, self.listed("cancelled"))

    # -- events ---------------------------------------------------------------

    def test_what_the_marketplace_refused(self):
        hub_order, _order = self.import_order()
        news = self.notice(hub_order)
        told = self.env["plug4market.order.event"].create(
            {
                "company_id": self.company.id,
                "kind": "shipment",
                "order_uid": hub_order["id"].lower(),
                "next_attempt_at": fields.Datetime.now(),
            }
        )
        self.assertFalse(self.listed("refused"))
        (news | told).sudo().state = "failed"
        self.assertEqual(self.listed("refused"), told)
        self.assertEqual(self.listed("not_imported"), news)

    # -- notes ----------------------------------------------------------------

    def test_a_note_goes_from_missing_to_right_to_sent(self):
        hub_order, order = self.sell()
        invoice = order.invoice_ids
        self.assertIn(invoice, self.listed("notes_missing"))

        self.upload(invoice, total="1.00")
        self.assertIn(invoice, self.listed("notes_to_correct"))
        self.assertNotIn(invoice, self.listed("notes_missing"))

        self.upload(invoice)
        self.assertIn(invoice, self.listed("notes_to_send"))
        self.assertNotIn(invoice, self.listed("notes_to_correct"))

        invoice.action_plug4market_send_invoice()
        self.work()
        self.assertEqual(self.hub_status(hub_order), "INVOICED")
        self.assertNotIn(invoice, self.listed("notes_to_send"))

    def test_a_note_for_another_buyer_is_right_once_the_buyer_is_corrected(self):
        _hub, order = self.sell()
        invoice = order.invoice_ids
        buyer = order.partner_id.vat
        self.upload(invoice)
        order.partner_id.vat = "529.982.247-25"
        order.plug4market_document = "529.982.247-25"
        self.assertIn(invoice, self.listed("notes_to_correct"))

        order.partner_id.vat = buyer
        self.assertIn(invoice, self.listed("notes_to_send"))

    def test_a_draft_has_no_note_to_look_for(self):
        self.settings(auto_invoice=False)
        _hub, order = self.import_order()
        invoice = order._create_invoices()
        self.assertNotIn(invoice, self.listed("notes_missing"))
        invoice.action_post()
        self.assertIn(invoice, self.listed("notes_missing"))

    # -- shipping -------------------------------------------------------------

    def test_a_label_is_to_be_printed_until_somebody_has_it(self):
        _hub, order = self.invoiced()
        transfer = order.picking_ids
        self.assertIn(order, self.listed("labels"))
        self.assertIn(transfer, self.listed("labels", "stock"))

        transfer.with_user(self.people["stock"]).action_plug4market_print_labels()
        self.env.invalidate_all()
        label = order.plug4market_label_ids
        self.assertEqual(label.printed_by_id, self.people["stock"])
        self.assertNotIn(order, self.listed("labels"))
        self.assertNotIn(transfer, self.listed("labels", "stock"))

    def test_a_label_that_was_made_anew_is_to_be_printed_again(self):
        _hub, order = self.invoiced()
        order.action_plug4market_print_labels()
        self.env.invalidate_all()
        self.assertNotIn(order, self.listed("labels"))
        order.action_plug4market_fetch_labels_again()
        self.env.invalidate_all()
        self.assertIn(order, self.listed("labels"))

    def test_what_has_to_leave(self):
        _hub, order = self.import_order()
        transfer = order.picking_ids
        for hours, where in [
            (-2, {"ship_today", "late"}),
            (2, {"at_risk"}),
            (200, set()),
        ]:
            self.add_limit(order, hours)
            for role, record in [("marketplace", order), ("stock", transfer)]:
                found = {
                    name
                    for name in ("ship_today", "late", "at_risk")
                    if record in self.listed(name, role)
                }
                # Whether two hours on is still today depends on the hour.
                self.assertEqual(found - ({"ship_today"} - where), where, (hours, role))

    def test_what_leaves_tomorrow_need_not_leave_today(self):
        _hub, order = self.import_order()
        self.add_limit(order, 25)
        self.assertNotIn(order, self.listed("ship_today"))

    # -- products -------------------------------------------------------------

    def test_products_and_announcements_with_a_problem(self):
        sku = self.env["plug4market.sku"]._ensure(self.company, self.product)
        channel = self.env["plug4market.sales.channel"].search([], limit=1)
        row = self.env["plug4market.announcement"].create(
            {"sku_id": sku.id, "channel_id": channel.id, "active": False}
        )
        self.assertNotIn(self.product, self.listed("products"))
        sku.state = "error"
        row.sudo().state = "error"
        self.assertIn(self.product, self.listed("products"))
        self.assertIn(row, self.listed("announcements"))

    # -- people ---------------------------------------------------------------

    def test_activities_are_those_of_who_looks(self):
        person = self.people["marketplace"]
        mine, other = (
            self.company.partner_id.activity_schedule(
                "plug4market_connector.mail_activity_tokens", user_id=user.id
            )
            for user in (person, self.env.ref("base.user_admin"))
        )
        self.assertIn(mine, self.listed("activities"))
        self.assertNotIn(other, self.listed("activities"))

    # -- filters --------------------------------------------------------------

    def test_one_channel(self):
        _hub, order = self.import_order()
        others = self.env["plug4market.sales.channel"].search(
            [("id", "!=", order.plug4market_channel_id.id)]
        )
        own = order.plug4market_channel_id.id
        self.assertIn(order, self.listed("to_invoice", channel_id=own))
        self.assertNotIn(order, self.listed("to_invoice", channel_id=others[0].id))
        transfer = order.picking_ids
        self.add_limit(order, -2)
        self.assertIn(transfer, self.listed("late", "stock", channel_id=own))
        other = others[0].id
        self.assertNotIn(transfer, self.listed("late", "stock", channel_id=other))
