"""The body of a product: complete, strict, in the hub's units."""

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import hub
import pytest

REQUIRED = {
    "product_id": "100",
    "product_name": "Luminária",
    "sku": "ABC-1",
    "name": "Luminária azul",
    "description": "Bonita<br />",
    "price": Decimal("19.90"),
    "stock": 7,
    "width": Decimal("10.5"),
    "height": 20,
    "length": 30.0,
    "weight": Decimal(200),
}
REQUIRED_JSON = {
    "productId": "100",
    "productName": "Luminária",
    "sku": "ABC-1",
    "name": "Luminária azul",
    "description": "Bonita<br />",
    "price": 19.9,
    "stock": 7,
    "width": 10.5,
    "height": 20,
    "length": 30,
    "weight": 200,
}


def body(**changes):
    return hub.ProductBody(**{**REQUIRED, **changes})


def test_what_is_required_is_all_that_is_sent_by_itself():
    assert body().to_json() == REQUIRED_JSON
    assert body().missing_fields() == ()


def test_every_field_has_the_hubs_name_and_form():
    start = datetime(2026, 11, 20, 12, 0)
    end = datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=-3)))
    full = body(
        sales_channels=(
            hub.ProductChannel(id=26),
            hub.ProductChannel(
                id=7,
                price=Decimal(25),
                sale_price=Decimal("22.505"),
                sale_date_start=start,
                sale_date_end=end,
                seller_id=123,
                listing_type="PREMIUM",
            ),
        ),
        brand="Marca",
        active=False,
        category_id="5d420c0000000000000000aa",
        custom_category="20",
        images=("https://example.com/a.jpg",),
        videos=("https://example.com/a.mp4",),
        metafields=(("Potência", "9 W"),),
        color="c",
        size="s",
        voltage="v",
        flavor="f",
        potency="p",
        modelo="m",
        model="M1",
        ean="7891234567895",
        ncm="9405.11.90",
        cest="2100100",
        csosn="102",
        ex_tipi="01",
        fci="F",
        origin="nacional",
        gender="unissex",
        condition="novo",
        warranty=Decimal("3.5"),
        cost_price=Decimal(8),
        sale_price=Decimal("17.9"),
        sale_date_start=start,
        sale_date_end=end,
        cross_docking_days=2,
        measurement_unit="un",
        unit_multiplier=Decimal(1),
        manufacturer_part_number="MPN",
        anatel_code="1",
        anvisa_code="2",
        inmetro_code="3",
        mapa_code="4",
        reviewed=True,
        custom_id="X-1",
    )
    dates = {
        "saleDateStart": "2026-11-20T12:00:00.000Z",
        "saleDateEnd": "2026-11-21T12:00:00.000Z",
    }
    expected = {
        **REQUIRED_JSON,
        "salesChannels": [
            {"id": 26},
            {
                "id": 7,
                "price": 25.0,
                "forSale": {"salePrice": 22.51, **dates},
                "sellerId": "123",
                "listingType": "PREMIUM",
            },
        ],
        "brand": "Marca",
        "active": False,
        "categoryId": "5d420c0000000000000000aa",
        "customCategory": {"alternativeId": "20"},
        "images": ["https://example.com/a.jpg"],
        "videos": ["https://example.com/a.mp4"],
        "metafields": [{"key": "Potência", "value": "9 W"}],
        "color": "c",
        "size": "s",
        "voltage": "v",
        "flavor": "f",
        "potency": "p",
        "modelo": "m",
        "model": "M1",
        "ean": "7891234567895",
        "ncm": "9405.11.90",
        "cest": "2100100",
        "csosn": "102",
        "ex_tipi": "01",
        "fci": "F",
        "origin": "nacional",
        "gender": "unissex",
        "condition": "novo",
        "warranty": 3.5,
        "costPrice": 8.0,
        "salePrice": 17.9,
        **dates,
        "crossDockingDays": 2,
        "measurementUnit": "un",
        "unitMultiplier": 1,
        "manufacturerPartNumber": "MPN",
        "anatelCode": "1",
        "anvisaCode": "2",
        "inmetroCode": "3",
        "mapaCode": "4",
        "reviewed": True,
        "customId": "X-1",
    }
    assert full.to_json() == expected
    assert json.loads(json.dumps(full.to_json())) == expected


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_each_required_field_is_missed(name, nothing):
    product = body(**{name: nothing})
    assert len(product.missing_fields()) == 1
    with pytest.raises(ValueError, match=product.missing_fields()[0]):
        product.to_json()


@pytest.mark.parametrize("name", ["price", "width", "height", "length", "weight"])
def test_a_zero_is_missing_too(name):
    assert body(**{name: 0}).missing_fields() == (name,)


def test_no_stock_is_a_stock():
    assert body(stock=0).to_json()["stock"] == 0
    assert body(stock=0).missing_fields() == ()


def test_missing_fields_have_the_hubs_names_in_its_order():
    missing = hub.ProductBody(sku="A", stock=1).missing_fields()
    assert missing == (
        *("productId", "productName", "name", "description", "price"),
        *("width", "height", "length", "weight"),
    )


