"""What happens once, around the installation."""

from odoo.tools import SQL

# Stored computed fields on tables that may be large: no record that exists before the
# installation is of a marketplace, so all of them are empty.
EMPTY_COLUMNS = [
    ("sale_order", "plug4market_difference", "numeric"),
    ("sale_order", "plug4market_needs_attention", "boolean"),
    ("sale_order_line", "plug4market_unmatched", "boolean"),
    ("stock_picking", "plug4market_handling_limit", "timestamp"),
    ("account_move", "plug4market_order_id", "integer"),
    ("account_move", "plug4market_nfe_access_key", "varchar"),
    ("account_move", "plug4market_nfe_number", "varchar"),
    ("account_move", "plug4market_nfe_series", "varchar"),
    ("account_move", "plug4market_nfe_date", "timestamp"),
    ("product_template", "plug4market_group_code", "varchar"),
]


def pre_init_hook(env):
    """Make the columns ourselves, so that Odoo does not compute every row."""
    for table, column, kind in EMPTY_COLUMNS:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(table),
                SQL.identifier(column),
                SQL(kind),
            )
        )
