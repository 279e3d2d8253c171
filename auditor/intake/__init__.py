"""What was handed in, as grids of cells with their place. Knows files, not fiscal forms."""
