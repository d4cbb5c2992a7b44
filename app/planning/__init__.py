"""Time: whatever occupies a thing or a person is a booking, and the database refuses two at once."""
