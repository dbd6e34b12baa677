"""Creating, changing and reading products: section 5."""

from urllib.parse import quote

import pytest
from simulator_support import PRODUCT, texts

from simulator.errors import EXISTS, EXISTS_IN_OTHER_GROUP

SALE = {
    "salePrice": 49.9,
    "saleDateStart": "2020-01-01T00:00:00.000Z",
    "saleDateEnd": "2090-01-01T00:00:00.000Z",
}


def test_create_answers_201_with_the_stored_product(shop):
    answer = shop.create(brand="Fio", active=False)
    assert PRODUCT.items() <= answer.items()
    assert (answer["brand"], answer["active"]) == ("Fio", False)
    assert shop.get("/products/CAM-P", store="true") == answer


def test_active_is_the_default(shop):
    assert shop.create()["active"] is True


@pytest.mark.parametrize("key", list(PRODUCT))
def test_required_fields(shop, key):
    body = {name: value for name, value in PRODUCT.items() if name != key}
    answer = shop.post("/products", body, 400)
    assert texts(answer) == [f"{key} é obrigatório"]
    # Product failures hold objects with `message` (section 9.1).
    assert isinstance(answer["error_messages"][0]["message"][0], dict)


@pytest.mark.parametrize(
    "change",
    [
        {"sku": " "},
        {"name": 5},
        {"price": "59.90"},
        {"price": -1},
        {"stock": -1},
        {"weight": True},
        {"origin": "estrangeiro"},
        {"gender": "homem"},
        {"condition": "new"},
        {"measurementUnit": "litro"},
        {"categoryId": "12"},
        {"images": "https://example.com/a.jpg"},
        {"metafields": [{"key": "Potência"}]},
        {"customCategory": {"id": "20"}},
        {"active": "true"},
        {"salePrice": 10},
        {**SALE, "saleDateEnd": "amanhã"},
        {"salesChannels": {}},
        {"salesChannels": [{"id": "7"}]},
        {"salesChannels": [{"id": 3}]},
        {"salesChannels": [{"id": 7}, {"id": 7}]},
        {"salesChannels": [{"id": 7, "price": "1"}]},
        {"salesChannels": [{"id": 7, "listingType": "OURO"}]},
        {"salesChannels": [{"id": 26, "listingType": "CLASSICO"}]},
        {"salesChannels": [{"id": 7, "forSale": {"salePrice": 1}}]},
    ],
    ids=str,
)
def test_invalid_values_are_refused_on_create_and_update(shop, change):
    assert texts(shop.post("/products", {**PRODUCT, **change}, 400))
    shop.create()
    assert texts(shop.put("/products/CAM-P", change, 400))


def test_all_optional_fields_are_kept(shop):
    extra = {
        **SALE,
        "brand": "Fio",
        "categoryId": "5d420c000000000000000001",
        "customCategory": {"alternativeId": "20"},
        "images": ["https://example.com/a.jpg"],
        "videos": ["https://example.com/a.mp4"],
        "metafields": [{"key": "Potência", "value": "10 W"}],
        "color": "GG",
        "modelo": "5bd2090818158a00017de233",
        "ncm": "9405.11.90",
        "ex_tipi": "01",
        "origin": "nacional",
        "gender": "unissex",
        "condition": "novo",
        "warranty": 3.5,
        "crossDockingDays": 2,
        "measurementUnit": "m²",
        "unitMultiplier": 1.25,
        "reviewed": True,
        "customId": "C1",
    }
    shop.create(**extra)
    assert extra.items() <= shop.get("/products/CAM-P").items()


def test_unknown_fields_are_ignored(shop):
    assert "costrPrice" not in shop.create(costrPrice=5)


def test_an_sku_that_exists_is_refused_with_the_hubs_text(shop):
    shop.create()
    assert texts(shop.post("/products", PRODUCT, 400)) == [EXISTS]
    other = {**PRODUCT, "productId": "200"}
    assert texts(shop.post("/products", other, 400)) == [EXISTS_IN_OTHER_GROUP]


