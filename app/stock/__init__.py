"""Stock: places, moves (never an edited quantity), lots, reservations, counts."""
