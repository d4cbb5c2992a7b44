"""Forms of the concierge."""
