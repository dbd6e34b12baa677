"""Each method of the client: what it sends, and what it makes of the answer."""

import base64
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import hub
import pytest
from hub_orders_data import HEADER, ORDER, UID, page

PRODUCT = {
    "productId": "100",
    "productName": "n",
    "sku": "A/B+C d",
    "name": "n",
    "description": "d",
    "price": 1.0,
    "stock": 1,
    "width": 1,
    "height": 1,
    "length": 1,
    "weight": 1,
}
DUPLICATE = {"error_messages": [{"message": [{"message": "Produto não atualizado"}]}]}
NOON = datetime(2026, 11, 20, 12, 0, 0, 66_000)

SKUS = [
    ("ABC-1", "/products/ABC-1"),
    ("A/B", "/products/A%2FB"),
    ("7301+4", "/products/7301%2B4"),
    ("A B", "/products/A%20B"),
    ("AÇÃO", "/products/A%C3%87%C3%83O"),
    ("a?b=c#d", "/products/a%3Fb%3Dc%23d"),
    ("50%", "/products/50%25"),
    ("%2F", "/products/%252F"),
    ("../x", "/products/..%2Fx"),
    ("a\\b;c:d@e&f", "/products/a%5Cb%3Bc%3Ad%40e%26f"),
    (5, "/products/5"),
]


@pytest.mark.parametrize(("sku", "path"), SKUS)
def test_a_sku_is_one_step_of_the_path_whatever_it_holds(client, server, sku, path):
    server.answer(200, PRODUCT)
    client.update_product(sku, {"stock": 1})
    client.get_product(sku)
    client.add_image(sku, "aGk=")
    assert server.calls == [
        ("PUT", path),
        ("GET", f"{path}?store=true"),
        ("POST", f"{path}/images"),
    ]


@pytest.mark.parametrize("part", ["", "  ", ".", "..", None])
def test_a_name_that_would_change_the_path_is_not_sent(client, server, part):
    with pytest.raises(hub.RejectedByHub):
        client.update_product(part, {"stock": 1})
    with pytest.raises(hub.RejectedByHub):
        client.get_order(part)
    assert server.received == []


ACTIONS = {
    "confirm": (
        lambda client: client.confirm_order(UID, 17),
        ("POST", f"/orders/{UID}/confirm"),
        {"orderIdStore": "17"},
    ),
    "invoice": (
        lambda client: client.send_invoice(
            UID,
            nfe_date=datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=-3))),
            nfe_number=123,
            nfe_serial_number="1",
            nfe_access_key="4" * 44,
            xml='<nfeProc versao="4.00">ç</nfeProc>',
        ),
        ("POST", f"/orders/{UID}/invoice"),
        {
            "nfeDate": "2026-11-20T12:00:00.000Z",
            "nfeNumber": "123",
            "nfeSerialNumber": "1",
            "nfeAccessKey": "4" * 44,
            "xml": '<nfeProc versao="4.00">ç</nfeProc>',
        },
    ),
    "shipment": (
        lambda client: client.send_shipment(
            UID, shipping_carrier="Correios", tracking_number=None
        ),
        ("POST", f"/orders/{UID}/shipment"),
        {"shippingCarrier": "Correios", "trackingNumber": "", "trackingUrl": ""},
    ),
    "delivered": (
        lambda client: client.send_delivered(UID, NOON),
        ("POST", f"/orders/{UID}/delivered"),
        {"deliveredAt": "2026-11-20T12:00:00.066Z"},
    ),
    "delivered on a day": (
        lambda client: client.send_delivered(UID, NOON.date()),
        ("POST", f"/orders/{UID}/delivered"),
        {"deliveredAt": "2026-11-20T00:00:00.000Z"},
    ),
    "cancel": (
        lambda client: client.cancel_order(UID, 7),
        ("POST", f"/orders/{UID}/cancel/7"),
        None,
    ),
    "cancel in the form that the hub is known to have": (
        lambda client: client.cancel_order(UID, "7", form="PUT /pedidos/{id}/fim"),
        ("PUT", f"/pedidos/{UID}/fim"),
        None,
    ),
    "test order": (
        lambda client: client.create_test_order({"marketplace": 1}),
        ("POST", "/orders/new/sandbox"),
        {"marketplace": 1},
    ),
    "category": (
        lambda client: client.create_custom_category("Luz", 20),
        ("POST", "/custom-categories"),
        {"name": "Luz", "alternativeId": "20", "fatherAlternativeId": ""},
    ),
    "category of a channel": (
        lambda client: client.map_custom_category("Luz", 20, "", "26", "100532"),
        ("POST", "/custom-categories/sale_channel"),
        {
            "categories": [
                {"name": "Luz", "alternativeId": "20", "fatherAlternativeId": ""}
            ],
            "saleChannelCategoryId": "100532",
            "saleChannel": 26,
        },
    ),
    "image": (
        lambda client: client.add_image("A", b"data:image/png;base64,aGk="),
        ("POST", "/products/A/images"),
        {"base64Image": "aGk="},
    ),
    "product": (
        lambda client: client.create_product(PRODUCT),
        ("POST", "/products"),
        {"salesChannels": [], **PRODUCT},
    ),
}


