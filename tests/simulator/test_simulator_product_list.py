"""The list of products: section 5.6."""

import pytest


def skus(shop, **query):
    return [row["sku"] for row in shop.get("/products", **query)["data"]]


def test_list_pages(shop):
    for number in range(5):
        shop.create(sku=f"S{number}")
    first = shop.get("/products", _page=1, size=2)
    assert [row["sku"] for row in first["data"]] == ["S0", "S1"]
    assert first["meta"] == {
        "totalItems": 5,
        "itemsPerPage": 2,
        "itemCount": 2,
        "totalPages": 3,
        "currentPage": 1,
    }
    assert set(first["links"]) == {"first", "previous", "next", "last"}
    assert first["links"]["previous"] == ""
    assert skus(shop, _page=3, size=2) == ["S4"]
    assert skus(shop, _page=4, size=2) == []
    last = shop.get("/products", _page=3, size=2)["links"]
    assert last["next"] == "" and shop.get(last["previous"])["data"][0]["sku"] == "S2"


def test_pages_hold_at_most_100(shop, control):
    control.settings(rate_limit=None)
    for number in range(101):
        shop.create(sku=f"S{number}")
    assert len(shop.get("/products", size=1000)["data"]) == 100
    assert len(shop.get("/products")["data"]) == 20


def test_pages_may_repeat_for_ever(shop, control):
    for number in range(3):
        shop.create(sku=f"S{number}")
    control.faults(repeat_pages=True)
    assert skus(shop, _page=1, size=2) == skus(shop, _page=2, size=2) == ["S0", "S1"]
    assert skus(shop, _page=99, size=2) == ["S0", "S1"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "AZUL"},
        {"brand": "Fio"},
        {"ncm": "6109.10.00"},
        {"ean": "789"},
        {"productId": "200"},
        {"customId": "C1"},
        {"categoryId": "5d420c000000000000000001"},
        {"sku": "AZUL"},
        {"priceGte": 100},
        {"minimumStock": 50},
        {"salesChannels": 26},
        {"salesChannelStatus": "ACTIVE"},
        {"active": "false"},
        {"hasImage": "true"},
    ],
    ids=str,
)
def test_list_filters(shop, query):
    shop.create(sku="OUTRO")
    shop.create(
        sku="AZUL",
        productId="200",
        brand="Fio",
        ncm="6109.10.00",
        ean="789",
        customId="C1",
        categoryId="5d420c000000000000000001",
        price=150,
        stock=60,
        active=False,
        images=["https://example.com/a.jpg"],
        salesChannels=[{"id": 26}],
    )
    if "salesChannelStatus" in query:
        shop.put("/products/AZUL", {"active": True})
    assert skus(shop, **query) == ["AZUL"]


def test_list_filters_the_other_way(shop):
    shop.create(sku="A", price=10, stock=0)
    shop.create(sku="B", price=20, salesChannels=[{"id": 7}])
    assert skus(shop, priceLte=15) == ["A"]
    assert skus(shop, outOfStock="true") == ["A"]
    assert skus(shop, onlyError="true") == ["B"]
    assert skus(shop, store="true") == ["A", "B"]


@pytest.mark.parametrize("field", ["created", "updated"])
def test_list_filters_by_date(shop, simulator, field):
    shop.create(sku="A")
    simulator.clock.ahead = 3600
    moment = shop.create(sku="B")[f"{field}At"]
    assert skus(shop, **{f"{field}StartDate": moment}) == ["B"]
    simulator.clock.ahead = 7200
    shop.create(sku="C")
    assert skus(shop, **{f"{field}EndDate": moment}) == ["A", "B"]
