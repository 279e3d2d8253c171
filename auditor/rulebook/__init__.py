"""Rule files to checked rules."""