@pytest.mark.parametrize(("act", "call", "body"), ACTIONS.values(), ids=ACTIONS)
@pytest.mark.parametrize(
    ("status", "answer"), [(200, b""), (201, {"id": 1}), (200, b"OK")]
)
def test_an_action_sends_its_body_and_needs_no_answer(
    client, server, act, call, body, status, answer
):
    server.answer(status, answer)
    act(client)
    (request,) = server.received
    assert (request.method, request.path) == call
    assert (json.loads(request.body) if request.body else None) == body


# What the hub's stack says of a path it does not serve: as JSON, as a page, by 405.
MISSING_ROUTES = [
    (404, {"message": "Cannot POST /orders/1/cancel/7", "error": "Not Found"}),
    (404, b"<!DOCTYPE html><pre>Cannot POST /orders/1/cancel/7</pre>"),
    (404, {"error_messages": [{"message": ["Cannot PUT /orders/1/cancel/7"]}]}),
    (405, {"message": "Method Not Allowed"}),
]


@pytest.mark.parametrize(("status", "body"), MISSING_ROUTES)
def test_a_form_of_cancelling_that_the_hub_does_not_have_leads_to_the_next(
    client, server, status, body
):
    server.answer(status, body).answer(status, body).answer(200, {})
    assert client.cancel_order(UID, 7) == hub.CANCEL_FORMS[2]
    path = f"/orders/{UID}/cancel/7"
    made = [(request.method, request.path) for request in server.received]
    assert made == [("POST", path), ("PUT", path), ("DELETE", path)]


def test_an_order_that_is_missing_is_no_missing_form(client, server):
    server.answer(404, {"message": "Pedido não encontrado"})
    with pytest.raises(hub.NotFoundInHub):
        client.cancel_order(UID, 7)
    assert len(server.received) == 1


def test_a_refused_cancellation_is_tried_in_no_other_form(client, server):
    server.answer(400, {"message": "Cannot cancel / a shipped order"})
    with pytest.raises(hub.RejectedByHub, match="shipped"):
        client.cancel_order(UID, 7)
    assert len(server.received) == 1


def test_a_hub_without_any_form_says_so_after_all_of_them(client, server):
    for _form in hub.CANCEL_FORMS:
        server.answer(404, {"message": "Cannot POST /"})
    with pytest.raises(hub.NoSuchRoute):
        client.cancel_order(UID, 7)
    assert len(server.received) == len(hub.CANCEL_FORMS)


def test_every_call_tells_a_missing_route_from_a_missing_record(client, server):
    server.answer(404, {"message": "Cannot GET /products/A"})
    server.answer(404, {"message": "Produto não encontrado"})
    with pytest.raises(hub.NoSuchRoute):
        client.get_product("A")
    with pytest.raises(hub.NotFoundInHub):
        client.get_product("A")


LISTING = hub.Announcement(
    sku="A",
    seller_id="123",
    listing_type="CLASSICO",
    description="d",
    product_name="n",
    price=10,
    announcement_id="",
)


def test_announcements_are_created_for_one_channel(client, server):
    server.answer(201)
    client.create_announcements("7", [LISTING])
    assert server.calls == [("POST", "/products/announcements")]
    assert server.received[0].json == {
        "saleChannel": 7,
        "announcements": [
            {
                "sku": "A",
                "sellerId": "123",
                "listingType": "CLASSICO",
                "description": "d",
                "productName": "n",
            }
        ],
    }


