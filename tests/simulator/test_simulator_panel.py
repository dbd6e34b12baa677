"""The web panel, driven by its forms."""

import httpx
import pytest
from patience import wait_until
from simulator_support import CNPJ, INVOICE, PRODUCT, SHIPMENT

PAGES = (
    *("/", "/painel/lojas", "/painel/produtos", "/painel/pedidos"),
    *("/painel/webhook", "/painel/chamadas", "/painel/falhas"),
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_empty_and_ask_for_nothing_remote(panel, path):
    page = panel.get(path)
    assert page.remote == []
    assert {f"menu-{name}" for name in ("lojas", "pedidos", "falhas")} <= page.ids


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_full(panel, shop, control, receiver, path):
    shop.create(name="Camiseta <b>")
    order = control.order(patch={"billing": {"name": None}, "paymentMethods": None})
    shop.shipped(order["id"])
    control.faults(bad_gateway={"calls": None}, webhook_times=2)
    receiver.wait_for(3)
    # What the ERP sent is text, never markup.
    assert "Camiseta <b>" not in panel.get(path).answer.text


def test_a_newcomer_gets_tokens_that_work(panel, shop, simulator):
    page = panel.post("/painel/lojas", cnpj="19.131.243/0001-97", nome="Nova")
    assert "Loja criada" in page.text and "Nova" in page.text
    assert page.answer.url.path == "/painel/lojas/19131243000197"
    page = panel.post("/painel/lojas/19131243000197/tokens")
    assert "Token de Acesso" in page.text and "Token de Renovação" in page.text
    assert {"copy-access-token", "copy-refresh-token", "generate-tokens"} <= page.ids
    shop.use(page.fields["access-token"])
    shop.get("/orders")
    shop.post("/auth/refresh", {"refreshToken": page.fields["refresh-token"]})
    panel.post("/painel/lojas/19131243000197/tokens", revogar="1")
    shop.get("/orders", 401)


def test_products_and_one_product(panel, shop):
    shop.create(sku="A/B", salesChannels=[{"id": 7, "price": 64.9}])
    page = panel.get("/painel/produtos")
    assert "A/B" in page.text and "R$\u00a059,90" in page.text
    assert "Mercado Livre" in page.text
    assert "A/B" not in panel.get("/painel/produtos?busca=nada").text
    page = panel.get(f"/painel/produtos/{CNPJ}/A%2FB")
    assert "R$\u00a064,90" in page.text
    panel.get(f"/painel/produtos/{CNPJ}/nada", 404)


ORDER = {
    "loja": CNPJ,
    "canal": "26",
    "status": "CREATED",
    "frete": "10,50",
    "sku": ["CAM-P", "OUTRO", ""],
    "quantidade": ["2", "1", "1"],
    "preco": ["", "1.000,00", ""],
}


def test_a_test_order_of_several_items(panel, shop, control, receiver):
    shop.post("/products", PRODUCT, 201)
    page = panel.post("/painel/pedidos", **ORDER)
    assert "Pedido de teste criado" in page.text
    (order,) = control.get("/orders")
    assert [(i["sku"], i["quantity"], i["price"]) for i in order["orderItems"]] == [
        ("CAM-P", 2, 59.9),
        ("OUTRO", 1, 1000.0),
    ]
    assert (order["status"], order["saleChannel"]) == ("CREATED", "26")
    assert order["shippingCost"] == 10.5
    assert receiver.wait_for(1) == ["CREATED"]
    assert {"new-order-submit", "order-link"} <= panel.get("/painel/pedidos").ids


@pytest.mark.parametrize(
    "change",
    [
        {"loja": "0"},
        {"sku": ["", "", ""]},
        {"quantidade": ["0", "1", "1"]},
        {"quantidade": ["x", "1", "1"]},
        {"preco": ["barato", "", ""]},
        {"preco": ["nan", "", ""]},
        {"frete": "-1"},
        {"canal": "3"},
        {"status": "PAID"},
    ],
    ids=str,
)
def test_a_wrong_form_says_so(panel, shop, control, change):
    assert "error" in panel.post("/painel/pedidos", 400, **{**ORDER, **change}).ids
    assert control.get("/orders") == []


def test_the_buttons_of_an_order(panel, shop, control, receiver):
    order_id = control.order(status="CREATED")["id"]
    path = f"/painel/pedidos/{order_id}"
    page = panel.get("/painel/pedidos")
    assert {"approve", "cancel"} <= page.ids and "complete" not in page.ids
    for move, status in (
        ("aprovar", "APPROVED"),
        ("concluir", "COMPLETED"),
        ("cancelar", "CANCELED"),
    ):
        assert "Status alterado" in panel.post(f"{path}/{move}").text
        assert control.get("/orders")[0]["status"] == status
    panel.post(f"{path}/status", status="SHIPPED")
    assert receiver.wait_for(5) == [
        *("CREATED", "APPROVED", "COMPLETED", "CANCELED", "SHIPPED")
    ]
    panel.post(f"{path}/aviso")
    assert receiver.wait_for(6)[-1] == "SHIPPED"


def test_an_order_shows_what_the_erp_sent(panel, shop, control):
    order_id = control.order()["id"]
    path = f"/painel/pedidos/{order_id}"
    assert "label" not in panel.get(path).ids
    panel.get(f"{path}/etiqueta.pdf", 400)
    shop.post(f"/orders/{order_id}/confirm", {"orderIdStore": "SO0042"})
    shop.shipped(order_id)
    page = panel.get(path)
    for text in (
        *("SO0042", INVOICE["nfeAccessKey"], SHIPMENT["trackingNumber"], "Faturado"),
    ):
        assert text in page.text
    assert {"label", "invoice", "shipment", "history"} <= page.ids
    label = httpx.get(f"{page.answer.url}/etiqueta.pdf", trust_env=False)
    assert label.content.startswith(b"%PDF")
    panel.get("/painel/pedidos/0", 404)


def test_the_webhook_page(panel, shop, control, receiver):
    control.settings(webhook_url=None, rate_limit=42)
    page = panel.post("/painel/webhook", 400, url="http://example.com/")
    assert "error" in page.ids
    panel.post(
        "/painel/webhook", url=receiver.url, nome="ERP", **{f"url-{CNPJ}": receiver.url}
    )
    assert control.get("/settings") == {
        "rate_limit": 42,
        "webhook_url": receiver.url,
        "webhook_urls": {CNPJ: receiver.url},
        "webhook_name": "ERP",
    }
    order_id = control.order()["id"]
    wait_until(lambda: control.get("/webhooks"))
    page = panel.get("/painel/webhook")
    assert "resend" in page.ids and "200" in page.text
    panel.post(f"/painel/pedidos/{order_id}/aviso", volta="webhook")
    receiver.wait_for(2)
    wait_until(lambda: len(control.get("/webhooks")) == 2)
    panel.post("/painel/webhook/limpar")
    assert control.get("/webhooks") == []
    assert (
        "Não há endereço"
        in (
            panel.post("/painel/webhook"),
            panel.post(f"/painel/pedidos/{order_id}/aviso"),
        )[1].text
    )


def test_the_calls_page(panel, shop, control):
    shop.create(name="Nome enviado")
    shop.get("/orders/nada", 404)
    page = panel.get("/painel/chamadas")
    assert "Nome enviado" in page.text and "404" in page.text
    assert f"usage-{CNPJ}" in page.ids and "2 de 100" in page.text
    assert "Nome enviado" not in panel.get("/painel/chamadas?metodo=GET").text
    panel.post("/painel/chamadas/limite", limite="7")
    assert control.get("/settings")["rate_limit"] == 7
    panel.post("/painel/chamadas/limite", limite="")
    assert control.get("/settings")["rate_limit"] is None
    panel.post("/painel/chamadas/limpar")
    assert control.get("/calls") == []


def test_the_panel_issues_a_test_nfe_that_fits_the_order(panel, shop, control):
    order = control.post("/orders", store=CNPJ, items=[{"sku": "A", "quantity": 2}])
    assert "test-nfe" in panel.get(f"/painel/pedidos/{order['id']}").ids
    answer = panel.get(f"/painel/pedidos/{order['id']}/nfe.xml").answer
    assert answer.headers["content-type"] == "application/xml"
    assert "attachment" in answer.headers["content-disposition"]
    for expected in (
        order["billing"]["documentId"],
        f"{order['totalAmount']:.2f}",
        order["saleChannelOrderId"],
        CNPJ,
    ):
        assert expected in answer.text
