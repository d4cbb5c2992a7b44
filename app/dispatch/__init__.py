"""Who repairs what: repairs shared among repairers by weighted criteria. No table, no clock, no chance (docs/dispatch.md)."""