def test_an_announcement_is_changed_and_removed_with_a_body(client, server):
    server.answer(200)
    listing = hub.Announcement(
        sku="A", seller_id="123", listing_type="PREMIUM", announcement_id="5f", price=10
    )
    client.update_announcement("A", 7, listing)
    client.delete_announcement("A", 7, {"announcementId": "5f"})
    assert server.calls == [
        ("PUT", "/products/A/announcements"),
        ("DELETE", "/products/A/announcements"),
    ]
    assert server.received[0].json == {
        "announcementId": "5f",
        "saleChannel": 7,
        "sellerId": "123",
        "listingType": "PREMIUM",
        "price": 10.0,
    }
    assert server.received[1].json == {"announcementId": "5f"}


# -- saving a product -----------------------------------------------------------------


def test_a_product_is_created_with_its_channels_and_updated_without(client, server):
    server.answer(201)
    body = hub.ProductBody(
        product_id="100",
        product_name="n",
        sku="A",
        name="n",
        description="d",
        price=1,
        stock=1,
        width=1,
        height=1,
        length=1,
        weight=1,
    )
    client.create_product(body)
    client.update_product("A", PRODUCT)
    assert server.calls == [("POST", "/products"), ("PUT", "/products/A")]
    # The hub wants the key when it creates, and drops channels when it updates.
    created, updated = (request.json for request in server.received)
    assert created == {"salesChannels": [], **body.to_json()}
    assert updated == PRODUCT


def test_a_duplicate_is_known_by_its_words(client, server):
    server.answer(400, DUPLICATE)
    with pytest.raises(hub.AlreadyExists):
        client.create_product(PRODUCT)


# -- lists ----------------------------------------------------------------------------


def query_of(request):
    return parse_qs(urlsplit(request.path).query)


def test_a_list_of_orders_is_asked_for_in_the_vendors_spelling(client, server):
    server.answer(200, page(HEADER))
    listed = client.list_orders(
        page=2,
        size=50,
        status="APPROVED",
        integrated=False,
        created_from=NOON,
        created_to=datetime(2026, 11, 21, tzinfo=timezone.utc),
        channel_id=7,
    )
    assert listed.headers == (hub.OrderHeader.from_json(HEADER),)
    assert (listed.total_pages, listed.total_items, listed.has_next) == (1, 1, False)
    (request,) = server.received
    assert query_of(request) == {
        "_page": ["2"],
        "_size": ["50"],
        "_sort": ["+createdAt"],
        "status": ["APPROVED"],
        "integratedStore": ["false"],
        "createdStartDate": ["2026-11-20T12:00:00.066Z"],
        "createdEndDate": ["2026-11-21T00:00:00.000Z"],
        "orderSaleChannelId": ["7"],
    }
    assert "_sort=%2BcreatedAt" in request.path


def test_filters_that_are_not_given_are_not_sent(client, server):
    server.answer(200, page())
    client.list_orders()
    assert query_of(server.received[0]) == {
        "_page": ["1"],
        "_size": ["100"],
        "_sort": ["+createdAt"],
    }


def header(number):
    return {**HEADER, "id": f"00000000-0000-4000-8000-{number:012}"}


def uids(client, **filters):
    return [int(header.uid[-12:]) for header in client.iter_orders(**filters)]


def test_every_page_is_read_once(client, server):
    server.answer(200, page(header(1), header(2), total_pages=3))
    server.answer(200, page(header(3), page=2, total_pages=3))
    server.answer(200, page(header(4), page=3, total_pages=3))
    assert uids(client, status="APPROVED") == [1, 2, 3, 4]
    assert [query_of(r)["_page"] for r in server.received] == [["1"], ["2"], ["3"]]
    assert all(query_of(r)["status"] == ["APPROVED"] for r in server.received)


def test_reading_stops_at_an_empty_page_whatever_the_total_says(client, server):
    server.answer(200, page(header(1), total_pages=99))
    server.answer(200, page(total_pages=99))
    assert uids(client) == [1]
    assert len(server.received) == 2


