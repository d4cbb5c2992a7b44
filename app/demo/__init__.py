"""The demonstration: an invented organisation with two years of work behind it, dated around today.

`plan` tells the whole story as plain rows, from a seed and a moment and nothing else; `writing` puts them in an empty
database; `ground` makes what must pass by the services (organisation, people, families, accounts).
"""
