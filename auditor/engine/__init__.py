"""Checked rules over fact tables to outcomes, in DuckDB."""