def test_reading_stops_when_a_page_comes_again(client, server):
    server.answer(200, page(header(1), header(2), total_pages=99))
    assert uids(client) == [1, 2]
    assert len(server.received) == 2


def test_an_order_that_moved_to_the_next_page_comes_once(client, server):
    server.answer(200, page(header(1), header(2), total_pages=2))
    server.answer(200, page(header(2), header(3), page=2, total_pages=2))
    assert uids(client) == [1, 2, 3]


def test_without_totals_the_links_lead_on(client, server):
    server.answer(200, {"data": [header(1)], "links": {"next": "/orders?_page=2"}})
    server.answer(200, {"data": [header(2)], "links": {"next": ""}})
    assert uids(client) == [1, 2]
    assert len(server.received) == 2


def test_without_totals_and_links_pages_are_turned_until_one_is_empty(client, server):
    server.answer(200, {"data": [header(1)]}).answer(200, {"data": [header(2)]})
    server.answer(200, {"data": []})
    assert uids(client) == [1, 2]
    assert len(server.received) == 3


@pytest.mark.parametrize(
    "answer", [b"", {"data": None}, {"data": []}, [], [None], {"data": [None, "x"]}]
)
def test_a_list_without_orders_is_empty(client, server, answer):
    server.answer(200, answer)
    assert uids(client) == []


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"data": "x"}, 5, {"orders": []}])
def test_what_is_no_list_is_no_empty_list(client, server, answer):
    server.answer(200, answer)
    with pytest.raises(hub.UnexpectedAnswer):
        uids(client)


def test_one_bad_order_does_not_hide_the_others(client, server):
    server.answer(200, page({"status": "APPROVED"}, header(2)))
    assert uids(client) == [2]


def test_a_bare_list_is_one_page(client, server):
    server.answer(200, [header(1)])
    assert uids(client) == [1]
    assert len(server.received) == 1


def test_products_are_listed_with_filters_in_our_spelling(client, server):
    server.answer(200, {"data": [PRODUCT], "meta": {"totalPages": "1"}})
    listed = client.list_products(size=10, product_id="100", only_error=True, sku=None)
    assert listed.products == (PRODUCT,)
    assert query_of(server.received[0]) == {
        "_page": ["1"],
        "size": ["10"],
        "productId": ["100"],
        "onlyError": ["true"],
    }


def test_an_order_is_read(client, server):
    server.answer(200, ORDER)
    assert client.get_order(UID) == hub.HubOrder.from_json(ORDER)
    assert server.calls == [("GET", f"/orders/{UID}")]


def test_an_order_nobody_knows_is_not_found(client, server):
    server.answer(404, {"message": "Pedido não encontrado"})
    with pytest.raises(hub.NotFoundInHub):
        client.get_order(UID)


@pytest.mark.parametrize("answer", [b"", [], 5])
def test_a_product_that_is_no_object_is_unexpected(client, server, answer):
    server.answer(200, answer)
    with pytest.raises(hub.UnexpectedAnswer):
        client.get_product("A")


CHANNEL = hub.HubSalesChannel(hub_id=7, name="Mercado Livre", cnpj="03007331000141")


@pytest.mark.parametrize(
    "answer",
    [
        [{"id": 7, "name": "Mercado Livre", "cnpj": "03007331000141"}],
        [{"id": "7", "description": "Mercado Livre", "cnpj": "03007331000141"}],
        [{"code": "7", "text": "Mercado Livre", "cnpj": "03007331000141"}],
        [
            {
                "id": "5d42",
                "code": 7,
                "name": "Mercado Livre",
                "cnpj": "03007331000141",
            },
            {"id": None, "name": "x"},
            None,
        ],
        {"data": [{"id": 7, "name": "Mercado Livre", "cnpj": "03007331000141"}]},
    ],
)
def test_channels_are_read_from_every_probable_shape(client, server, answer):
    server.answer(200, answer)
    assert client.list_sales_channels() == [CHANNEL]


def test_a_channel_without_cnpj_has_an_empty_one(client, server):
    server.answer(200, [{"id": 7, "name": "x", "cnpj": None}])
    assert client.list_sales_channels()[0].cnpj == ""


