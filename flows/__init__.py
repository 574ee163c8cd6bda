"""Dialogue, triage, places and routing: pure and synchronous, so that every decision can be replayed."""
