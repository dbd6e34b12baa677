from . import plug4market_connector
from . import plug4market_image
from . import plug4market_label
