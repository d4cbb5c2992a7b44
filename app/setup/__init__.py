"""The first run: organisation, trade preset, checklist. Presets are data, applied once and then the organisation's own."""
