"""What is known of a SKU that the hub had before."""

import json
from decimal import Decimal

import hub
import pytest
import requests
from hub import FoundProduct, ProductBody, ProductChannel

WANTED = ProductBody(product_id="1", product_name="A", sku="A", name="A", price=10)
IN_HUB = {
    "id": "5d420c000000000000000001",
    "productId": "9",
    "productName": "Do painel",
    "sku": "A",
    "name": "Do painel",
    "price": "12.50",
    "stock": 0,
    "weight": 350.0,
    "active": False,
    "ean": 7891000315507,
    "brand": "",
    "warranty": 0,
    "metafields": [],
    "videos": [],
    "reviewed": True,
    "customId": "velho",
    "costPrice": 5,
    "categoryId": "5d420c00000000000000002a",
    "customCategory": {"alternativeId": "8"},
    "images": ["https://painel.example.com/1.jpg"],
    "salesChannels": [{"id": 26, "price": 12.5, "status": "ACTIVE"}],
    "announcements": [{"id": "x"}],
}


def known(others=False, wanted=WANTED, **values):
    found = FoundProduct.from_json({**IN_HUB, **values})
    return found.known_json(wanted, others=others)


def test_it_is_known_as_it_would_have_been_sent():
    assert known() == {
        "productId": "9",
        "productName": "Do painel",
        "sku": "A",
        "name": "Do painel",
        "price": 12.5,
        "stock": 0,
        "weight": 350,
        "active": False,
        "ean": "7891000315507",
        "salesChannels": [{"id": 26, "price": 12.5}],
    }


def test_of_another_product_all_but_the_panels_own_is_known():
    more = known(others=True).keys() - known().keys()
    assert more == {"customId", "costPrice", "categoryId", "customCategory"}


def test_a_category_is_followed_where_there_is_one_here():
    ours = ProductBody(sku="A", category_id="5d420c00000000000000002b")
    assert known(wanted=ours)["categoryId"] == "5d420c00000000000000002a"
    assert "customCategory" not in known(wanted=ours)


@pytest.mark.parametrize(
    "value, images",
    [([], 0), (["a", {"url": "b"}], 2), (None, None), ("a", None), ({"0": "a"}, None)],
)
def test_images_are_counted_where_they_are_shown(value, images):
    assert FoundProduct.from_json({"images": value}).images == images


@pytest.mark.parametrize("value", [None, "x", {"id": 1}])
def test_listings_that_are_not_shown_are_unknown(value):
    assert FoundProduct.from_json({"announcements": value}).listings is None
    assert FoundProduct.from_json({"announcements": []}).listings == ()


@pytest.mark.parametrize(
    "value, numbers",
    [
        ([7, "26", {"id": "1"}], [7, 26, 1]),
        ([], []),
        ([{"id": 7}, {"name": "Shopee"}], None),
        ([{"id": 7}, None], None),
        ({"id": 7}, None),
        (None, None),
    ],
)
def test_channels_are_all_understood_or_none(value, numbers):
    channels = FoundProduct.from_json({"salesChannels": value}).body.sales_channels
    told = None if channels is None else [channel.id for channel in channels]
    assert told == numbers


@pytest.mark.parametrize(
    "price, own",
    [("12.50", None), (10.0, None), (None, None), (11, 11.0), ("x", None)],
)
def test_a_price_is_the_channels_own_where_it_is_no_default(price, own):
    found = FoundProduct.from_json(
        {**IN_HUB, "salesChannels": [{"id": 26, "price": price}]}
    )
    (channel,) = found.body.sales_channels
    assert found.own_price(channel, WANTED) == own


def promotion(price=Decimal(10), **values):
    channel = ProductChannel(
        id=26,
        **{
            "sale_price": Decimal(8),
            "sale_date_start": "2026-01-01T03:00:00.000Z",
            "sale_date_end": "2026-02-01",
            **values,
        },
    )
    return hub.Promotion.of(channel, price)


def test_a_promotion_is_read():
    read = promotion()
    assert (read.price, read.start.hour, read.end.day) == (Decimal(8), 3, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"sale_price": None},
        {"sale_price": Decimal(10)},
        {"sale_date_start": None},
        {"sale_date_end": "amanhã"},
        {"sale_date_end": "2025-01-01"},
    ],
)
def test_what_is_no_promotion_is_none(values):
    assert promotion(**values) is None


def test_what_is_forgotten_is_sent_again_and_emptied():
    sent = {
        "productId": "1",
        "name": "A",
        "ean": "7891000315507",
        "salePrice": 5.0,
        "videos": ["v"],
        "salesChannels": [{"id": 7}],
    }
    body = ProductBody(product_id="1", sku="A", name="A", sales_channels=())
    changes = body.changes_since(hub.forget_values(sent))
    assert changes["name"] == "A"
    assert changes["salesChannels"] == []
    assert (changes["ean"], changes["salePrice"], changes["videos"]) == (None, None, [])


def test_a_put_that_is_refused_for_its_group_is_known_by_its_words():
    def error(method, text):
        response = hub_response(method, text)
        return type(hub.error_from_response(response))

    said = "Esse produto já existe e está relacionado com outro ID Produto"
    assert error("PUT", said) is hub.InOtherGroup
    assert error("POST", said) is hub.AlreadyExists
    assert error("PUT", "Produto já existe") is hub.RejectedByHub


def hub_response(method, text):
    response = requests.Response()
    response.status_code = 400
    response._content = json.dumps({"message": text}).encode()
    response.request = requests.Request(method, "http://127.0.0.1/").prepare()
    return response


@pytest.mark.parametrize(
    "told, found",
    [
        ({"announcementId": "x1", "sku": "A", "listingType": "PREMIUM"}, None),
        ({"announcementId": "x1", "sku": "B"}, None),
        ({"id": "x1", "productName": "Antigo"}, "Antigo"),
        ({"productName": "Antigo"}, None),
    ],
)
def test_a_listing_is_found_as_the_hub_shows_it(told, found):
    listing = hub.Announcement(sku="A", seller_id="S", listing_type="CLASSICO")
    shown = listing.as_listed([told])
    assert (shown and shown.product_name) == found
    assert shown is None or shown.announcement_id == "x1"


def test_a_product_is_no_listing_though_it_has_an_id():
    listing = hub.Announcement(sku="A", seller_id="S", listing_type="CLASSICO")
    product = {name: value for name, value in IN_HUB.items() if name != "announcements"}
    assert listing.find_id(product) == ""
