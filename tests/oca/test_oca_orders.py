"""Orders where OCA's Brazilian localisation is installed."""

from oca_case import OcaCase


class TestOcaOrders(OcaCase):
    def assertAddsUp(self, order, hub_order):
        self.assertAlmostEqual(order.amount_total, hub_order["totalAmount"], 2)
        self.assertEqual(order.state, "sale", order.plug4market_attention)
        self.assertFalse(order.plug4market_needs_attention)

    def test_an_order_has_the_fiscal_operation_and_the_hubs_total(self):
        """Without the operation OCA's total is zero."""
        hub_order, order = self.import_order(
            [("CAN-325", 3, 33.33)], shippingCost=15.5, interest=4.21
        )
        operation = self.env.ref("l10n_br_fiscal.fo_venda")
        self.assertEqual(order.fiscal_operation_id, operation)
        self.assertEqual(order.order_line.fiscal_operation_id, operation)
        self.assertAddsUp(order, hub_order)

    def test_freight_and_interest_are_in_the_fiscal_fields(self):
        hub_order, order = self.import_order(
            [("CAN-325", 1, 10.0), ("CAN-325", 1, 20.0)], shippingCost=15.5, interest=3
        )
        lines = order.order_line
        self.assertEqual(len(lines), 2)
        self.assertAlmostEqual(sum(lines.mapped("freight_value")), 15.5, 2)
        self.assertAlmostEqual(sum(lines.mapped("other_value")), 3.0, 2)
        self.assertAddsUp(order, hub_order)

    def test_a_tax_on_top_lowers_the_price(self):
        """IPI cannot go inside a price: the buyer pays no more than he has paid."""
        ncm = self.env["l10n_br_fiscal.ncm"].search(
            [("tax_ipi_id.percent_amount", ">", 0)], limit=1
        )
        self.assertTrue(ncm)
        self.company.write({"tax_framework": "3", "ripi": True})
        self.product.ncm_id = ncm
        hub_order, order = self.import_order([("CAN-325", 2, 50.0)], shippingCost=0)
        self.assertAddsUp(order, hub_order)

    def test_the_invoice_holds_all_of_the_order(self):
        self.settings(auto_invoice=True)
        hub_order, order = self.import_order([("CAN-325", 2, 39.9)], shippingCost=15.5)
        self.assertAddsUp(order, hub_order)
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted", order.plug4market_flow_error)
        self.assertAlmostEqual(invoice.amount_total, hub_order["totalAmount"], 2)

    def test_a_buyer_with_oca_rules_for_documents(self):
        _hub, order = self.import_order(
            patch={"billing": {"documentId": "12ABC34501DE35", "name": "Loja & Cia"}}
        )
        self.assertTrue(order.partner_id.is_company)
        self.assertEqual(
            "".join(filter(str.isalnum, order.partner_id.vat)), "12ABC34501DE35"
        )
        _hub, second = self.import_order(
            patch={"billing": {"documentId": "12abc34501de35"}}
        )
        self.assertEqual(second.partner_id, order.partner_id)

    def test_a_masked_document_is_no_vat(self):
        """OCA's validation would keep the digits that the mask left."""
        _hub, order = self.import_order(
            patch={"billing": {"documentId": "***.***.***-12"}}
        )
        self.assertFalse(order.partner_id.vat)
        self.assertEqual(order.plug4market_document, "***.***.***-12")

    def test_the_city_is_oca_s_with_its_code(self):
        _hub, order = self.import_order(
            patch={"billing": {"city": "Curitiba", "state": "PR", "ibge": "4106902"}}
        )
        self.assertEqual(order.partner_id.city_id.ibge_code, "4106902")
