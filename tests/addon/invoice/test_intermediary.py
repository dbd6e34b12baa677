"""What the NF-e says of the marketplace: on the order, the invoice, and for issuers."""

from unittest.mock import patch

from odoo_case import Plug4marketCase

SHOPEE, MERCADO_LIVRE, VTEX = 26, 7, 24
PIX = {"method": "Pix", "value": 10}


class TestIntermediary(Plug4marketCase):
    def setUp(self):
        super().setUp()
        self.settings(auto_invoice=True)
        self.channel = self.find_channel(SHOPEE)
        self.channel.seller_id = "loja_teste"

    def find_channel(self, hub_id):
        return self.env["plug4market.sales.channel"].search([("hub_id", "=", hub_id)])

    def sell(self, channel=SHOPEE, **values):
        _hub_order, order = self.import_order(channel=channel, **values)
        return order

    def test_order_and_invoice_name_the_intermediary(self):
        order = self.sell()
        for record in (order, order.invoice_ids):
            self.assertEqual(record.plug4market_intermediary_cnpj, "35635824000112")
            self.assertEqual(record.plug4market_intermediary_seller_id, "loja_teste")
            self.assertFalse(record.plug4market_intermediary_hint)

    def test_the_cnpj_that_the_order_names_goes_before_the_channels(self):
        order = self.sell(patch={"saleChannelDocumentId": "03.007.331/0001-41"})
        self.assertEqual(order.plug4market_intermediary_cnpj, "03007331000141")
        self.assertEqual(
            order.invoice_ids.plug4market_intermediary_cnpj, "03007331000141"
        )
        self.assertEqual(self.channel.cnpj, "35635824000112")

    def test_a_channel_without_a_cnpj_gets_the_one_that_its_orders_name(self):
        self.channel.cnpj = False
        self.sell(patch={"saleChannelDocumentId": "123"})
        self.assertFalse(self.channel.cnpj)
        # A number has lost its zero.
        self.sell(patch={"saleChannelDocumentId": 3007331000141})
        self.assertEqual(self.channel.cnpj, "03007331000141")
        self.sell(patch={"saleChannelDocumentId": "35635824000112"})
        self.assertEqual(self.channel.cnpj, "03007331000141")

    def test_an_own_shop_has_no_intermediary_whatever_its_orders_say(self):
        self.channel.write({"own_site": True, "cnpj": False})
        order = self.sell(patch={"saleChannelDocumentId": "03007331000141"})
        self.assertFalse(order.plug4market_intermediary_cnpj)
        self.assertFalse(self.channel.cnpj)

    def test_freight_interest_and_payments_are_kept_as_the_nfe_needs_them(self):
        order = self.sell(
            shippingCost=15.5,
            interest=3.2,
            patch={
                "paymentMethods": [
                    PIX,
                    {"method": "Cartão de crédito", "value": 88.5},
                    {"method": "credit_card", "value": 1},
                ]
            },
        )
        for record in (order, order.invoice_ids):
            self.assertEqual(record.plug4market_freight, 15.5)
            self.assertEqual(record.plug4market_interest, 3.2)
            self.assertEqual(record.plug4market_payment_codes, "03, 17")

    def test_what_is_missing_is_told_until_it_is_filled_in(self):
        self.channel.write({"cnpj": "123", "seller_id": False})
        order = self.sell()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.invoice_ids)
        hint = order.invoice_ids.plug4market_intermediary_hint
        self.assertIn("Shopee", hint)
        self.assertIn("CNPJ", hint)
        self.assertIn("seller id", hint)

        self.channel.write({"cnpj": "35.635.824/0001-12", "seller_id": "x" * 61})
        self.assertNotIn("CNPJ", order.plug4market_intermediary_hint)
        self.assertIn("seller id", order.plug4market_intermediary_hint)
        self.assertEqual(order.plug4market_intermediary_cnpj, "35635824000112")
        self.channel.seller_id = "x" * 60
        self.assertFalse(order.plug4market_intermediary_hint)

    def test_the_seller_id_is_each_companys_own(self):
        other = self.env["res.company"].create({"name": "Outra loja"})
        self.channel.with_company(other).seller_id = "outra"
        order = self.sell()
        self.assertEqual(
            order.with_company(other).plug4market_intermediary_seller_id, "loja_teste"
        )

    def test_mercado_livre_has_its_seller_in_the_settings(self):
        self.settings(seller_id="123456")
        order = self.sell(MERCADO_LIVRE)
        self.assertEqual(order.plug4market_intermediary_seller_id, "123456")
        self.find_channel(MERCADO_LIVRE).seller_id = "654321"
        self.env.invalidate_all()
        self.assertEqual(order.plug4market_intermediary_seller_id, "654321")

    def test_the_sellers_own_shop_has_no_intermediary(self):
        self.find_channel(VTEX).write({"cnpj": "35635824000112", "seller_id": "x1"})
        order = self.sell(VTEX)
        self.assertFalse(order.plug4market_intermediary_cnpj)
        self.assertFalse(order.plug4market_intermediary_seller_id)
        self.assertFalse(order.plug4market_intermediary_hint)
        self.assertFalse(order.plug4market_channel_id._plug4market_partner())

    # -- the fields of who issues the NF-e --------------------------------------

    def test_without_an_issuer_nothing_is_written(self):
        self.assertEqual(self.sell()._plug4market_intermediary_values(), {})

    def test_the_fields_of_enterprise_are_filled_where_they_are(self):
        order = self.sell(patch={"paymentMethods": [PIX]})
        values = self.values_with(
            order,
            l10n_br_presence=[("0", ""), ("2", "")],
            l10n_br_edi_payment_method=[("17", ""), ("90", "")],
        )
        self.assertEqual(
            values, {"l10n_br_presence": "2", "l10n_br_edi_payment_method": "17"}
        )

    def test_a_code_the_field_does_not_have_is_left_out(self):
        order = self.sell(patch={"paymentMethods": [PIX]})
        values = self.values_with(order, l10n_br_edi_payment_method=[("03", "")])
        self.assertEqual(values, {})

    def test_the_fields_of_oca_name_the_intermediary_as_a_contact(self):
        order = self.sell()
        names = {
            "ind_pres": [],
            "intermediary_partner_id": [],
            "intermediary_seller_code": [],
        }
        values = self.values_with(order, **names)
        partner = self.env["res.partner"].browse(values["intermediary_partner_id"])
        self.assertEqual((partner.vat, partner.name), ("35635824000112", "Shopee"))
        self.assertTrue(partner.is_company)
        self.assertEqual(values["ind_pres"], "2")
        self.assertEqual(values["intermediary_seller_code"], "loja_teste")
        again = self.values_with(order, **names)
        self.assertEqual(again["intermediary_partner_id"], partner.id)

    def test_the_invoice_is_made_with_these_values(self):
        """A field every Odoo has stands for the issuer's."""
        with patch.object(
            type(self.env["sale.order"]),
            "_plug4market_intermediary_values",
            lambda order: {"ref": f"infIntermed {order.plug4market_intermediary_cnpj}"},
        ):
            order = self.sell()
        self.assertEqual(order.invoice_ids.ref, "infIntermed 35635824000112")

    def values_with(self, order, **selections):
        """The values when ``account.move`` has these fields as well."""

        class Field:
            def __init__(self, selection):
                self.selection = selection

            def get_values(self, _env):
                return [code for code, _label in self.selection]

        move_class = type(self.env["account.move"])
        known = {name: Field(found) for name, found in selections.items()}
        with patch.object(move_class, "_fields", {**move_class._fields, **known}):
            return order._plug4market_intermediary_values()
