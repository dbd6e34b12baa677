from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Name the warehouse whose stock is for sale: until now it was Odoo's first."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].search([("plug4market_active", "=", True)])
    companies._plug4market_choose_warehouse()
