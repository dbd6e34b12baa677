"""A product as the hub lists it, in the shape in which it is sent."""

from decimal import Decimal

import pytest
from hub import ProductBody, ProductChannel, read_product

BODY = ProductBody(
    product_id="G-1",
    product_name="Camiseta",
    sku="CAM-P",
    name="Camiseta P",
    description="Algodão",
    price=Decimal("39.90"),
    stock=7,
    width=Decimal(20),
    height=Decimal("1.5"),
    length=Decimal(30),
    weight=Decimal(200),
    sales_channels=(ProductChannel(id=7, price=Decimal(42), seller_id="1"),),
    brand="Marca",
    active=False,
    custom_category="12",
    images=("https://example.com/1.jpg",),
    metafields=(("Potência", "10 W"),),
    ean="7891000100103",
    sale_price=Decimal(35),
    sale_date_start="2026-01-01T00:00:00.000Z",
    sale_date_end="2026-02-01T00:00:00.000Z",
    ex_tipi="01",
    cross_docking_days=2,
)


def test_what_was_sent_reads_back_as_the_same():
    assert read_product(BODY.to_json()).known_json() == BODY.known_json()


def test_what_the_hub_adds_is_left_out():
    listed = BODY.to_json()
    listed["id"] = "5bd2090818158a00017de233"
    listed["salesChannels"][0].update(name="MERCADO LIVRE", status="ERROR", errors=[])
    assert read_product(listed).known_json() == BODY.known_json()


def test_what_the_list_does_not_show_stays_unknown():
    listed = read_product({"sku": "A", "productName": "Camiseta"})
    assert listed.known_json() == {"sku": "A", "productName": "Camiseta"}
    assert listed.active is None
    assert listed.stock is None
    assert listed.sales_channels is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", "NaN"),
        ("price", -1),
        ("price", "1e999"),
        ("price", 10**20),
        ("stock", "muitos"),
        ("stock", 2**31),
        ("weight", {}),
        ("active", "talvez"),
        ("images", 7),
        ("images", [None, ""]),
        ("salesChannels", "7"),
        ("salesChannels", [{"id": "sete"}, None]),
        ("metafields", {"a": 1}),
        ("customCategory", "12"),
        ("name", ["Camiseta"]),
    ],
)
def test_garbage_is_no_value(name, value):
    known = read_product({"sku": "A", name: value}).known_json()
    assert known in ({"sku": "A"}, {"sku": "A", name: []})


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("price", "1.234,50", 1234.5),
        ("stock", "12", 12),
        ("stock", 3.7, 3),
        ("weight", "200.0", 200),
        ("active", "false", False),
        ("ean", 7891000100103, "7891000100103"),
        ("name", " Cam\x00iseta ", "Camiseta"),
    ],
)
def test_types_are_forgiven(name, value, read):
    assert read_product({name: value}).known_json() == {name: read}
