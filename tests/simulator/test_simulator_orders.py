"""Reading and creating orders: sections 7.2, 7.3, 7.11."""

from decimal import Decimal

import pytest
from simulator_support import CNPJ, texts

DETAIL = {
    *("id", "orderId", "orderIdStore", "orderIdSeller", "orderIdCustom"),
    *("saleChannel", "saleChannelName", "saleChannelOrderId", "saleChannelCreated"),
    *("integratedSaleChannelStatus", "orderType", "status", "statusUpdateDate"),
    *("createdAt", "updatedAt", "deliveredAt", "estimatedDeliveredAt"),
    *("estimatedHandlingLimit", "totalAmount", "totalCommission", "shippingCost"),
    *("interest", "note", "originalObjectJson", "billing", "shipping", "orderItems"),
    *("paymentMethods", "invoice", "shipment"),
}
ADDRESS = {
    *("phone", "street", "streetNumber", "streetComplement", "district", "city"),
    *("state", "country", "zipCode", "ibge"),
}
SANDBOX = {
    "marketplace": 1,
    "status": 2,
    "shippingCost": 1,
    "shippingName": "PAC",
    "paymentName": "DINHEIRO",
    "interest": 2.5,
    "totalCommission": 10,
    "typeBilling": "PJ",
    "orderItems": [{"sku": "CAM-P", "quantity": 2}],
    "shipping": {"recipientName": "", "city": "Maringá", "state": "PR"},
    "billing": {"name": "Ana", "documentId": "11111111111", "email": ""},
}


def test_detail_has_every_field(shop, control):
    order = shop.get(f"/orders/{control.order()['id']}")
    assert set(order) == DETAIL
    assert set(order["billing"]) == ADDRESS | {
        *("name", "email", "documentId", "gender", "dateOfBirth", "taxPayer")
    }
    assert set(order["shipping"]) == ADDRESS | {"recipientName", "shippingCost"}
    assert set(order["orderItems"][0]) == {
        *("orderItemId", "productId", "sku", "customId", "name", "mainImage"),
        *("quantity", "price", "originalPrice", "salePrice", "discount"),
        *("unitDiscount", "freight", "total", "originalTotal"),
    }
    assert set(order["paymentMethods"][0]) == {
        *("method", "value", "installments", "sequential", "cardBrand"),
        "authorization",
    }
    assert set(order["shipment"]) == {
        *("shipmentId", "shippingCarrier", "shippingName", "trackingNumber"),
        *("trackingUrl", "total"),
    }


def check_digits_are_right(cpf):
    numbers = [int(digit) for digit in cpf]
    for length in (9, 10):
        total = sum(numbers[i] * (length + 1 - i) for i in range(length))
        if total * 10 % 11 % 10 != numbers[length]:
            return False
    return len(cpf) == 11


def test_buyers_have_valid_documents_and_real_cities(shop, control):
    for _ in range(30):
        order = control.order()
        assert check_digits_are_right(order["billing"]["documentId"])
        assert len(order["billing"]["ibge"]) == 7
        assert len(order["billing"]["zipCode"]) == 8
        assert order["shipping"]["city"] == order["billing"]["city"]


def test_the_total_adds_up(shop, control):
    order = control.post(
        "/orders",
        store=CNPJ,
        shippingCost=10.01,
        interest=1.33,
        items=[
            {"sku": "A", "quantity": 3, "price": 33.33},
            {"sku": "B", "quantity": 1, "price": 0.07},
            {"sku": "C", "quantity": 2},
        ],
    )

    def cents(key):
        return sum(Decimal(str(item[key])) for item in order["orderItems"])

    assert cents("total") == Decimal("300.06")
    assert cents("freight") == Decimal("10.01")
    assert order["totalAmount"] == 311.4
    assert order["paymentMethods"][0]["value"] == 311.4


def test_list_shows_headers_in_the_envelope(shop, control):
    order = control.order()
    answer = shop.get("/orders")
    assert answer["data"] == [
        {
            "id": order["id"],
            "saleChannelOrderId": order["saleChannelOrderId"],
            "orderIdStore": None,
            "storeOrderId": None,
            "status": "APPROVED",
            "saleChannelId": "7",
            "orderSaleChannelId": "7",
            "orderType": 0,
            "amount": order["totalAmount"],
            "integratedStore": False,
            "createdAt": order["createdAt"],
            "updatedAt": order["updatedAt"],
            "note": None,
        }
    ]
    assert answer["meta"]["totalItems"] == 1
    assert set(answer["links"]) == {"first", "previous", "next", "last"}


