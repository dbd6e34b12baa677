"""Orders: every field once, then everything that may be odd about one."""

import json
from datetime import datetime, timezone
from decimal import Decimal

import hub
import pytest
from hub_orders_data import BILLING, HEADER, ITEM, ORDER, UID


def at(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


def read(**changes):
    return hub.HubOrder.from_json({**ORDER, **changes})


def read_item(**changes):
    return hub.HubOrderItem.from_json({**ITEM, **changes})


WHOLE = {
    "uid": UID,
    "uid_key": UID.lower(),
    "order_id": "4711",
    "order_id_store": "",
    "channel": "7",
    "channel_id": 7,
    "channel_name": "Mercado Livre",
    "channel_order_number": "2000001234567890",
    "channel_created_at": at(2026, 11, 20, 15, 59),
    "is_fulfilment": False,
    "status": "APPROVED",
    "status_history": (
        ("CREATED", at(2026, 11, 20, 16, 0)),
        ("APPROVED", None),
    ),
    "created_at": at(2026, 11, 20, 16, 0, 0, 123_000),
    "updated_at": at(2026, 11, 20, 16, 5),
    "delivered_at": None,
    "estimated_delivered_at": at(2026, 11, 30),
    "estimated_handling_limit": at(2026, 11, 23, 3, 0),
    "total_amount": Decimal("116.23"),
    "total_commission": Decimal("17.44"),
    "shipping_costs": (Decimal(15), Decimal(15)),
    "doubts": (),
    "interest": Decimal("1.23"),
    "note": "Deixar na portaria",
    "billing": hub.HubParty(
        name="Maria da Conceição",
        email="maria@example.com",
        document_id="52998224725",
        street="Rua das Flores",
        street_number="123",
        street_complement="ap 4",
        district="Centro",
        city="Maringá",
        state="PR",
        country="BR",
        zip_code="87000000",
        phone="44999999999",
        tax_payer=False,
        state_registration_id="ISENTO",
        ibge="4115200",
    ),
    "shipping": hub.HubParty(
        name="João",
        street="Rua das Flores",
        street_number="123",
        city="Maringá",
        state="PR",
        zip_code="87000000",
    ),
    "items": (
        hub.HubOrderItem(
            order_item_id="901",
            sku="ABC-1",
            custom_id="C-1",
            name="Luminária",
            quantity=Decimal(2),
            price=Decimal(50),
            original_price=Decimal(60),
            discount=Decimal(20),
            unit_discount=Decimal(10),
            freight=Decimal("7.5"),
            total=Decimal(100),
        ),
    ),
    "payments": (
        hub.HubPayment(method="Pix", value=Decimal("116.23"), installments=1),
    ),
    "invoice": None,
    "shipment": None,
    "raw": ORDER,
    "items_total": Decimal(100),
    "freights": (Decimal(15), Decimal("7.5")),
    "computed_total": Decimal("116.23"),
}
WHOLE["destination"] = WHOLE["shipping"]


@pytest.mark.parametrize("name", WHOLE)
def test_each_field_of_a_whole_order_is_read(name):
    assert getattr(read(), name) == WHOLE[name]


def nulled(value):
    """Return the JSON with every value but the ids replaced by null."""
    if isinstance(value, dict):
        return {key: nulled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [nulled(item) for item in value]
    return None


@pytest.mark.parametrize(
    "data",
    [
        {"id": UID},
        {"id": UID, **{key: None for key in ORDER if key != "id"}},
        {**nulled(ORDER), "id": UID},
        {**{key: [] for key in ORDER}, "id": UID},
        {**{key: {} for key in ORDER}, "id": UID},
        {**{key: "" for key in ORDER}, "id": UID},
        {**{key: "?" for key in ORDER}, "id": UID},
        {**{key: 5 for key in ORDER}, "id": UID},
        {**{key: True for key in ORDER}, "id": UID},
        {**{key: [None, 5, "x", [], {}] for key in ORDER}, "id": UID},
        {"data": {"id": UID}},
    ],
)
def test_an_order_with_nothing_but_an_id_is_an_order(data):
    order = hub.HubOrder.from_json(data)
    assert order.uid == UID
    assert order.uid_key == UID.lower()
    assert isinstance(order.status, str)
    assert isinstance(order.computed_total, Decimal)
    assert order.billing.document is not None
    for item in order.items:
        assert isinstance(item.line_total, Decimal)
        assert isinstance(item.unit_price, Decimal)


@pytest.mark.parametrize("data", [None, {}, [], "x", 5, {"id": None}, {"id": " "}])
@pytest.mark.parametrize("reader", [hub.HubOrder, hub.OrderHeader])
def test_only_an_order_without_an_id_is_refused(reader, data):
    with pytest.raises(hub.UnexpectedAnswer):
        reader.from_json(data)


def swapped(value):
    """Return the JSON with numbers as texts, and texts of digits as numbers."""
    if isinstance(value, dict):
        return {key: swapped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [swapped(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return str(value)
    return int(value) if value.isdigit() else value


def test_numbers_as_texts_and_texts_as_numbers_make_no_difference():
    data = swapped(ORDER)
    assert data["totalAmount"] == "116.23"
    assert data["saleChannel"] == 7
    assert hub.HubOrder.from_json(data) == read()
    assert hub.OrderHeader.from_json(swapped(HEADER)) == (
        hub.OrderHeader.from_json(HEADER)
    )


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"status": " approved "}, "status", "APPROVED"),
        ({"status": "RETURNED"}, "status", "RETURNED"),
        ({"orderType": 1}, "is_fulfilment", True),
        ({"orderType": "1"}, "is_fulfilment", True),
        ({"orderIdStore": 55}, "order_id_store", "55"),
        ({"orderIdStore": "NULL"}, "order_id_store", ""),
        ({"saleChannel": "MERCADO LIVRE"}, "channel_id", None),
        ({"saleChannel": "7.0"}, "channel_id", 7),
        ({"saleChannel": None, "saleChannelId": "26"}, "channel_id", 26),
        ({"saleChannel": "Shopee", "orderSaleChannelId": 26}, "channel_id", 26),
        (
            {"saleChannel": "Shopee", "saleChannelName": None},
            "channel_name",
            "Shopee",
        ),
        ({"saleChannelName": None}, "channel_name", ""),
        ({"orderIdCustom": True}, "order_id", "4711"),
        ({"shippingCost": None}, "freights", (Decimal(15), Decimal("7.5"))),
        (
            {"shippingCost": None, "shipping": None},
            "freights",
            (Decimal("7.5"),),
        ),
        (
            {"shippingCost": 0},
            "freights",
            (Decimal(0), Decimal(15), Decimal("7.5")),
        ),
        ({"status": " cancelled "}, "status", "CANCELED"),
        ({"status": "Concluído"}, "status", "COMPLETED"),
        ({"orderType": "FULFILLMENT"}, "is_fulfilment", True),
        ({"orderType": "Fulfilment"}, "is_fulfilment", True),
        ({"orderType": 2}, "is_fulfilment", False),
        ({"interest": None}, "computed_total", Decimal(115)),
        ({"totalAmount": "1.234,56"}, "total_amount", Decimal("1234.56")),
        ({"totalAmount": "NaN"}, "total_amount", None),
        ({"totalAmount": float("inf")}, "total_amount", None),
        ({"note": "a\x00b"}, "note", "ab"),
        ({"note": "\ud800"}, "note", "?"),
        ({"orderItems": ITEM}, "items_total", Decimal(100)),
    ],
)
def test_odd_values_are_read(changes, name, value):
    assert getattr(read(**changes), name) == value


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20T16:00:00.000Z", at(2026, 11, 20, 16)),
        ("2026-11-20T16:00:00Z", at(2026, 11, 20, 16)),
        ("2026-11-20T16:00:00", at(2026, 11, 20, 16)),
        ("2026-11-20 16:00:00", at(2026, 11, 20, 16)),
        ("2026-11-20T16:00", at(2026, 11, 20, 16)),
        ("2026-11-20", at(2026, 11, 20)),
        ("2026-11-20T12:00:00-04:00", at(2026, 11, 20, 16)),
        ("2026-11-20T12:00:00.5-0400", at(2026, 11, 20, 16, 0, 0, 500_000)),
        ("2026-11-20T12:00:00.1234567-04", at(2026, 11, 20, 16, 0, 0, 123_456)),
        (1_795_190_400_000, datetime.fromtimestamp(1_795_190_400, timezone.utc)),
        (1_795_190_400, datetime.fromtimestamp(1_795_190_400, timezone.utc)),
        ("2026-13-45T00:00:00Z", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("2026-11-20T25:00:00Z", None),
        ("2026-11-20T12:00:00+99:00", None),
        ("20/11/2026", None),
        ("soon", None),
        (True, None),
        (-5, None),
        (10**30, None),
    ],
)
def test_dates_come_in_many_forms_and_leave_in_utc(written, moment):
    assert read(createdAt=written).created_at == moment


