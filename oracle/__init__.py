"""An independent oracle: orders whose expected result is known without the connector.

What is expected is computed by ``draw``, ``people``, ``places``, ``sale``, ``kinds``
and ``changed``, which import nothing of it. See docs/oracle.md.
"""
