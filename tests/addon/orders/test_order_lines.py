"""What was bought: lines whose total is the marketplace's, to the cent."""

from unittest.mock import patch

from odoo_case import Plug4marketCase

from odoo.addons.plug4market_connector.hub import HubOrder
from odoo.addons.plug4market_connector.models.orders.order_lookup import OrderLookup


class TestOrderLines(Plug4marketCase):
    def line_of(self, order, xmlid):
        product = self.env.ref(f"plug4market_connector.product_{xmlid}")
        return order.order_line.filtered(lambda line: line.product_id == product)

    def tax(self, amount, **values):
        values = {"name": f"T{amount} {values}", "type_tax_use": "sale", **values}
        return self.env["account.tax"].create({"amount": amount, **values})

    def assertAddsUp(self, order, hub_order):
        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)
        self.assertFalse(self.line_of(order, "difference"))
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    # -- taxes ----------------------------------------------------------------

    def test_the_total_is_the_hubs_whatever_the_products_taxes(self):
        plain = self.tax(17)
        group = self.env["account.tax"].create(
            {
                "name": "Group",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [self.tax(12).id, self.tax(7.6).id],
            }
        )
        on_top_of_tax = self.tax(9.25, include_base_amount=True, sequence=1)
        taxes = {
            "none": self.env["account.tax"],
            "percent": plain,
            "two": plain | self.tax(3.65),
            "group": group,
            "fixed": self.tax(1.5, amount_type="fixed"),
            "on top of another": on_top_of_tax | self.tax(10, sequence=2),
            "included already": self.tax(18, price_include_override="tax_included"),
            "division": self.tax(18, amount_type="division"),
        }
        items = [("CAN-325", 3, 33.33), ("CAN-325", 7, 0.99)]
        for policy in ("included", "none"):
            self.settings(tax_policy=policy)
            for name, product_taxes in taxes.items():
                with self.subTest(policy=policy, taxes=name):
                    self.product.taxes_id = product_taxes
                    hub_order, order = self.import_order(items)
                    self.assertAddsUp(order, hub_order)
                    taxed = policy == "included" and name != "none"
                    self.assertEqual(bool(order.amount_tax), taxed)

    def test_a_fiscal_position_maps_the_taxes_before_they_go_inside_the_price(self):
        state = self.env.ref("base.state_br_am")
        inner, interstate = self.tax(18), self.tax(7)
        position = self.env["account.fiscal.position"].create({"name": "To AM"})
        interstate.fiscal_position_ids = position
        interstate.original_tax_ids = inner
        self.product.taxes_id = inner
        buyer = self.env["res.partner"].create(
            {
                "name": "Cliente",
                "vat": "52998224725",
                "country_id": self.env.ref("base.br").id,
                "state_id": state.id,
                "property_account_position_id": position.id,
            }
        )
        hub_order, order = self.import_order(
            patch={"billing": {"documentId": buyer.vat}}
        )
        self.assertEqual(order.fiscal_position_id, position)
        self.assertEqual(
            order.order_line[0].tax_ids, interstate.plug4market_included_tax_id
        )
        self.assertAddsUp(order, hub_order)

    def test_taxes_that_cannot_go_inside_the_price_lower_it(self):
        """As IPI does with OCA's addons: the buyer pays no more than he has paid."""
        tax = self.tax(10)
        self.product.taxes_id = tax
        with patch.object(
            type(tax), "_plug4market_apply_policy", lambda taxes, _c: taxes
        ):
            hub_order, order = self.import_order([("CAN-325", 3, 39.9)])
        self.assertFalse(order.order_line[0].tax_ids.price_include)
        self.assertAddsUp(order, hub_order)

    # -- items ----------------------------------------------------------------

    def test_one_sku_in_several_items_stays_several_lines(self):
        hub_order, order = self.import_order(
            [("CAN-325", 1, 10.0), ("CAN-325", 2, 9.5)]
        )
        lines = order.order_line.filtered("plug4market_sku")
        self.assertEqual(lines.mapped("product_uom_qty"), [1, 2])
        self.assertEqual(lines.product_id, self.product)
        self.assertEqual(len(set(lines.mapped("plug4market_item_id"))), 2)
        self.assertAddsUp(order, hub_order)

    def test_a_total_per_line_is_kept_where_no_price_of_cents_gives_it(self):
        item = {"sku": "CAN-325", "quantity": 3, "price": 33.33, "total": 100.0}
        hub_order, order = self.import_order(
            patch={"orderItems": [item], "totalAmount": 119.9}
        )
        self.assertAddsUp(order, hub_order)
        self.assertEqual(order.order_line[0].price_total, 100.0)

    def test_a_cent_of_rounding_goes_into_the_price(self):
        hub_order, order = self.import_order(
            [("CAN-325", 3, 33.33)], patch={"totalAmount": 119.9}
        )
        self.assertAddsUp(order, hub_order)
        self.assertFalse(order.activity_ids)

    def test_an_item_is_found_by_its_custom_id(self):
        item = {"sku": "MLB-1", "quantity": 1, "price": 10.0, "total": 10.0}
        hub_order, order = self.import_order(
            patch={
                "orderItems": [{**item, "customId": "CAN-325"}],
                "totalAmount": 29.9,
            }
        )
        self.assertEqual(order.order_line[0].product_id, self.product)
        self.assertAddsUp(order, hub_order)

    def test_only_sku_and_custom_id_say_which_product_an_item_is(self):
        template = self.product.product_tmpl_id
        self.product.barcode = "7891000315507"
        other = self.env["product.product"].create({"name": "Outro produto"})
        other.plug4market_group_code = "GRUPO-9"
        item = {"sku": "MLB-1", "quantity": 1, "price": 10.0, "total": 10.0}
        strangers = {
            "id of a template": {"productId": str(template.id)},
            "id of a template as a number": {"productId": template.id},
            "id of a variant": {"productId": str(self.product.id)},
            "SKU of a product": {"productId": "CAN-325"},
            "group code that a person chose": {"productId": "GRUPO-9"},
            "name": {"name": template.name},
            "barcode": {"sku": "7891000315507", "ean": "7891000315507"},
            "beginning of the SKU": {"sku": "CAN-3"},
            "another case": {"sku": "can-325"},
            "wildcard": {"sku": "CAN-32_", "customId": "%"},
            "no SKU at all": {"sku": "", "productId": str(template.id)},
        }
        for name, other in strangers.items():
            with self.subTest(name):
                _hub, order = self.import_order(
                    patch={"orderItems": [{**item, **other}], "totalAmount": 29.9}
                )
                self.assertTrue(order.order_line[0].plug4market_unmatched)
                self.assertEqual(order.state, "draft")
                self.assertTrue(order.plug4market_needs_attention)

    def test_changing_the_quantity_by_hand_keeps_the_price_that_was_paid(self):
        self.settings(order_target="quotation")
        _hub, order = self.import_order([("CAN-325", 2, 12.34)])
        order.order_line[0].product_uom_qty = 1
        self.assertAlmostEqual(order.order_line[0].price_unit, 12.34, 2)

    # -- what is no product ---------------------------------------------------

    def test_freight_interest_and_discount_are_lines_of_their_own(self):
        item = {
            "sku": "CAN-325",
            "quantity": 2,
            "price": 50.0,
            "total": 100.0,
            "discount": 20.0,
            "unitDiscount": 10.0,
        }
        hub_order, order = self.import_order(
            shippingCost=15.5,
            interest=1.23,
            patch={"orderItems": [item], "totalAmount": 96.73},
        )
        self.assertAddsUp(order, hub_order)
        amounts = {
            xmlid: self.line_of(order, xmlid).price_total
            for xmlid in ("freight", "interest", "discount")
        }
        self.assertEqual(
            amounts, {"freight": 15.5, "interest": 1.23, "discount": -20.0}
        )

    def test_a_discount_inside_the_price_is_no_line(self):
        item = {
            "sku": "CAN-325",
            "quantity": 2,
            "price": 50.0,
            "originalPrice": 60.0,
            "total": 100.0,
            "discount": 20.0,
            "unitDiscount": 10.0,
        }
        hub_order, order = self.import_order(
            shippingCost=15.5, patch={"orderItems": [item], "totalAmount": 115.5}
        )
        self.assertAddsUp(order, hub_order)
        self.assertFalse(self.line_of(order, "discount"))

    def test_freight_that_the_buyer_did_not_pay_is_no_line(self):
        hub_order, order = self.import_order(
            [("CAN-325", 1, 50.0)], shippingCost=15.5, patch={"totalAmount": 50.0}
        )
        self.assertAddsUp(order, hub_order)
        self.assertFalse(self.line_of(order, "freight"))

    def test_what_does_not_add_up_is_one_line_and_one_activity(self):
        _hub, order = self.import_order(
            [("CAN-325", 1, 50.0)], patch={"totalAmount": 47.11}
        )
        self.assertAlmostEqual(self.line_of(order, "difference").price_total, -22.79, 2)
        self.assertEqual(order.amount_total, 47.11)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(order.state, "draft")

    # -- OCA's Brazilian localisation -----------------------------------------

    def test_with_ocas_addons_operation_and_freight_are_in_their_own_fields(self):
        """Their fields are not here: only what would be written is looked at."""
        importer = self.env["plug4market.order.import"]
        operation = self.env["res.partner"].create({"name": "Venda"})
        sold = self.hub.order(
            [("CAN-325", 3, 10.0), ("CAN-325", 1, 60.0)],
            shippingCost=15.0,
            interest=1.23,
        )
        hub_order = HubOrder.from_json(sold)
        lookup = OrderLookup(self.env, self.company, [hub_order])
        with patch.object(
            type(importer), "_fiscal_operation", lambda self, lookup: operation
        ):
            values = importer._prepare_order_values(
                lookup, hub_order, self.company.partner_id, self.company.partner_id
            )
        lines = [line for _command, _id, line in values["order_line"]]
        self.assertEqual(values["fiscal_operation_id"], operation.id)
        self.assertEqual(
            [line["fiscal_operation_id"] for line in lines], [operation.id] * 2
        )
        self.assertEqual([line["freight_value"] for line in lines], [5.0, 10.0])
        self.assertEqual([line["other_value"] for line in lines], [0.41, 0.82])
        self.assertFalse(any("tax_ids" in line for line in lines))
