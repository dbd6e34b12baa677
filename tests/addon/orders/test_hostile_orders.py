"""Whatever the hub sends: the order is imported, or parked with a cause."""

import logging

from odoo_case import Plug4marketCase

HOSTILE = ("long", "nul", "emoji", "rtl", "html", "sql", "surrogate", "empty")

# What is neither the order's id nor its status (docs/hub-api.md 7.3).
PARTY = [
    "name",
    "email",
    "documentId",
    "street",
    "streetNumber",
    "streetComplement",
    "district",
    "city",
    "state",
    "country",
    "zipCode",
    "phone",
    "ibge",
    "taxPayer",
]
NULLS = [
    *(
        {key: None}
        for key in [
            "orderId",
            "orderIdStore",
            "orderIdCustom",
            "saleChannel",
            "saleChannelName",
            "saleChannelOrderId",
            "saleChannelCreated",
            "orderType",
            "statusUpdateDate",
            "createdAt",
            "updatedAt",
            "estimatedDeliveredAt",
            "estimatedHandlingLimit",
            "totalAmount",
            "totalCommission",
            "shippingCost",
            "interest",
            "note",
            "billing",
            "shipping",
            "orderItems",
            "paymentMethods",
            "invoice",
            "shipment",
        ]
    ),
    *({"billing": {key: None}} for key in PARTY),
    *({"shipping": {key: None}} for key in ("recipientName", *PARTY)),
    {"orderItems": [None]},
    {"orderItems": [dict.fromkeys(("sku", "name", "quantity", "price", "total"))]},
]
ODD_TYPES = [
    {"totalAmount": "79,80"},
    {"totalAmount": "muito"},
    {"totalAmount": 1e300},
    {"totalAmount": -5},
    {"totalAmount": []},
    {"shippingCost": {"value": 1}},
    {"orderType": "1"},
    {"orderType": True},
    {"saleChannel": 7},
    {"saleChannel": ["7"]},
    {"saleChannelOrderId": 20001234567890},
    {"saleChannelCreated": 1700000000000},
    {"saleChannelCreated": "0001-01-01T00:00:00Z"},
    {"estimatedHandlingLimit": "9999-12-31T23:59:59-14:00"},
    {"billing": []},
    {"billing": "Maria"},
    {"billing": {"documentId": 52998224725}},
    {"billing": {"name": 12345, "zipCode": 1310100, "phone": 11999998888}},
    {"orderItems": {"sku": "CAN-325", "quantity": "2", "price": "39.90"}},
    {"orderItems": [{"sku": 325, "quantity": 1e12, "price": 1e12}]},
    {"orderItems": [{"sku": "CAN-325", "quantity": -1, "price": 0}]},
    {"orderItems": [{"sku": "CAN-325", "quantity": 0, "price": 10, "total": 10}]},
    {"paymentMethods": "dinheiro"},
]


class TestHostileOrders(Plug4marketCase):
    def check(self, hub_orders):
        """Each order is in Odoo once, or its notice says what is the matter."""
        for hub_order in hub_orders:
            order = self.find_order(hub_order)
            notice = self.events(hub_order, kind="notice")
            self.assertLessEqual(len(order), 1)
            self.assertTrue(order or notice.message, hub_order)
            self.assertNotEqual(notice.state, "pending", notice.message)
            if order.state == "draft":
                self.assertTrue(order.plug4market_attention, hub_order)
            elif order:
                self.assertAlmostEqual(order.amount_total, order.plug4market_total, 2)

    def import_all(self, hub_orders):
        for hub_order in hub_orders:
            self.notice(hub_order)
        with self.assertNoLogs("odoo", logging.WARNING):
            self.work()
        self.check(hub_orders)

    def make(self, patches):
        return [self.hub.order([("CAN-325", 2, 39.9)], patch=p) for p in patches]

    def test_any_field_may_be_null(self):
        hub_orders = self.make(NULLS)
        self.import_all(hub_orders)
        for hub_order in hub_orders:
            self.assertTrue(self.find_order(hub_order), hub_order)

    def test_numbers_come_as_texts_and_texts_as_numbers(self):
        self.import_all(self.make(ODD_TYPES))

    def test_every_text_may_be_hostile(self):
        for kind in HOSTILE:
            with self.subTest(kind):
                hub_order = self.hub.order([("CAN-325", 2, 39.9)])
                self.hub.faults(strings=kind)
                self.import_all([hub_order])
                self.hub.faults()
                self.assertTrue(
                    self.find_order(hub_order), self.events(hub_order).mapped("message")
                )

    def test_hostile_texts_in_upper_case_with_swapped_types_and_nulls(self):
        for kind in HOSTILE:
            with self.subTest(kind):
                hub_order = self.hub.order([("CAN-325", 2, 39.9)])
                self.hub.faults(
                    strings=kind,
                    uppercase_ids=True,
                    swapped_types=True,
                    null_fields=True,
                )
                self.import_all([hub_order])
                self.hub.faults()
                self.assertTrue(self.find_order(hub_order))
