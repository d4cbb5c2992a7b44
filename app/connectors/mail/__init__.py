"""Mail: compose a message, hand it to an SMTP server, read the answers from an IMAP mailbox."""
