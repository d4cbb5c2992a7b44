"""Flask-Admin screens for every entity, in our theme. Edits reference data; what has a state is read-only here."""
