"""Things: families with their own fields and check points, models, and units with a serial number."""
