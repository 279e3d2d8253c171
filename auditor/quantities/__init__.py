"""Printed text to quantities: exact decimals, precision, units, comparators, dates."""
