"""Listings are found in whatever the hub answers; channels are said again or ended."""

import hub
import pytest

LISTING = hub.Announcement(
    sku="A", seller_id="123", listing_type="CLASSICO", description="d", product_name="n"
)
OWN = {"announcementId": "5f", "sku": "A", "sellerId": "123", "listingType": "CLASSICO"}
OTHERS = [
    {**OWN, "announcementId": "1", "sku": "B"},
    {**OWN, "announcementId": "2", "sellerId": "9"},
    {**OWN, "announcementId": "3", "listingType": "PREMIUM"},
]


@pytest.mark.parametrize(
    "answer",
    [
        OWN,
        [*OTHERS, OWN],
        {"data": [OWN]},
        {"data": {"announcements": [*OTHERS, OWN]}},
        {"sku": "A", "announcements": [*OTHERS, OWN]},
        [{"id": "5f"}],
        [{**OWN, "sellerId": 123}],
    ],
)
def test_the_id_of_a_listing_is_found_wherever_it_stands(answer):
    assert LISTING.find_id(answer) == "5f"


@pytest.mark.parametrize(
    "answer", [None, "OK", [], {}, OTHERS, [None], {"announcements": None}, [{"a": 1}]]
)
def test_a_listing_that_is_not_named_has_no_id(answer):
    assert LISTING.find_id(answer) == ""


def test_a_listing_survives_being_kept_as_json():
    assert hub.Announcement.from_json(LISTING.to_json()) == LISTING


def test_a_price_once_sent_is_not_left_out_again():
    channel = hub.ProductChannel(id=26)
    assert channel.after({}, 10).to_json() == {"id": 26}
    assert channel.after({"id": 26}, 10).to_json() == {"id": 26}
    assert channel.after({"id": 26, "price": 12}, 10).to_json() == {
        "id": 26,
        "price": 10.0,
    }
    own = hub.ProductChannel(id=26, price=11)
    assert own.after({"price": 12}, 10).to_json() == {"id": 26, "price": 11.0}


def test_a_promotion_once_sent_is_taken_back():
    channel = hub.ProductChannel(id=26)
    ended = {"id": 26, "forSale": None}
    assert channel.after({"forSale": {"salePrice": 9}}, 10).to_json() == ended
    assert channel.after(ended, 10).to_json() == ended
    own = hub.ProductChannel(id=26, sale_price=8)
    assert own.after(ended, 10).to_json()["forSale"] == {"salePrice": 8.0}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5d420c000000000000000001", True),
        ("5D420C00000000000000000A", True),
        ("5d420c00000000000000001", False),
        ("5d420c00000000000000000g", False),
        ("", False),
        (None, False),
    ],
)
def test_ids_of_the_hub_have_24_hexadecimal_digits(value, expected):
    assert hub.is_object_id(value) is expected
