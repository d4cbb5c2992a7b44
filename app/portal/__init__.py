"""The clients' side: status page by signed link, portal when signed in. Reads everything, writes through services."""
