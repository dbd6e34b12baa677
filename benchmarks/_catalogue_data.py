"""Catalogues of any size, made by SQL in seconds; and tokens that never expire."""

import base64
import json
import time

from hub_control import STORE_CNPJ, product_values


def connect(env, url):
    """Give the main company a store whose calls are never limited by us."""
    claims = {"iat": int(time.time()), "exp": int(time.time()) + 86400}
    pair = [_jwt({**claims, "store": STORE_CNPJ, "n": n}) for n in (1, 2)]
    env.company.write(
        {
            "plug4market_environment": "simulator",
            "plug4market_api_url": url,
            "plug4market_access_token": pair[0],
            "plug4market_refresh_token": pair[1],
        }
    )
    env.company.plug4market_active = True
    key = "plug4market_connector.calls_per_minute"
    env["ir.config_parameter"].set_param(key, "1000000")


def _jwt(claims):
    def encode(value):
        text = json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    return f"{encode({'alg': 'HS256'})}.{encode(claims)}.c2lnbmF0dXJl"


def publish_model(env):
    """Make one product that is on the hub, which the others are copies of."""
    product = env["product.product"].create(product_values("MODELO", "Modelo", 20))
    product.plug4market_enabled = True
    row = env["plug4market.sku"]._ensure(env.company, product)
    body = row.with_company(env.company)._prepare_bodies()[row].known_json()
    row.write({"state": "synced", "sent_sku": body["sku"], "sent_body": body})
    env.flush_all()
    return product


def grow(env, model, size):
    """Copy the product until the catalogue has ``size`` SKUs that are up to date."""
    present = env["plug4market.sku"].search_count([])
    template, product = model.product_tmpl_id.id, model.id
    env.cr.execute(
        f"""
        WITH template AS (
            {_copies(env, "product_template", "plug4market_group_code")}
        ), product AS (
            {_copies_of_each(env, "product_product", "template")}
        )
        INSERT INTO plug4market_sku
               (company_id, product_id, state, sent_sku, sent_body, priority,
                revision, next_attempt_at)
        SELECT sku.company_id, product.id, 'synced', product.default_code,
               sku.sent_body || jsonb_build_object(
                   'sku', product.default_code,
                   'productId', product.product_tmpl_id::text),
               4, 0, now() AT TIME ZONE 'UTC'
          FROM product, plug4market_sku sku WHERE sku.product_id = %(product)s
        """,
        {"template": template, "product": product, "number": size - present},
    )
    env.cr.execute("ANALYZE")
    env.invalidate_all()


def _columns(env, table, *left_out):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    names = {name for (name,) in env.cr.fetchall()} - {"id", *left_out}
    return ", ".join(f'"{name}"' for name in sorted(names))


def _copies(env, table, *left_out):
    columns = _columns(env, table, *left_out)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} "
        f"FROM {table}, generate_series(1, %(number)s) WHERE {table}.id = %(template)s "
        "RETURNING id"
    )


def _copies_of_each(env, table, parent):
    columns = _columns(env, table, "product_tmpl_id", "default_code")
    return (
        f"INSERT INTO {table} ({columns}, product_tmpl_id, default_code) "
        f"SELECT {columns}, {parent}.id, 'SKU-' || {parent}.id "
        f"FROM {table}, {parent} WHERE {table}.id = %(product)s "
        "RETURNING id, product_tmpl_id, default_code"
    )
