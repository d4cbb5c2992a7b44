"""People and companies we deal with: one record each, their consents, how they wish to be told."""
