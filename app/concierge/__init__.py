"""The rental concierge: lodgings and mandates, the stays of platforms, the owners' month (docs/architecture.md)."""
