"""Make a company that works with OCA's addons (run by `odoo shell`)."""
# ruff: noqa: F821  (`env` is given by `odoo shell`)

brazil = env.ref("base.br")
state = env.ref("base.state_br_sp")
city = env["res.city"].search([("ibge_code", "=", "3550308")], limit=1)

company = env["res.company"].create(
    {
        "name": "Loja OCA",
        "country_id": brazil.id,
        "currency_id": env.ref("base.BRL").id,
    }
)
# Who is responsible for a store has to see its company.
env.ref("base.user_admin").company_ids += company
company.partner_id.write(
    {
        "state_id": state.id,
        "city_id": city.id,
        "zip": "01310-100",
        "street_name": "Avenida Paulista",
        "street_number": "1",
        "vat": "81583054000129",
        "legal_name": "Loja OCA Ltda",
        "tz": "America/Sao_Paulo",
    }
)
env["account.chart.template"].try_loading("br_oca_generic", company, install_demo=False)
env["l10n_br_fiscal.document.serie"].create(
    {
        "name": "1",
        "code": "1",
        "document_type_id": env.ref("l10n_br_fiscal.document_55").id,
        "company_id": company.id,
    }
)
if not env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1):
    env["stock.warehouse"].create(
        {"name": "Loja OCA", "code": "OCA", "company_id": company.id}
    )
env.cr.commit()
