"""One message's way: taken in (inbox), turned into answers (turn), sent (outbox); and what falls due (clock)."""
