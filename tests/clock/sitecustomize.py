"""Start Python on another day: with this folder on its path, a process lives from the instant in TEST_NOW on.

The real server knows no way to move its clock, and needs none; a story that takes days is told by starting
it again later.
"""

import os
from datetime import datetime

if os.environ.get("TEST_NOW"):
    import time_machine

    time_machine.travel(datetime.fromisoformat(os.environ["TEST_NOW"]), tick=True).start()
