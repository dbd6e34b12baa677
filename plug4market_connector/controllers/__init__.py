from . import plug4market_connector
