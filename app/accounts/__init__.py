"""Who may do what: users, roles, one permission table, sessions, the organisation and its sites."""
