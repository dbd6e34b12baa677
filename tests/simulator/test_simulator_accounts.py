"""Tokens, login and stores: sections 2 and 3."""

import base64
import json

import httpx
import jwt
import pytest
from simulator_support import CNPJ, OTHER_CNPJ, Shop, texts

HOUSE = "12345678000195"
NEW_STORE = {
    "cnpj": OTHER_CNPJ,
    "companyName": "Loja B Ltda",
    "tradingName": "Loja B",
    "address": {
        "street": "Rua A",
        "number": "1",
        "complement": "",
        "neighborhood": "Centro",
        "city": "Maringá",
        "state": "PR",
        "cep": "87000000",
    },
    "responsible": {"name": "Ana", "email": "a@example.com", "phone": "44999999999"},
    "cnpjSH": HOUSE,
}


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def user(simulator):
    body = {"login": "dev@example.com", "password": "plug4market"}
    url = f"{simulator.url}/auth/login"
    answer = httpx.post(url, json=body, trust_env=False).json()
    return Shop(simulator.url, answer)


def test_login_answers_a_user_token_of_24_hours(user):
    assert set(user.pair["user"]) == {"id", "name", "role", "login"}
    token = claims(user.pair["accessToken"])
    assert set(token) == {"login", "iat", "exp"}
    assert token["exp"] - token["iat"] == 24 * 3600


def test_wrong_login_is_401_in_the_error_shape(shop):
    body = {"login": "dev@example.com", "password": "other"}
    assert texts(shop.post("/auth/login", body, 401)) == ["Login ou senha inválidos"]


def test_store_tokens_have_the_documented_claims(shop, simulator):
    access = claims(shop.pair["accessToken"])
    assert set(access) == {
        *("softwareHouse", "store", "url", "userId", "refreshToken", "type"),
        *("iat", "exp"),
    }
    assert (access["softwareHouse"], access["store"]) == (HOUSE, CNPJ)
    assert (access["type"], access["url"]) == ("store", simulator.url)
    assert access["exp"] - access["iat"] == 24 * 3600
    refresh = claims(shop.pair["refreshToken"])
    assert set(refresh) == {
        *("softwareHouseCnpj", "storeCnpj", "userId", "refreshToken", "iat", "exp"),
    }
    assert refresh["exp"] - refresh["iat"] == 168 * 3600


def test_the_software_house_fetches_a_pair_of_its_store(user, shop):
    path = f"/stores/{CNPJ}/software-houses/{HOUSE}/token"
    pair = user.get(path, notEncoded="true")
    assert set(pair) == {"accessToken", "refreshToken"}
    shop.use(pair["accessToken"])
    shop.get("/orders")


def test_without_not_encoded_the_pair_is_one_text(user, shop):
    text = user.get(f"/stores/{CNPJ}/software-houses/{HOUSE}/token")
    assert set(json.loads(base64.b64decode(text))) == {"accessToken", "refreshToken"}


@pytest.mark.parametrize(
    "path", [f"{OTHER_CNPJ}/software-houses/{HOUSE}", f"{CNPJ}/software-houses/1"]
)
def test_pair_of_an_unknown_store_is_404(user, shop, path):
    user.get(f"/stores/{path}/token", 404)


def test_store_routes_want_the_user_token(shop):
    shop.get(f"/stores/{CNPJ}/software-houses/{HOUSE}/token", 401)
    shop.post("/stores", NEW_STORE, 401)


def test_refresh_rotates_both_and_the_old_refresh_token_dies(shop):
    old = {"refreshToken": shop.pair["refreshToken"]}
    new = shop.post("/auth/refresh", old)
    assert new["accessToken"] != shop.pair["accessToken"]
    assert new["refreshToken"] != shop.pair["refreshToken"]
    shop.get("/orders")  # the old access token lives until it expires
    shop.use(new["accessToken"])
    shop.get("/orders")
    shop.post("/auth/refresh", old, 401)
    shop.post("/auth/refresh", {"refreshToken": new["refreshToken"]})


def test_refresh_needs_no_authorization(shop):
    del shop.http.headers["Authorization"]
    shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})


@pytest.mark.parametrize("token", ["", "a.b.c"])
def test_refresh_with_rubbish_is_401(shop, token):
    assert texts(shop.post("/auth/refresh", {"refreshToken": token}, 401))


def test_an_access_token_does_not_refresh(shop):
    shop.post("/auth/refresh", {"refreshToken": shop.pair["accessToken"]}, 401)


def test_tokens_expire(shop, simulator):
    simulator.clock.ahead = 24 * 3600 + 1
    assert texts(shop.get("/orders", 401)) == ["Token expirado"]
    new = shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    simulator.clock.ahead += 168 * 3600 + 1
    shop.post("/auth/refresh", {"refreshToken": new["refreshToken"]}, 401)


@pytest.mark.parametrize("header", ["", "Bearer rubbish", "Basic abc"])
def test_store_routes_want_a_store_token(shop, header):
    shop.http.headers["Authorization"] = header
    assert texts(shop.get("/orders", 401))
    assert texts(shop.get("/products", 401))


def test_a_user_token_opens_no_store(user):
    user.get("/products", 401)


def test_create_store(user, control):
    answer = user.post("/stores", NEW_STORE, 201)
    assert answer["cnpj"] == OTHER_CNPJ
    assert len(answer["storeIdMarketPlace"]) == 24
    assert answer["tokenHub"]
    user.post("/stores", NEW_STORE, 400)
    user.get(f"/stores/{OTHER_CNPJ}/software-houses/{HOUSE}/token", notEncoded="true")


@pytest.mark.parametrize("key", ["cnpj", "companyName", "address", "responsible"])
def test_create_store_wants_its_fields(user, key):
    body = {name: value for name, value in NEW_STORE.items() if name != key}
    assert texts(user.post("/stores", body, 400)) == [f"{key}: Field required"]


def test_at_most_fifty_panel_users(user):
    emails = [f"u{n}@example.com" for n in range(51)]
    user.post("/stores", {**NEW_STORE, "hubUserEmails": emails}, 400)


def test_stores_do_not_see_each_other(shop, control, simulator):
    shop.create()
    order = control.order()
    other = Shop(simulator.url, control.post("/stores", cnpj=OTHER_CNPJ))
    other.get("/products/CAM-P", 404)
    other.get(f"/orders/{order['id']}", 404)
    assert other.get("/orders")["data"] == []


def test_sales_channels_is_a_bare_list(shop):
    del shop.http.headers["Authorization"]
    channels = shop.get("/sales-channels")
    assert {"id": 7, "name": "MERCADO LIVRE", "cnpj": "03007331000141"} in channels
    assert len(channels) == 100
    assert {"id": 2320, "name": "PONTO DE VENDAS", "cnpj": None} in channels