def test_put_changes_only_what_it_names(shop, simulator):
    before = shop.create(salesChannels=[{"id": 7, "price": 64.9}])
    simulator.clock.ahead = 5
    after = shop.put("/products/CAM-P", {"productId": "100", "stock": 3})
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"stock", "updatedAt"}
    assert after["stock"] == 3


def test_put_of_an_unknown_sku_is_404(shop):
    assert texts(shop.put("/products/NADA", {"stock": 1}, 404))
    shop.get("/products/NADA", 404)
    shop.get("/products/NADA/active", 404)
    shop.delete("/products/NADA", expect=404)


def test_put_does_not_rename(shop):
    shop.create()
    shop.put("/products/CAM-P", {"sku": "CAM-M"}, 400)
    shop.put("/products/CAM-P", {"sku": "CAM-P", "stock": 1})


@pytest.mark.parametrize("sku", ["7301+4", "A/B", "Ç 1%", "A/active/B"])
def test_skus_with_special_characters(shop, sku):
    shop.create(sku=sku)
    path = f"/products/{quote(sku, safe='')}"
    assert shop.get(path)["sku"] == sku
    assert shop.put(path, {"stock": 1})["stock"] == 1
    assert shop.get(f"{path}/active")["sku"] == sku


def test_a_plus_may_be_typed_raw(shop):
    shop.create(sku="7301+4")
    assert shop.get("/products/7301+4")["sku"] == "7301+4"


def channels(shop):
    return {c["id"]: c for c in shop.get("/products/CAM-P")["salesChannels"]}


def test_the_channel_set_is_replaced_and_prices_stay(shop):
    shop.create(salesChannels=[{"id": 7, "price": 64.9}, {"id": 26, "price": 70}])
    shop.put("/products/CAM-P", {"salesChannels": [{"id": 7}, {"id": 1}]})
    assert set(channels(shop)) == {7, 1}
    assert channels(shop)[7]["price"] == 64.9
    assert "price" not in channels(shop)[1]
    shop.put("/products/CAM-P", {"price": 10})
    assert channels(shop)[7]["price"] == 64.9
    shop.put("/products/CAM-P", {"salesChannels": []})
    assert channels(shop) == {}


def test_orders_take_the_price_of_the_channel(shop, control):
    shop.create(salesChannels=[{"id": 7, "price": 64.9}, {"id": 26}])

    def price(channel):
        return control.order(channel=channel)["orderItems"][0]["price"]

    assert (price(7), price(26)) == (64.9, 59.9)
    shop.put("/products/CAM-P", SALE)
    assert (price(7), price(26)) == (64.9, 49.9)
    shop.put(
        "/products/CAM-P",
        {"salesChannels": [{"id": 7, "forSale": {**SALE, "salePrice": 40}}]},
    )
    assert price(7) == 40
    past = {**SALE, "saleDateEnd": "2020-02-01T00:00:00.000Z"}
    shop.put("/products/CAM-P", {"salesChannels": [{"id": 7, "forSale": past}]})
    assert price(7) == 64.9


def test_delete_switches_off(shop):
    shop.create()
    shop.delete("/products/CAM-P")
    assert shop.get("/products/CAM-P")["active"] is False


def test_active_tells_the_state_of_the_channels(shop):
    shop.create(salesChannels=[{"id": 7}])
    answer = shop.get("/products/CAM-P/active")
    assert (answer["sku"], answer["active"]) == ("CAM-P", True)
    (channel,) = answer["salesChannels"]
    assert (channel["id"], channel["status"]) == (7, "ERROR")
    shop.put(
        "/products/CAM-P",
        {"images": ["https://example.com/a.jpg"], "categoryId": "5d420c" + "0" * 18},
    )
    (channel,) = shop.get("/products/CAM-P/active")["salesChannels"]
    assert (channel["status"], channel["errors"]) == ("ACTIVE", [])
