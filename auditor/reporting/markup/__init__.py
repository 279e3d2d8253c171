"""The submitted file comes back with the marks in it: copies with comments, notes and colour."""
