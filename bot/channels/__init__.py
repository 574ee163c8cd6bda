"""Ways to reach people. Each channel is a folder that keeps the contract in `base` and knows no other channel.

`parts` counts SMS parts and `hooks` reads a request body safely; a channel may use those two and nothing else from
here. `rendering` turns a prompt into messages within a channel's limits, before a channel is asked to send.
"""
