"""An independent oracle of stock and price: what the hub must say of every SKU.

What is expected is computed by ``steps`` and ``formula``, which import nothing of the
connector, of the simulator or of Odoo. See docs/oracle.md.
"""
