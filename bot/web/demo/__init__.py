"""The demo: simulated phones beside the live queue, on the real program with an invented network.

`open_stage` fills an empty store with the network's partners and members and links their phones; the `Demo` it returns
is what the pages are served from. Nothing here writes a reply: a script only types and taps.
"""

from __future__ import annotations

from bot.web.demo.stage import Demo, open_stage

__all__ = ["Demo", "open_stage"]
