"""Households, seasons and memberships: who belongs, who pays, at which price, and what keeps somebody from booking."""
