"""Stored files with their access checks, and the PDF documents we print."""
