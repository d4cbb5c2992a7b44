"""The accounts at partners, entered in the browser; their tasks, run page by page (docs/architecture.md)."""
