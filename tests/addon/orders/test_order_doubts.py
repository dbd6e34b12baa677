"""No confirmed sale with a guess in it: what is in doubt waits, with what was sent."""

from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

ITEM = {"orderItemId": "1", "sku": "CAN-325", "name": "Caneca"}
PLACE = {"city": "São Paulo", "state": "SP", "zipCode": "01310100", "ibge": "3550308"}


def one_item(**values):
    return {"orderItems": [{**ITEM, "quantity": 1, "price": 75, "total": 75, **values}]}


class TestOrderDoubts(Plug4marketCase):
    def setUp(self):
        super().setUp()
        self.ask_in_english()

    def sell(self, **patch):
        _hub, order = self.import_order(patch=patch)
        return order

    def sell_to(self, **place):
        """An order to an address of which nothing else is said."""
        nowhere = dict.fromkeys(("city", "state", "zipCode", "ibge", "country"))
        party = {**nowhere, "street": "Rua Um", **place}
        return self.sell(billing=party, shipping=party)

    def assertWaits(self, order, sentence):
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.plug4market_needs_attention)
        self.assertIn(sentence, order.plug4market_attention)

    def assertConfirmed(self, order):
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    # -- what was sent --------------------------------------------------------

    def test_an_amount_that_cannot_be_read_is_shown_as_it_was_sent(self):
        order = self.sell(**one_item(price="R$ 7x,90", total=None), totalAmount=75)
        self.assertWaits(order, "“R$ 7x,90”")

    def test_each_kind_of_doubt_keeps_the_order_a_quotation(self):
        for patch, sentence in [
            (one_item(quantity=0), "quantity “0”"),
            (one_item(quantity=-1), "quantity “-1”"),
            (one_item(quantity=None), "without a quantity"),
            (one_item(price=None, total=None), "without a price"),
            ({"totalAmount": None}, "no total"),
            ({"totalAmount": 1e15}, "1000000000000000"),
            ({"orderItems": []}, "no items"),
            ({"orderItems": "caneca"}, "“caneca”"),
            ({"orderType": 2}, "order type “2”"),
            ({"orderType": True}, "order type “true”"),
            ({"saleChannelCreated": None, "createdAt": None}, "when the order was"),
            ({"saleChannelCreated": "31/12/2026"}, "“31/12/2026”"),
            ({"estimatedHandlingLimit": "amanhã"}, "“amanhã”"),
        ]:
            with self.subTest(patch):
                self.assertWaits(self.sell(**patch), sentence)

    def test_nothing_that_can_be_read_waits(self):
        for total in ("R$ 90,30", "90.30", "90,30", 90.3):
            with self.subTest(total):
                order = self.sell(totalAmount=total)
                if not order.plug4market_difference:
                    self.assertConfirmed(order)
                self.assertEqual(order.plug4market_total, 90.3)

    def test_an_order_that_costs_nothing_waits(self):
        order = self.sell(**one_item(price=0, total=0), totalAmount=0, shippingCost=0)
        self.assertWaits(order, "costs nothing")

    def test_an_order_of_ten_thousand_items_is_here_and_waits(self):
        items = [
            {**ITEM, "orderItemId": str(n), "quantity": 1, "price": 1, "total": 1}
            for n in range(10_000)
        ]
        order = self.sell(orderItems=items, totalAmount=10_000)
        self.assertWaits(order, "has 10000 items")
        self.assertEqual(len(order.order_line.filtered("plug4market_sku")), 1000)

    # -- and completed --------------------------------------------------------

    def test_a_later_reading_completes_the_order_by_itself(self):
        hub_order, order = self.import_order(
            patch={**one_item(price=None, total=None), "totalAmount": None}
        )
        self.assertWaits(order, "without a price")
        self.change_order(
            hub_order,
            {**one_item(), "totalAmount": 75, "shippingCost": 0, "interest": 0},
        )
        self.assertConfirmed(order)
        self.assertEqual(order.amount_total, 75)
        self.assertFalse(order.plug4market_doubts)

    def test_a_quantity_that_becomes_readable_is_sold(self):
        hub_order, order = self.import_order(patch=one_item(quantity="dois"))
        self.assertWaits(order, "“dois”")
        patch = {**one_item(quantity=2, total=150), "totalAmount": 150}
        self.change_order(hub_order, {**patch, "shippingCost": 0})
        self.assertConfirmed(order)
        line = order.order_line.filtered("plug4market_sku")
        self.assertEqual((line.product_uom_qty, line.price_unit), (2, 75))

    def test_a_known_order_does_not_follow_what_cannot_be_read(self):
        hub_order, order = self.import_order()
        total = order.amount_total
        self.change_order(hub_order, one_item(price="x", quantity="y", total=None))
        self.assertEqual(order.amount_total, total)
        self.assertFalse(order.plug4market_changes)

    # -- told later of what is sold -------------------------------------------

    def activities(self, order):
        return order.activity_ids.filtered(lambda a: "cannot be read" in a.summary)

    def test_what_cannot_be_read_later_asks_once_and_the_transfer_waits(self):
        for patch, sentence in [
            (one_item(quantity="?"), "quantity “?”"),
            (one_item(price="R$ 7x", total=None), "amount “R$ 7x”"),
            ({"orderType": "FULL?"}, "order type “FULL?”"),
            ({"orderItems": "caneca"}, "“caneca”"),
            ({"totalAmount": "muito"}, "amount “muito”"),
        ]:
            with self.subTest(patch):
                hub_order, order = self.import_order()
                self.assertConfirmed(order)
                for _reading in range(2):
                    self.change_order(hub_order, patch)
                self.assertEqual(len(self.activities(order)), 1)
                self.assertIn(sentence, order.plug4market_attention)
                with self.assertRaisesRegex(UserError, "its transfer waits"):
                    order.picking_ids.button_validate()

    def test_it_is_over_once_it_can_be_read_or_a_person_has_looked(self):
        before = one_item()
        for settle in ("read", "checked"):
            with self.subTest(settle):
                hub_order, order = self.import_order(patch=before | {"totalAmount": 75})
                self.change_order(hub_order, one_item(quantity="?"))
                self.assertTrue(order.plug4market_needs_attention)
                if settle == "read":
                    self.change_order(hub_order, before)
                else:
                    order.action_plug4market_accept_doubts()
                self.assertFalse(order.plug4market_needs_attention)
                self.assertFalse(self.activities(order))
                self.assertFalse(order._plug4market_why_it_waits())

    def test_what_was_in_doubt_when_a_person_confirmed_is_settled(self):
        hub_order, order = self.import_order(patch={"totalAmount": None})
        order.action_confirm()
        self.change_order(hub_order, {"totalAmount": None, "note": "de novo"})
        self.assertFalse(order.plug4market_needs_attention)
        self.assertFalse(order.activity_ids)

    def test_a_date_that_goes_missing_is_nothing_to_a_sale(self):
        hub_order, order = self.import_order()
        self.change_order(hub_order, {"saleChannelCreated": None, "createdAt": None})
        self.assertFalse(order.plug4market_needs_attention)

    def test_a_confirmed_order_follows_to_no_place_that_contradicts_itself(self):
        hub_order, order = self.import_order()
        place = order.partner_shipping_id
        self.change_order(
            hub_order, {"shipping": {**PLACE, "street": "Rua Dois", "state": "RJ"}}
        )
        self.assertEqual(order.partner_shipping_id, place)
        self.assertIn("Rua Dois", order.plug4market_changes_text)
        self.assertEqual(len(order.activity_ids), 1)

    # -- a person -------------------------------------------------------------

    def test_a_person_who_has_checked_it_lets_it_go_on(self):
        order = self.sell(estimatedHandlingLimit="amanhã")
        order.action_plug4market_accept_doubts()
        self.assertConfirmed(order)
        bodies = " ".join(order.message_ids.mapped("body"))
        self.assertIn("“amanhã”", bodies)
        # What to do about it is no part of what was done.
        self.assertNotIn("Look at the order", bodies)

    def test_what_was_checked_does_not_come_back_and_news_do(self):
        self.settings(order_target="quotation")
        hub_order, order = self.import_order(patch={"estimatedHandlingLimit": "amanhã"})
        order.action_plug4market_accept_doubts()
        self.change_order(hub_order, {})
        self.assertFalse(order.plug4market_needs_attention)
        self.change_order(hub_order, {"estimatedHandlingLimit": "depois"})
        self.assertWaits(order, "“depois”")

    def test_who_has_no_role_cannot_say_that_it_was_checked(self):
        order = self.sell(estimatedHandlingLimit="amanhã")
        user = new_test_user(
            self.env, "vendas", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            order.with_user(user).action_plug4market_accept_doubts()

    # -- places ---------------------------------------------------------------

    def test_brazil_is_where_the_rest_of_the_address_says_so(self):
        brazil = self.env.ref("base.br")
        for country in ("null", "Não informado", "São Paulo", "BRA", None):
            with self.subTest(country):
                order = self.sell_to(**PLACE, country=country)
                self.assertConfirmed(order)
                self.assertEqual(order.partner_shipping_id.country_id, brazil)
                self.assertEqual(order.partner_shipping_id.state_id.code, "SP")

    def test_the_state_comes_from_whatever_says_it(self):
        for known in (
            {"state": "BR-SP"},
            {"state": "São Paulo - SP"},
            {"ibge": "3550308"},
            {"zipCode": "01310-100"},
            {"zipCode": 1310100},
        ):
            with self.subTest(known):
                order = self.sell_to(**known)
                self.assertConfirmed(order)
                self.assertEqual(order.partner_shipping_id.state_id.code, "SP")

    def test_a_place_that_contradicts_itself_waits(self):
        for wrong in (
            {"country": "Estados Unidos"},
            {"country": "MEX"},
            {"state": "RJ"},
            {"ibge": "3304557"},
            {"zipCode": "20000-000"},
        ):
            with self.subTest(wrong):
                order = self.sell_to(**{**PLACE, **wrong})
                self.assertWaits(order, "contradicts itself")

    def test_a_foreign_buyer_is_where_he_is_and_waits_for_a_document(self):
        party = {"country": "Alemanha", "city": "Berlin", "zipCode": "10115"}
        order = self.sell_to(**party, documentId="")
        self.assertEqual(order.partner_shipping_id.country_id.code, "DE")
        self.assertWaits(order, "CPF")

    def test_a_country_that_nobody_knows_waits_until_it_is_filled_in(self):
        order = self.sell_to(country="Lugar Nenhum")
        self.assertWaits(order, "Lugar Nenhum")
        order.partner_shipping_id.country_id = self.env.ref("base.br")
        self.assertConfirmed(order)

    def test_a_state_that_a_person_fills_in_decides_on_the_taxes(self):
        order = self.sell_to(city="Maringá")
        self.assertWaits(order, "which decides on the taxes")
        total = order.amount_total
        order.partner_shipping_id.state_id = self.env.ref("base.state_br_pr")
        self.assertConfirmed(order)
        expected = self.env["account.fiscal.position"]._get_fiscal_position(
            order.partner_id, order.partner_shipping_id
        )
        self.assertEqual(order.fiscal_position_id, expected)
        self.assertEqual(order.amount_total, total)

    def test_a_state_that_the_marketplace_reveals_decides_on_the_taxes(self):
        nowhere = dict.fromkeys(("city", "state", "zipCode", "ibge", "street"))
        hub_order, order = self.import_order(
            patch={"billing": nowhere, "shipping": nowhere}
        )
        self.assertWaits(order, "in which state")
        party = {**PLACE, "street": "Rua Um"}
        self.change_order(hub_order, {"billing": party, "shipping": party})
        self.assertConfirmed(order)
        expected = self.env["account.fiscal.position"]._get_fiscal_position(
            order.partner_id, order.partner_shipping_id
        )
        self.assertEqual(order.fiscal_position_id, expected)

    # -- freight --------------------------------------------------------------

    def test_freight_is_where_it_makes_the_total_add_up(self):
        for patch in (
            {"shippingCost": 0, "shipping": {"shippingCost": 15.5}},
            {"shippingCost": "0", **one_item(freight=15.5)},
            {"shippingCost": 15.5, "shipping": {"shippingCost": 0}},
        ):
            with self.subTest(patch):
                order = self.sell(**{**one_item(), **patch}, totalAmount=90.5)
                self.assertConfirmed(order)
                self.assertEqual(order.plug4market_freight, 15.5)
                self.assertEqual(order.amount_total, 90.5)

    # -- statuses -------------------------------------------------------------

    def test_a_status_is_read_however_it_is_spelled(self):
        hub_order, order = self.import_order()
        self.change_order(hub_order, {"status": "Cancelled"})
        self.assertEqual(order.plug4market_status, "CANCELED")

    def test_an_unknown_status_is_shown_and_asks_a_person_once(self):
        hub_order, order = self.import_order()
        for status in ("RETURNED", "RETURNED"):
            self.change_order(hub_order, {"status": status})
        self.assertEqual(order.plug4market_hub_status, "RETURNED")
        self.assertIn("“RETURNED”", order.plug4market_attention)
        asked = order.activity_ids.filtered(lambda a: "status" in a.summary)
        self.assertEqual(len(asked), 1)
        self.change_order(hub_order, {"status": "APPROVED"})
        self.assertFalse(order.plug4market_attention)
