"""Sales: quotes today; orders, invoices and payments later. A quote is answered by the client, never by a plain e-mail."""
