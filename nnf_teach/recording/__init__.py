"""How the recorded training runs, and the table of widths, were made: scripts for authors."""
