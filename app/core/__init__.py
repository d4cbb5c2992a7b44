"""The ground: mechanisms without a business word. Imports nothing of the application."""