def test_categories_are_read_from_the_root_or_below_one(client, server):
    node = {
        "id": "67",
        "alternativeId": 20,
        "parent": "#",
        "text": "LUZ",
        "children": 1,
    }
    server.answer(200, [node])
    category = hub.HubCategory(
        hub_id="67", alternative_id="20", parent="#", name="LUZ", has_children=True
    )
    assert client.list_custom_categories() == [category]
    assert client.list_custom_categories("67") == [category]
    assert [path for _method, path in server.calls] == [
        "/custom-categories",
        "/custom-categories/67",
    ]


# -- labels ---------------------------------------------------------------------------

PDF = b"%PDF-1.4\n..."
ZPL = b"^XA^FO50,50^FDhi^FS^XZ"
ZIP = b"PK\x03\x04..."


def b64(content):
    return base64.b64encode(content).decode()


LABELS = {
    "PDF": (PDF, "application/pdf", "pdf", PDF),
    "PDF called something else": (PDF, "application/octet-stream", "pdf", PDF),
    "PDF called JSON": (PDF, "application/json", "pdf", PDF),
    "ZPL": (ZPL, "text/plain", "zpl", ZPL),
    "ZPL after settings": (b"\n^CT~~\n" + ZPL, "text/plain", "zpl", b"\n^CT~~\n" + ZPL),
    "zip": (ZIP, "application/zip", "zip", ZIP),
    "base64 as text": (b64(PDF).encode(), "text/plain", "pdf", PDF),
    "base64 in JSON": ({"label": b64(PDF)}, "application/json", "pdf", PDF),
    "a data address": (
        {"data": {"file": "data:application/pdf;base64," + b64(PDF)}},
        "application/json",
        "pdf",
        PDF,
    ),
    "a JSON text": (json.dumps(b64(ZIP)).encode(), "application/json", "zip", ZIP),
    "ZPL in JSON": ({"zpl": ZPL.decode()}, "application/json", "zpl", ZPL),
    "a list": ([{"status": "ok", "content": b64(ZPL)}], "application/json", "zpl", ZPL),
    "a document beside an address": (
        {"url": "https://x.example/l", "file": b64(PDF)},
        "application/json",
        "pdf",
        PDF,
    ),
    "something else": (b"\x89PNG...", "image/png", "unknown", b"\x89PNG..."),
    "JSON without a label": (
        {"status": "PENDING"},
        "application/json",
        "unknown",
        b'{"status": "PENDING"}',
    ),
}


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "content"), LABELS.values(), ids=LABELS
)
def test_a_label_is_known_by_its_first_bytes(
    client, server, body, content_type, kind, content
):
    server.answer(200, body, content_type=content_type)
    label = client.get_label(UID)
    assert (label.kind, label.content, label.url) == (kind, content, None)
    assert label.filename.startswith(f"label-{UID}.")


@pytest.mark.parametrize(
    "body",
    [
        {"url": "https://labels.example/1.pdf"},
        {"data": [{"link": "https://labels.example/1.pdf", "id": 5}]},
        b'"https://labels.example/1.pdf"',
        b"https://labels.example/1.pdf\n",
    ],
)
def test_the_address_of_a_label_is_told_and_not_fetched(client, server, body):
    server.answer(200, body)
    label = client.get_label(UID)
    assert (label.kind, label.content) == ("url", b"")
    assert label.url == "https://labels.example/1.pdf"
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/pdf"),
        (b"<html>x</html>", "text/html"),
        (b" \n", "text/plain"),
    ],
)
def test_no_label_is_no_label(client, server, body, content_type):
    server.answer(200, body, content_type=content_type)
    with pytest.raises(hub.UnexpectedAnswer, match="no label"):
        client.get_label(UID)


def test_the_tables_of_the_hub_agree_with_each_other():
    assert hub.ORDER_STATUSES[0][0] == "NEW"
    assert hub.STATUS_RANK["APPROVED"] < hub.STATUS_RANK["CANCELED"]
    assert hub.DEFAULT_CHANNELS[7] == ("Mercado Livre", "03007331000141")
    assert hub.DEFAULT_CHANNELS[2320] == ("Ponto de Vendas", "")
    assert set(hub.BASE_URLS) == {"production", "sandbox", "simulator"}
