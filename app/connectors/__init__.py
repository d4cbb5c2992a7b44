"""Leaf clients of partners: plain data in and out, no table, nothing imported from the rest of the application.

Each partner is a folder with `client.py` and its contract sheet `README.md`. `base_url` is a setting, so no client
knows whether it talks to the partner or to `app/sandbox/`. Failures are `errors.PartnerError`, which says what may be
done next.
"""
