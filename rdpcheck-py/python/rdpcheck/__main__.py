"""``python -m rdpcheck``."""

import sys

from rdpcheck._cli import main

sys.exit(main())
