"""Forms in layouts and words that the reader has not seen."""
