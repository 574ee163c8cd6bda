"""The running service: the only part that talks to the outside world."""
