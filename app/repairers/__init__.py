"""Outside repairers: their profiles, the repairs shared among them, their own space."""
