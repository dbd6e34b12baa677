from . import plug4market_desk
from . import plug4market_desk_needs
