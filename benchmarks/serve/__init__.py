"""The page under load, and killed."""
