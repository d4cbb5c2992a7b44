"""Runs everything one installation needs: `python -m app.supervisor`.

A process tree, not a framework: the embedded queue first, then the database brought up to date, then web, worker, scheduler
and, in demonstration, the partners' simulator. A child that dies is started again, its leftovers killed first; a signal
stops all of them, the queue last; if the supervisor itself is killed, the kernel takes the children with it.

This package imports the standard library and `app.core.config` only: it stays small beside what it runs.
"""
