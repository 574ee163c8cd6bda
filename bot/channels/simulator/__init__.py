"""A phone without a network: the same contract as the real channels, in memory.

Built by `SimulatorChannel(look=Look.SMS, clock=...)`, or `Look.TELEGRAM`; its name is then `simulator-sms` or
`simulator-telegram`. `listen` must have been started before a phone says anything. People's side: `say`, `block`,
`unblock`, `phone`, `watch`. It refuses what the real provider would refuse, so a demo or a test cannot pass on
something that would fail in a person's hand.
"""

from __future__ import annotations

from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.phones import Bubble, Look

__all__ = ["Bubble", "Look", "SimulatorChannel"]
