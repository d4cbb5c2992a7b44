"""Tariffs: rules that change the price of an article or of a purpose (membership, rental) by situation; one engine that explains itself."""
