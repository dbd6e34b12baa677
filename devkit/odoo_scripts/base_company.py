"""Make the main company of a new database a Brazilian shop (run by `odoo shell`)."""
# ruff: noqa: F821  (`env` is given by `odoo shell`)

company = env.ref("base.main_company")
brazil = env.ref("base.br")
real = env.ref("base.BRL")
state = env["res.country.state"].search(
    [("country_id", "=", brazil.id), ("code", "=", "SP")]
)
city = env["res.city"].search(
    [("state_id", "=", state.id), ("name", "=", "São Paulo")], limit=1
)

# Both languages stay active: English is the source of every term.
languages = env["res.lang"].with_context(active_test=False)
languages.search([("code", "in", ("en_US", "pt_BR"))]).write({"active": True})
real.active = True

company.write({"currency_id": real.id})
env["product.pricelist"].search([]).write({"currency_id": real.id})
company.partner_id.write(
    {
        "name": "Loja Demonstração Ltda",
        "country_id": brazil.id,
        "state_id": state.id,
        "city_id": city.id,
        "city": "São Paulo",
        "zip": "01310-100",
        "street_name": "Avenida Paulista",
        "street_number": "1000",
        "street2": "Bela Vista",
        "phone": "+55 11 3000-0000",
        "email": "loja@example.com",
        "vat": "11.222.333/0001-81",
        "lang": "pt_BR",
        "tz": "America/Sao_Paulo",
    }
)
env["account.chart.template"].try_loading("br", company=company, install_demo=False)

warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
if not warehouse:
    warehouse = env["stock.warehouse"].create(
        {"name": "Loja", "code": "LOJA", "company_id": company.id}
    )
warehouse.write({"name": "Loja Demonstração", "partner_id": company.partner_id.id})

env.ref("base.user_admin").write(
    {
        "login": "admin",
        "password": "admin",
        "lang": "pt_BR",
        "tz": "America/Sao_Paulo",
        "email": "admin@example.com",
        "notification_type": "inbox",
    }
)

for model, domain in {
    "account.journal": [("type", "=", "sale")],
    "account.tax": [("type_tax_use", "=", "sale")],
    "stock.warehouse": [],
}.items():
    if not env[model].search([*domain, ("company_id", "=", company.id)], limit=1):
        raise RuntimeError(f"The company has no {model} {domain}")

# The databases of this project are clones of each other: none is asked where it lives.
env["ir.config_parameter"].set_param("plug4market_connector.skip_fingerprint", "1")

env.cr.commit()
