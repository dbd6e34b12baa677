"""An independent oracle: orders whose result in Odoo is known without the connector.

What is expected is computed by ``draw``, ``spelling``, ``people``, ``places``,
``sale``, ``wire``, ``kinds``, ``sound``, ``broken`` and ``changed``, which import
nothing of the connector, of the simulator or of Odoo. See docs/oracle.md.
"""
