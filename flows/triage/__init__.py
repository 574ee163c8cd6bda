"""What kind of problem it is and how soon a person must act on it."""
