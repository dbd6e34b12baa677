"""Orders that change on the marketplace after they were imported."""

from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

CPF = {"documentId": "52998224725"}
PLACE = {
    "street": "Rua Nova",
    "streetNumber": "9",
    "district": "Centro",
    "streetComplement": None,
    "city": "São Paulo",
    "state": "SP",
    "zipCode": "01310100",
    "ibge": "3550308",
}


def item(number, sku, quantity, price):
    return {
        "orderItemId": str(number),
        "sku": sku,
        "name": sku,
        "quantity": quantity,
        "price": price,
        "total": quantity * price,
    }


class TestOrderChanges(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_product("PRATO-1", "Prato", 20)

    def setUp(self):
        super().setUp()
        self.ask_in_english()

    def sell(self, *items, **patch):
        items = items or (item(1, "CAN-325", 5, 10),)
        return self.import_order(patch=self.order(*items, **patch))

    def order(self, *items, **patch):
        total = sum(line["total"] for line in items)
        money = {"totalAmount": total, "shippingCost": 0, "interest": 0}
        return {
            "orderItems": list(items),
            **money,
            "shipping": {"shippingCost": 0},
            **patch,
        }

    def sold(self, order):
        """SKU, units and price of each line that is not empty."""
        return [
            (line.product_id.default_code, line.product_uom_qty, line.price_unit)
            for line in order.order_line.sorted("id")
            if line.product_uom_qty and line.price_unit
        ]

    def activities(self, order):
        return order.activity_ids.filtered(
            lambda activity: activity.summary == "Changed on the marketplace"
        )

    # -- quotations -----------------------------------------------------------

    def test_a_quotation_follows_every_kind_of_change(self):
        self.settings(order_target="quotation")
        for items in (
            [item(1, "CAN-325", 4, 10)],
            [item(1, "CAN-325", 7, 10)],
            [item(1, "CAN-325", 7, 9)],
            [item(1, "PRATO-1", 7, 9)],
            [item(1, "PRATO-1", 7, 9), item(2, "CAN-325", 1, 3)],
            [item(2, "CAN-325", 1, 3)],
        ):
            with self.subTest(items):
                hub_order, order = self.sell()
                self.change_order(hub_order, self.order(*items))
                self.assertEqual(order.state, "draft")
                self.assertEqual(
                    self.sold(order),
                    [(i["sku"], i["quantity"], i["price"]) for i in items],
                )
                self.assertEqual(order.amount_total, sum(i["total"] for i in items))
                self.assertFalse(order.plug4market_needs_attention)
                self.assertFalse(self.activities(order))

    def test_a_quotation_follows_freight_total_and_place(self):
        self.settings(order_target="quotation")
        hub_order, order = self.sell()
        self.change_order(
            hub_order, {"shippingCost": 12, "totalAmount": 62, "shipping": PLACE}
        )
        self.assertEqual(order.amount_total, 62)
        self.assertEqual(order.plug4market_freight, 12)
        self.assertEqual(order.plug4market_total, 62)
        self.assertEqual(order.partner_shipping_id.street_name, "Rua Nova")

    def test_what_a_person_chose_and_added_stays(self):
        self.settings(order_target="quotation")
        hub_order, order = self.sell(item(1, "SEM-SKU", 2, 10))
        order.order_line.filtered("plug4market_unmatched").product_id = self.other
        order.order_line = [
            (0, 0, {"product_id": self.product.id, "price_unit": 0.0, "name": "brinde"})
        ]
        self.change_order(hub_order, self.order(item(1, "SEM-SKU", 3, 10)))
        self.assertEqual(self.sold(order), [("PRATO-1", 3, 10)])
        self.assertIn("brinde", order.order_line.mapped("name"))

    def test_a_corrected_sku_lets_a_waiting_order_go_on(self):
        hub_order, order = self.sell(item(1, "ERRADO", 2, 10))
        self.assertEqual(order.state, "draft")
        self.change_order(hub_order, self.order(item(1, "CAN-325", 2, 10)))
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    # -- confirmed, with nothing done -----------------------------------------

    def test_fewer_units_are_fewer_in_the_order_and_in_its_transfer(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, self.order(item(1, "CAN-325", 4, 10)))
        self.assertEqual(self.sold(order), [("CAN-325", 4, 10)])
        self.assertEqual(order.amount_total, 40)
        moves = order.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 4)
        self.assertFalse(self.activities(order))

    def test_an_item_that_is_gone_goes_out_of_the_order(self):
        hub_order, order = self.sell(
            item(1, "CAN-325", 5, 10), item(2, "PRATO-1", 1, 20)
        )
        self.change_order(hub_order, self.order(item(1, "CAN-325", 5, 10)))
        self.assertEqual(self.sold(order), [("CAN-325", 5, 10)])
        self.assertEqual(order.amount_total, 50)

    def test_items_that_lost_their_numbers_are_found_by_sku(self):
        hub_order, order = self.sell(
            item(1, "CAN-325", 5, 10), item(2, "PRATO-1", 3, 20)
        )
        fewer = [item(1, "CAN-325", 4, 10), item(2, "PRATO-1", 3, 20)]
        for line in fewer:
            line["orderItemId"] = None
        self.change_order(hub_order, self.order(*fewer))
        self.assertEqual(self.sold(order), [("CAN-325", 4, 10), ("PRATO-1", 3, 20)])

    def test_another_address_moves_the_order_and_its_transfer(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, {"shipping": PLACE})
        self.assertEqual(order.partner_shipping_id.street_name, "Rua Nova")
        self.assertEqual(order.picking_ids.partner_id.street_name, "Rua Nova")

    def test_another_price_or_freight_is_taken_over(self):
        hub_order, order = self.sell()
        self.change_order(
            hub_order,
            {
                **self.order(item(1, "CAN-325", 5, 9)),
                "shippingCost": 3,
                "totalAmount": 48,
            },
        )
        self.assertEqual(order.amount_total, 48)
        self.assertEqual(order.plug4market_freight, 3)
        self.assertEqual(order.plug4market_total, 48)

    def test_what_odoo_followed_is_written_in_the_orders_history(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, self.order(item(1, "CAN-325", 4, 10)))
        bodies = " ".join(order.message_ids.mapped("body"))
        self.assertIn("Quantity of CAN-325: 5 → 4", bodies)
        # Each change is on a line of its own.
        self.assertRegex(bodies, "followed:<br ?/?>Quantity")

    # -- asked ----------------------------------------------------------------

    def test_what_is_not_safe_asks_one_person_with_both_sides(self):
        for items in (
            [item(1, "CAN-325", 6, 10)],
            [item(1, "PRATO-1", 5, 10)],
            [item(1, "CAN-325", 5, 10), item(2, "PRATO-1", 1, 20)],
        ):
            with self.subTest(items):
                hub_order, order = self.sell()
                for _time in range(3):
                    self.change_order(hub_order, self.order(*items))
                self.assertEqual(self.sold(order), [("CAN-325", 5, 10)])
                self.assertTrue(order.plug4market_needs_attention)
                activity = self.activities(order)
                self.assertEqual(len(activity), 1)
                self.assertIn("→", activity.note)
                self.assertIn("→", order.plug4market_attention)

    def test_an_order_whose_items_are_all_gone_asks(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, {"orderItems": []})
        self.assertEqual(self.sold(order), [("CAN-325", 5, 10)])
        self.assertEqual(len(self.activities(order)), 1)

    def test_an_order_that_is_picked_or_invoiced_asks_about_everything(self):
        for begin in (self.pick, self.invoice):
            with self.subTest(begin.__name__):
                hub_order, order = self.sell()
                begin(order)
                self.change_order(hub_order, self.order(item(1, "CAN-325", 4, 10)))
                self.assertEqual(self.sold(order), [("CAN-325", 5, 10)])
                self.assertEqual(len(self.activities(order)), 1)
                self.assertEqual(order.plug4market_total, 50)

    def pick(self, order):
        order.picking_ids.move_ids.picked = True

    def invoice(self, order):
        order._create_invoices()

    def test_the_transfer_waits_until_a_person_has_dealt_with_it(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, self.order(item(1, "PRATO-1", 5, 10)))
        with self.assertRaisesRegex(UserError, "SKU of PRATO-1: CAN-325 → PRATO-1"):
            order.picking_ids.button_validate()
        order.action_plug4market_changes_done()
        self.assertFalse(order.plug4market_needs_attention)
        self.assertFalse(self.activities(order))
        order.picking_ids.move_ids.quantity = 5
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_what_was_dealt_with_is_not_asked_again(self):
        hub_order, order = self.sell()
        change = self.order(item(1, "CAN-325", 6, 10))
        self.change_order(hub_order, change)
        order.action_plug4market_changes_done()
        self.change_order(hub_order, {**change, "status": "INVOICED"})
        self.assertFalse(order.plug4market_changes)
        self.assertEqual(order.plug4market_total, 60)

    def test_a_change_that_is_taken_back_asks_nothing_any_more(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, self.order(item(1, "CAN-325", 6, 10)))
        self.change_order(hub_order, self.order(item(1, "CAN-325", 5, 10)))
        self.assertFalse(order.plug4market_needs_attention)
        self.assertFalse(self.activities(order))

    def test_a_person_who_changed_the_order_is_asked(self):
        hub_order, order = self.sell()
        order.order_line.filtered("plug4market_sku").product_uom_qty = 3
        self.change_order(hub_order, self.order(item(1, "CAN-325", 4, 10)))
        self.assertEqual(len(self.activities(order)), 1)

    def test_who_has_no_role_has_dealt_with_nothing(self):
        hub_order, order = self.sell()
        self.change_order(hub_order, self.order(item(1, "CAN-325", 6, 10)))
        user = new_test_user(
            self.env, "vendas", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            order.with_user(user).action_plug4market_changes_done()

    # -- facts and lines ------------------------------------------------------

    def test_the_facts_for_the_nfe_say_what_the_lines_say(self):
        hub_order, order = self.sell()
        self.invoice(order)
        self.change_order(hub_order, {"shippingCost": 7, "totalAmount": 57})
        self.assertEqual(order.plug4market_freight, 0)
        self.assertEqual(order.plug4market_total, 50)
        self.assertEqual(len(self.activities(order)), 1)

    # -- the invoice's address ------------------------------------------------

    def test_each_orders_invoice_has_the_address_that_it_was_sold_with(self):
        _hub, first = self.sell(billing={**CPF, **PLACE, "street": "Rua Velha"})
        _hub, second = self.sell(billing={**CPF, **PLACE, "name": "Maria Nova"})
        _hub, third = self.sell(billing={**CPF, **PLACE, "name": "Maria Nova"})
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_invoice_id.street_name, "Rua Velha")
        self.assertEqual(second.partner_invoice_id.street_name, "Rua Nova")
        self.assertEqual(second.partner_invoice_id.name, "Maria Nova")
        self.assertEqual(third.partner_invoice_id, second.partner_invoice_id)
        self.assertEqual(second.partner_invoice_id.vat, first.partner_id.vat)

    def test_a_hidden_address_leaves_the_buyers_own(self):
        _hub, first = self.sell(billing={**CPF, **PLACE})
        _hub, second = self.sell(
            billing={**CPF, "street": "***", "streetNumber": None, "name": "M***"}
        )
        self.assertEqual(second.partner_invoice_id, first.partner_id)
