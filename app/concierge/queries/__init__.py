"""What is read of lodgings, stays and months."""
