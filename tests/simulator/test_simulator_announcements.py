"""Images and announcements: sections 5.7 and 5.8."""

from simulator_support import texts


def test_images_in_bare_base64(shop):
    shop.create()
    answer = shop.post("/products/CAM-P/images", {"base64Image": "/9j/4AAQ"}, 201)
    assert len(answer["images"]) == 1
    assert len(shop.get("/products/CAM-P")["images"]) == 1
    data_url = {"base64Image": "data:image/jpeg;base64,/9j/4AAQ"}
    assert texts(shop.post("/products/CAM-P/images", data_url, 400))
    shop.post("/products/NADA/images", {"base64Image": "/9j/4AAQ"}, 404)


def test_announcements(shop):
    shop.create()
    listing = {
        "sellerId": "1",
        "listingType": "CLASSICO",
        "sku": "CAM-P",
        "description": "d",
        "productName": "n",
    }
    body = {"saleChannel": 7, "announcements": [listing]}
    (created,) = shop.post("/products/announcements", body, 201)
    assert listing.items() <= created.items()
    assert len(created["announcementId"]) == 24
    key = {
        "announcementId": created["announcementId"],
        "saleChannel": 7,
        "sellerId": "1",
        "listingType": "PREMIUM",
    }
    change = {**key, "description": "novo", "productName": "n", "price": 123}
    assert shop.put("/products/CAM-P/announcements", change)["price"] == 123
    stored = shop.get("/products/CAM-P")["announcements"]
    assert [row["listingType"] for row in stored] == ["PREMIUM"]
    shop.delete("/products/CAM-P/announcements", key)
    assert shop.get("/products/CAM-P")["announcements"] == []
    shop.delete("/products/CAM-P/announcements", key, 404)
    shop.put("/products/CAM-P/announcements", change, 404)


def test_announcements_of_an_unknown_sku_create_nothing(shop):
    shop.create()
    listing = {
        "sellerId": "1",
        "listingType": "CLASSICO",
        "description": "d",
        "productName": "n",
    }
    rows = [{**listing, "sku": "CAM-P"}, {**listing, "sku": "NADA"}]
    shop.post("/products/announcements", {"saleChannel": 7, "announcements": rows}, 404)
    shop.post("/products/announcements", {"saleChannel": 3, "announcements": []}, 400)
    assert shop.get("/products/CAM-P")["announcements"] == []