@pytest.mark.parametrize(
    ("document", "read_as"),
    [
        ("529.982.247-25", "52998224725"),
        (52998224725, "52998224725"),
        (191, "00000000191"),
        (11222333000181, "11222333000181"),
        (1222333000181, "01222333000181"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("***.982.247-**", "982247"),
        (None, ""),
    ],
)
def test_the_buyers_document_gets_back_what_a_number_lost(document, read_as):
    billing = read(billing={**BILLING, "documentId": document}).billing
    assert billing.document == read_as


def test_the_raw_document_is_kept_as_it_came():
    billing = read(billing={**BILLING, "documentId": "***.982.247-**"}).billing
    assert billing.document_id == "***.982.247-**"


def test_a_zip_code_sent_as_a_number_gets_its_zero_back():
    assert read(billing={**BILLING, "zipCode": 1310100}).billing.zip_code == "01310100"


# -- lines ----------------------------------------------------------------------------

LINES = {
    "the three agree": ({}, "100", "50"),
    "no total": ({"total": None}, "100", "50"),
    "no price": ({"price": None}, "100", "50"),
    "no price and no total": ({"price": None, "total": None}, "100", "50"),
    "price is the line's": ({"price": 100}, "100", "50"),
    "price is before discount": ({"price": 60}, "100", "50"),
    "price before a discount for the line": (
        {"price": 60, "unitDiscount": None, "originalPrice": None},
        "100",
        "50",
    ),
    "total is before discount": ({"total": 120}, "100", "50"),
    "total is before a discount that is not told": (
        {"total": 120, "discount": None, "unitDiscount": None},
        "100",
        "50",
    ),
    "price is another one, the discount tells": (
        {"price": 49, "total": 100, "discount": None},
        "100",
        "50",
    ),
    "a cent of rounding": (
        {"quantity": 3, "price": 33.33, "total": 100, "originalPrice": 33.33},
        "100",
        None,
    ),
    "more than rounding": (
        {"quantity": 3, "price": 33.33, "total": 100.02, "originalPrice": None},
        "99.99",
        "33.33",
    ),
    "price before a discount for each piece": (
        {"price": 70, "unitDiscount": None, "originalPrice": None},
        "100",
        "50",
    ),
    "total holds the freight": ({"total": 107.5, "originalPrice": None}, "100", "50"),
    "total is a zero of somebody": ({"total": 0, "discount": None}, "100", "50"),
    "given for free": ({"price": 0, "total": 0, "originalPrice": 0}, "0", "0"),
    "a fraction": ({"quantity": 1.5, "price": 10, "total": 15}, "15", "10"),
    "nothing": (
        {"price": None, "total": None, "originalPrice": None, "quantity": None},
        "0",
        "0",
    ),
    "quantity unknown": ({"quantity": None, "total": 50}, "50", "50"),
}


@pytest.mark.parametrize(("changes", "total", "unit"), LINES.values(), ids=LINES)
def test_line_and_unit_price_survive_every_reading_of_price(changes, total, unit):
    item = read_item(**changes)
    assert item.line_total == Decimal(total)
    if unit is not None:
        assert item.unit_price == Decimal(unit)


def test_the_unit_price_is_never_rounded():
    item = read_item(quantity=3, price=33.33, total=100)
    assert abs(item.unit_price * 3 - 100) < Decimal("1e-20")
    assert item.unit_price != Decimal("33.33")


def test_a_quantity_of_zero_divides_nothing():
    item = read_item(quantity=0, total=None)
    assert (item.line_total, item.unit_price) == (0, 50)


# -- parts ----------------------------------------------------------------------------


def test_invoice_and_shipment_are_read_once_they_hold_something():
    order = read(
        invoice={
            "nfeDate": "2026-11-20T10:00:00-03:00",
            "nfeNumber": 123,
            "nfeSerialNumber": "1",
            "nfeAccessKey": "4126 1111",
            "xml": "<nfeProc/>",
        },
        shipment={
            "shippingCarrier": "Correios",
            "shippingName": "SEDEX",
            "trackingNumber": "BR1",
            "trackingUrl": None,
        },
    )
    assert order.invoice == hub.HubInvoice(
        access_key="41261111", number="123", series="1", date=at(2026, 11, 20, 13)
    )
    assert order.shipment == hub.HubShipment(
        carrier="Correios", name="SEDEX", tracking_number="BR1"
    )


def test_empty_invoice_and_shipment_objects_are_none():
    order = read(invoice={"nfeNumber": None}, shipment={"trackingUrl": ""})
    assert order.invoice is None
    assert order.shipment is None


def test_a_header_is_read():
    assert hub.OrderHeader.from_json(HEADER) == hub.OrderHeader(
        uid=UID,
        uid_key=UID.lower(),
        status="APPROVED",
        channel_id=7,
        channel_order_number="2000001234567890",
        order_id_store="",
        integrated=False,
        order_type=0,
        amount=Decimal("129.9"),
        created_at=at(2026, 11, 20, 16, 0),
        updated_at=at(2026, 11, 20, 16, 5),
    )


def test_the_status_of_a_header_is_in_upper_case():
    assert hub.OrderHeader.from_json({**HEADER, "status": "new"}).status == "NEW"


@pytest.mark.parametrize(
    ("written", "integrated"),
    [
        *((True, True), ("true", True), ("TRUE", True), (1, True), ("1", True)),
        *((False, False), ("false", False), (0, False), (None, False), ("x", False)),
    ],
)
def test_integrated_is_a_boolean(written, integrated):
    header = hub.OrderHeader.from_json({**HEADER, "integratedStore": written})
    assert header.integrated is integrated


def test_the_repr_of_an_order_names_no_buyer():
    shown = repr(read())
    for hidden in ("Maria", "João", "52998224725", "Flores", "portaria"):
        assert hidden not in shown


def test_an_order_is_frozen_hashable_and_its_raw_still_json():
    order = read()
    with pytest.raises(AttributeError):
        order.status = "x"
    assert hash(order) == hash(read())
    assert json.loads(json.dumps(order.raw)) == ORDER


def test_labels_are_cut_to_what_an_index_holds_and_notes_are_not():
    long = "é" * 20_000
    order = hub.HubOrder.from_json(
        {
            "id": "1",
            "note": long,
            "saleChannelOrderId": long,
            "billing": {"name": long, "documentId": long},
            "orderItems": [{"sku": long, "name": long}],
        }
    )
    assert order.note == long
    (item,) = order.items
    cut = (order.channel_order_number, order.billing.name, item.sku, item.name)
    assert {len(label) for label in cut} == {250}
    assert len(order.billing.document_id) == 250


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "1969-12-31"]
)
def test_a_date_that_another_time_zone_could_not_show_is_none(moment):
    order = hub.HubOrder.from_json({"id": "1", "createdAt": moment})
    assert order.created_at is None


@pytest.mark.parametrize("amount", [1e300, "-1e14", 10**14])
def test_an_amount_that_is_a_mistake_is_none(amount):
    assert (
        hub.HubOrder.from_json({"id": "1", "totalAmount": amount}).total_amount is None
    )