@pytest.mark.parametrize("spelling", ["_size", "size"])
def test_pages_in_both_spellings(shop, control, spelling):
    ids = [control.order()["id"] for _ in range(3)]
    pages = [shop.get("/orders", _page=n, **{spelling: 2}) for n in (1, 2, 3)]
    assert [[row["id"] for row in page["data"]] for page in pages] == [
        ids[:2],
        ids[2:],
        [],
    ]
    assert pages[0]["meta"]["totalPages"] == 2


def ids(shop, **query):
    return [row["id"] for row in shop.get("/orders", **query)["data"]]


def test_the_canonical_poll(shop, control):
    order = control.order()
    control.order(status="CREATED")
    query = {"_page": 1, "size": 1, "status": "APPROVED", "integratedStore": "false"}
    assert ids(shop, **query) == [order["id"]]
    shop.post(f"/orders/{order['id']}/confirm", {"orderIdStore": "S1"})
    assert ids(shop, **query) == []
    assert ids(shop, integratedStore="true") == [order["id"]]


def test_list_filters(shop, control, simulator):
    first = control.order(channel=26)
    simulator.clock.ahead = 3600
    second = control.order(status="CANCELED")
    shop.post(f"/orders/{first['id']}/confirm", {"orderIdStore": "S1"})
    assert ids(shop, orderIdStore="NULL") == [second["id"]]
    assert ids(shop, orderIdStore="S1") == [first["id"]]
    assert ids(shop, orderSaleChannelId=26) == [first["id"]]
    assert ids(shop, createdStartDate=second["createdAt"]) == [second["id"]]
    assert ids(shop, createdEndDate=first["createdAt"]) == [first["id"]]
    assert ids(shop, status=["APPROVED", "CANCELED"]) == [first["id"], second["id"]]
    assert texts(shop.get("/orders", 400, status="PAID"))


def test_sorting(shop, control, simulator):
    first = control.order()["id"]
    simulator.clock.ahead = 10
    second = control.order()["id"]
    assert ids(shop, _sort="+createdAt") == [first, second]
    assert ids(shop, _sort="-createdAt") == [second, first]
    shop.get("/orders", 400, _sort="+price")


def test_unknown_orders_are_404(shop):
    assert texts(shop.get("/orders/00000000-0000-4000-8000-000000000000", 404))


def test_ids_are_read_in_any_case(shop, control):
    order = control.order()
    assert shop.get(f"/orders/{order['id'].upper()}")["id"] == order["id"]


def test_sandbox_order(shop):
    shop.create()
    order = shop.post("/orders/new/sandbox", SANDBOX, 201)
    assert set(order) == DETAIL
    assert (order["status"], order["saleChannel"]) == ("APPROVED", "1")
    assert order["totalAmount"] == 2 * 59.9 + 1 + 2.5
    assert order["totalCommission"] == 10
    assert order["shipment"]["shippingName"] == "PAC"
    assert order["paymentMethods"][0]["method"] == "DINHEIRO"
    assert order["billing"]["name"] == "Ana"
    assert order["billing"]["documentId"] == "11111111111"
    assert order["billing"]["email"]
    assert order["shipping"]["city"] == "Maringá"
    assert shop.get(f"/orders/{order['id']}") == order


@pytest.mark.parametrize(
    "number, status",
    [
        (1, "CREATED"),
        (2, "APPROVED"),
        (3, "INVOICED"),
        (4, "SHIPPED"),
        (5, "COMPLETED"),
        (6, "CANCELED"),
    ],
)
def test_sandbox_status_numbers(shop, number, status):
    shop.create()
    body = {**SANDBOX, "status": number}
    assert shop.post("/orders/new/sandbox", body, 201)["status"] == status


@pytest.mark.parametrize(
    "change",
    [
        {"status": 7},
        {"status": "APPROVED"},
        {"marketplace": 3},
        {"orderItems": []},
        {"orderItems": [{"sku": "NADA", "quantity": 1}]},
        {"orderItems": [{"sku": "CAM-P", "quantity": 0}]},
        {"typeBilling": "PX"},
    ],
    ids=str,
)
def test_sandbox_refuses(shop, change):
    shop.create()
    assert texts(shop.post("/orders/new/sandbox", {**SANDBOX, **change}, 400))
    assert ids(shop) == []


def test_stock_is_the_erps_own(shop, control):
    shop.create()
    control.order(quantity=5)
    assert shop.get("/products/CAM-P")["stock"] == 7
