"""What happens to a case after intake: referrals, relay, notices, erasure. Never knows the pipeline or the web."""
