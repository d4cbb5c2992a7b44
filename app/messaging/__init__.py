"""Words between us and people: templates, threads, tasks and calls, preferences, delivery."""
