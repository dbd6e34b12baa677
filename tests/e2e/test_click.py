"""A click that takes several calls, in a server whose cursors keep their snapshot."""

import base64
import io

import pytest
from PIL import Image
from shop import open_shop


@pytest.fixture(scope="module")
def shop():
    with open_shop("click") as shop:
        shop.start()
        shop.connect()
        yield shop


def test_each_call_of_a_click_knows_what_came_of_the_one_before(shop):
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "PNG")
    image = base64.b64encode(written.getvalue()).decode()
    product = shop.add_product("CAN-325", "Caneca", 39.9, stock=5)
    shop.odoo.call("product.product", "write", [product], {"image_1920": image})

    shown = shop.odoo.call("product.product", "action_plug4market_sync", [product])

    assert shown["params"]["type"] == "success"
    assert [
        (call["method"], call["path"]) for call in shop.hub.calls(method="POST")
    ] == [
        ("POST", "/products"),
        ("POST", "/products/CAN-325/images"),
    ]
    shop.assert_clean_logs()
