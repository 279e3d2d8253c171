"""Forms that are right though unusual: one lawful habit each, on every kind of template."""
