"""The body of a webhook: a notice, something else, or nonsense."""

import json

import hub
import pytest

UID = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"

NOTICE = {
    "softwareHouseCnpj": "08187168000160",
    "order": {"status": "APPROVED", "orderId": UID, "storeCnpj": "11222333000181"},
    "webhookName": "erp",
    "id": "9b2f6d2e-6a4c-4a0b-8d5b-2f9d9a6a7b01",
    "resourceUrl": f"https://api.sandbox.plug4market.com.br/orders/{UID}",
}


def with_order(**changes):
    return {**NOTICE, "order": {**NOTICE["order"], **changes}}


def test_a_notice_names_order_status_store_and_host():
    notice = hub.parse_webhook(json.dumps(NOTICE).encode())
    assert notice == hub.OrderNotice(
        order_uid=UID,
        uid_key=UID.lower(),
        status="APPROVED",
        store_cnpj="11222333000181",
        software_house_cnpj="08187168000160",
        resource_host="api.sandbox.plug4market.com.br",
        raw=NOTICE,
    )
    assert notice.raw == NOTICE


def test_a_text_and_a_byte_order_mark_are_taken():
    text = json.dumps(NOTICE)
    assert hub.parse_webhook(text).order_uid == UID
    assert hub.parse_webhook(b"\xef\xbb\xbf" + text.encode()).order_uid == UID


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"status": "approved"}, "status", "APPROVED"),
        ({"status": None}, "status", ""),
        ({"status": {"a": 1}}, "status", ""),
        ({"status": "RETURNED"}, "status", "RETURNED"),
        ({"status": "x" * 5000}, "status", "X" * 64),
        ({"storeCnpj": "11.222.333/0001-81"}, "store_cnpj", "11222333000181"),
        ({"storeCnpj": None}, "store_cnpj", ""),
        ({"storeCnpj": 11222333000181}, "store_cnpj", "11222333000181"),
        ({"orderId": UID.lower()}, "order_uid", UID.lower()),
        ({"more": [1]}, "order_uid", UID),
    ],
)
def test_odd_fields_do_not_lose_a_notice(changes, field, value):
    notice = hub.parse_webhook(json.dumps(with_order(**changes)))
    assert getattr(notice, field) == value


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://API.Example.com:8443/orders/1", "api.example.com"),
        ("https://user@evil.example/orders", "evil.example"),
        ("http://[bad", ""),
        ("no url", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_the_host_of_the_resource_is_only_named(url, host):
    assert hub.parse_webhook(
        json.dumps({**NOTICE, "resourceUrl": url})
    ).resource_host == (host)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"order":',
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"5",
        b"null",
        b"[" * 60_000,
        b'{"order": {"orderId": NaN}}',
        json.dumps(with_order(orderId=None)).encode(),
        json.dumps(with_order(orderId="")).encode(),
        json.dumps(with_order(orderId="5")).encode(),
        json.dumps(with_order(orderId=5)).encode(),
        json.dumps(with_order(orderId=[UID])).encode(),
        json.dumps(with_order(orderId=f"{{{UID}}}")).encode(),
        json.dumps(with_order(orderId=f"{UID}/../x")).encode(),
        json.dumps(with_order(orderId=f"{UID}\n5")).encode(),
        json.dumps(with_order(status="a\x00b")).encode(),
        json.dumps(with_order(status="\ud800")).encode(),
        ("9" * 5000).encode(),
    ],
)
def test_nonsense_is_a_malformed_notice(body):
    with pytest.raises(hub.MalformedNotice) as caught:
        hub.parse_webhook(body)
    assert not isinstance(caught.value, hub.UnknownNotice)
    assert str(caught.value)


@pytest.mark.parametrize(
    "body", [{}, {"product": {}}, {"order": None}, {"order": "5"}, {"order": [1]}]
)
def test_a_notice_about_something_else_may_be_answered_and_ignored(body):
    with pytest.raises(hub.UnknownNotice):
        hub.parse_webhook(json.dumps(body))


@pytest.mark.parametrize("as_text", [True, False])
def test_a_body_is_limited_in_bytes(as_text):
    body = json.dumps(with_order(note="ç" * 40), ensure_ascii=False)
    size = len(body.encode())
    body = body if as_text else body.encode()
    assert hub.parse_webhook(body, max_bytes=size).order_uid == UID
    with pytest.raises(hub.MalformedNotice, match="larger"):
        hub.parse_webhook(body, max_bytes=size - 1)
