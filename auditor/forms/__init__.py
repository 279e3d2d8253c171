"""Grids and records to evaluations. Knows the vocabulary of forms; judges nothing."""