@pytest.mark.parametrize(
    ("stock", "sent"), [(7.9, 7), (-3, 0), (Decimal("2.5"), 2), (-0.5, 0)]
)
def test_stock_is_a_whole_number_and_never_negative(stock, sent):
    assert body(stock=stock).to_json()["stock"] == sent


@pytest.mark.parametrize(
    ("price", "sent"),
    [(Decimal("0.1") + Decimal("0.2"), 0.3), (19.999, 20.0), (1.005, 1.01), (5, 5.0)],
)
def test_money_has_two_decimals_at_most(price, sent):
    assert body(price=price).to_json()["price"] == sent


def test_channels_are_left_alone_or_sent_whole():
    assert "salesChannels" not in body().to_json()
    assert body(sales_channels=()).to_json()["salesChannels"] == []


@pytest.mark.parametrize(
    ("partial", "sent"),
    [
        ({"stock"}, {"productId": "100", "stock": 7}),
        (["price", "stock"], {"productId": "100", "price": 19.9, "stock": 7}),
        ({"active", "stock"}, {"productId": "100", "active": True, "stock": 7}),
        ({"salePrice"}, {"productId": "100", "salePrice": 9.0}),
        ({"sale_price"}, {"productId": "100", "salePrice": 9.0}),
        ((), {"productId": "100"}),
    ],
)
def test_a_part_holds_what_was_asked_for_and_the_group(partial, sent):
    product = body(active=True, sale_price=Decimal(9), brand="B")
    assert product.to_json(partial=partial) == sent


def test_a_part_needs_only_itself():
    bare = hub.ProductBody(product_id="100", sku="A", stock=0)
    assert bare.to_json(partial={"stock"}) == {"productId": "100", "stock": 0}
    with pytest.raises(ValueError, match="price"):
        bare.to_json(partial={"price"})


def test_metafields_may_be_a_mapping():
    sent = body(metafields={"Cor": 5}).to_json()["metafields"]
    assert sent == [{"key": "Cor", "value": "5"}]


def changes(before, **now):
    return body(**now).changes_since(body(**before).known_json())


def test_only_what_differs_is_a_change():
    assert changes({"brand": "A"}, brand="A") == {}
    assert changes({"brand": "A"}, brand="B", stock=3) == {"brand": "B", "stock": 3}


def test_what_is_no_longer_filled_in_is_cleared_on_the_hub():
    before = {"brand": "A", "images": ("https://a.com/1.jpg",), "warranty": 3}
    assert changes(before) == {"brand": None, "images": [], "warranty": None}


def test_what_is_required_and_the_channels_are_never_cleared():
    before = {"sales_channels": (hub.ProductChannel(id=7),)}
    assert changes(before, name="", width=0) == {}


def test_a_promotion_changes_with_both_its_dates_and_goes_with_them():
    dates = {"sale_date_start": "2026-11-20", "sale_date_end": "2026-11-21"}
    sent = {"saleDateStart": "2026-11-20", "saleDateEnd": "2026-11-21"}
    promotion = {"sale_price": 9, **dates}
    assert changes(promotion, **{**promotion, "sale_price": 8}) == {
        "salePrice": 8.0,
        **sent,
    }
    assert changes(promotion) == dict.fromkeys(("salePrice", *sent))


def test_changes_come_in_layers_the_least_urgent_first():
    """A title that is refused must not hold back what loses money."""
    promotion = {"salePrice": 5.0, "saleDateStart": None, "saleDateEnd": None}
    everything = {
        "stock": 0,
        "price": 9.9,
        **promotion,
        "salesChannels": [],
        "name": "Camiseta",
        "active": False,
        "ean": None,
    }
    layers = hub.layers_of(everything)
    assert list(layers.items()) == [
        ("content", {"name": "Camiseta", "ean": None}),
        ("channels", {"salesChannels": []}),
        ("price", {"price": 9.9, **promotion}),
        ("stock", {"stock": 0, "active": False}),
    ]
    assert list(hub.layers_of({"stock": 0})) == ["stock"]
    assert hub.layers_of({}) == {}


def test_what_the_hub_has_after_a_part_is_neither_more_nor_less():
    before = body(name="Velho", brand="Fio", ean="789").known_json()
    now = body(name="Novo", brand="", ean="")
    changes = {"brand": None}
    known = now.known_after(before, changes)
    assert known == {n: v for n, v in before.items() if n != "brand"}
    assert now.changes_since(known) == {"name": "Novo", "ean": None}

    whole = now.known_after(known, now.changes_since(known))
    assert whole == now.known_json()
    assert now.known_after({}, {"stock": 3}).keys() == {"productId", "stock"}


def test_a_planned_request_is_what_the_call_would_send_and_is_not_made():
    client, product = hub.Plug4MarketClient, body().to_json()
    planned = hub.planned_request(lambda c: client.create_product(c, product))
    assert (planned.verb, planned.path) == ("POST", "/products")
    assert planned.body == {"salesChannels": [], **REQUIRED_JSON}

    planned = hub.planned_request(
        lambda c: client.update_product(c, "A/1 +", {"stock": 1})
    )
    assert (planned.verb, planned.path) == ("PUT", "/products/A%2F1%20%2B")
