"""Audits as people and programs read them."""
