"""Import and export of any kind of record, from a file or to one."""
