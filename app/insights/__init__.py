"""Dashboard and statistics: the day's work first, then figures, each with its table. Reads only, nothing of its own is stored."""
