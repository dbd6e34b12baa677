"""A faithful Plug4Market hub on 127.0.0.1, to try and to test integrations against.

Sections that its comments name are those of docs/hub-api.md.
"""
