"""SMS, by Twilio.

Built by `SmsChannel(account_sid=..., auth_token=..., sender=..., public_url=...)`; `sender` is a number (+...) or a
messaging service (MG...). Twilio's REST client is imported at the first call, in a thread. `missed` is for the sweep:
Twilio posts a message a few times within seconds and then never again.

Decided 2026-11-21:
* A Twilio signature has no time in it and nothing between names and values, so one that was seen can sign other
  messages. `parameters` is the defence: known names only, each value matched whole, none twice, dedupe by MessageSid.
* A parameter Twilio has added since is an alarm, not an error: the hook answers 200 and the sweep takes the message.
"""

from __future__ import annotations

from bot.channels.sms.channel import SmsChannel

__all__ = ["SmsChannel"]
