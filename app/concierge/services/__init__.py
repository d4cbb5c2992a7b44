"""What one does with lodgings, mandates, stays and months."""
