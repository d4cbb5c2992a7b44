"""Measurements: `make bench` prints one JSON object a line, each operation beside a yardstick measured in the same run.

`bench/measures/` has one file per measurement; what they share stands here.
"""
