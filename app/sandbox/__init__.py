"""The partners' simulator: a process of its own, which shares no code with the clients it answers.

One Flask app speaks the real contract of each SMS provider, a local SMTP server catches the mail, a small IMAP server
plays the organisation's mailbox, and two pages show all of it to the person who tries the demonstration.
"""

from .web import create_sandbox

__all__ = ["create_sandbox"]
