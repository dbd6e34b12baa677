"""The switches for what nobody knows of the hub, and that the connector copes."""

import random

import hub
import pytest

from simulator import people


@pytest.fixture
def client(simulator, shop):
    """The connector's client of the shop."""
    pair = hub.TokenPair(shop.pair["accessToken"], shop.pair["refreshToken"])
    with_client = hub.Plug4MarketClient(simulator.url, pair)
    yield with_client
    with_client.close()


# -- the limit of calls ---------------------------------------------------------------


def calls_until_refused(shop, most=20):
    """How many calls go through before the first 429."""
    for number in range(most):
        if shop.http.get("/orders").status_code == 429:
            return number
    return most


def test_refused_calls_may_count_and_say_when_to_come_back(shop, control):
    control.settings(rate_limit=5)
    control.faults(count_refused=True, limit_retry_after=7)
    assert calls_until_refused(shop) == 5
    answer = shop.http.get("/orders")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    control.settings(rate_limit=100)


def test_the_connector_waits_as_long_as_the_hub_says(client, control, shop):
    control.settings(rate_limit=1)
    control.faults(limit_retry_after=7)
    client.list_orders()
    with pytest.raises(hub.RateLimited) as caught:
        client.list_orders()
    assert caught.value.retry_after == 7
    control.settings(rate_limit=100)


# -- pages and lists ------------------------------------------------------------------


@pytest.mark.parametrize("largest", [99, 50, 20, 10])
def test_a_page_that_is_refused_is_asked_for_smaller(client, control, largest):
    made = [control.order()["id"] for _ in range(12)]
    control.faults(largest_page=largest)
    control.delete("/calls")
    headers = list(client.iter_orders())
    assert [header.uid for header in headers] == made
    # The refusal is met once, and not on every page.
    refused = [call for call in control.get("/calls") if call["status"] == 400]
    assert len(refused) <= 3
    assert all("_size" in call["query"] for call in refused)


def test_a_list_that_is_refused_for_something_else_is_asked_for_once(client, control):
    control.faults(bad_request={"calls": None})
    control.delete("/calls")
    with pytest.raises(hub.RejectedByHub):
        client.list_orders()
    assert len(control.get("/calls")) == 1


@pytest.mark.parametrize("shape", ["list", "data", "code_text"])
def test_channels_are_read_in_every_shape_of_their_list(client, control, shape):
    control.faults(channel_list=shape)
    channels = {c.hub_id: c.name for c in client.list_sales_channels()}
    assert channels[7] == "MERCADO LIVRE"
    assert len(channels) > 50


# -- labels ---------------------------------------------------------------------------


def test_the_labels_of_two_parcels_come_as_one(client, control, shop):
    order_id = control.order()["id"]
    shop.invoiced(order_id)
    control.faults(label_form="json_parcels")
    label = client.fetch_label(order_id)
    parts = hub.label_parts(label.kind, label.content)
    assert [kind for kind, _content in parts] == ["pdf", "pdf"]
    assert b"Volume 2" in parts[1][1]


def test_zpl_behind_a_printers_prolog_is_a_label(client, control, shop):
    order_id = control.order()["id"]
    shop.invoiced(order_id)
    control.faults(label_form="zpl_prolog")
    assert client.fetch_label(order_id).kind == "zpl"


# -- products and buyers --------------------------------------------------------------


def test_attributes_may_have_to_be_ids_and_groups_may_be_fixed(shop, control):
    product = shop.create()
    control.faults(ids_only=True, fixed_groups=True)
    path = f"/products/{product['sku']}"
    assert "color" in str(shop.put(path, {"color": "Azul"}, 400))
    shop.put(path, {"color": "5bd20d6018158a00017de585"})
    shop.put(path, {"productId": "another group"}, 400)
    shop.put(path, {"productId": product["productId"]})


def test_a_test_order_of_a_company_has_a_cnpj(shop):
    product = shop.create()
    order = shop.post(
        "/orders/new/sandbox",
        {
            "marketplace": 7,
            "status": 2,
            "typeBilling": "PJ",
            "orderItems": [{"sku": product["sku"], "quantity": 1}],
        },
        201,
    )
    assert hub.document_kind(order["billing"]["documentId"]) == "cnpj"


def test_invented_documents_are_valid():
    for seed in range(50):
        assert hub.document_kind(people.cnpj(random.Random(seed))) == "cnpj"
        assert hub.document_kind(people.cpf(random.Random(seed))) == "cpf"
