"""Where something happened: typed words or a shared point become regions for a person to confirm."""
