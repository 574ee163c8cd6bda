"""Who can take a case, who is asked first and why, and what becomes of each offer."""
