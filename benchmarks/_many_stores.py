"""A database with as many stores of the hub as wanted, before Odoo serves it."""

from hub_control import STORE_CNPJ

from . import _catalogue_data as data
from ._inside import environment, registry_of
from ._order_shop import stock_up


def open_stores(shop, number):
    """Connect companies to stores, the main one first; return their CNPJs."""
    cnpjs = [STORE_CNPJ, *(f"{n:08}000100" for n in range(1, number))]
    shop.hub.settings(rate_limit=None, webhook_url=None)
    with registry_of(shop.database) as registry:
        stock_up(registry)
        with environment(registry) as env:
            data.connect(env, shop.hub.url)
            for cnpj in cnpjs:
                main = cnpj == STORE_CNPJ
                company = env.company if main else make_company(env, cnpj)
                tokens = shop.hub.store(cnpj, name=f"Loja {cnpj}")
                company.write(
                    {
                        "plug4market_environment": "simulator",
                        "plug4market_api_url": shop.hub.url,
                        "plug4market_access_token": tokens["accessToken"],
                        "plug4market_refresh_token": tokens["refreshToken"],
                    }
                )
                company.plug4market_active = True
    return cnpjs


def make_company(env, cnpj):
    """Return a Brazilian company with what an order needs."""
    company = env["res.company"].create(
        {
            "name": f"Empresa {cnpj}",
            "country_id": env.ref("base.br").id,
            "currency_id": env.ref("base.BRL").id,
        }
    )
    env["account.chart.template"].try_loading("br", company, install_demo=False)
    Warehouse = env["stock.warehouse"]
    if not Warehouse.search_count([("company_id", "=", company.id)]):
        Warehouse.create(
            {"name": company.name, "code": cnpj[4:9], "company_id": company.id}
        )
    return company
