"""Printed documents: plain data in, PDF bytes out. Pure: no database, no request, no network.

`PdfEngine.render(template, data)` fills a Typst template of `templates/documents/`; the head of each template says which
data it wants, and `tests/documents/samples/` holds one complete example of each. Uploaded pictures go through `images`
first. A render has no time limit of its own (Typst refuses endless loops and the size of the data is bounded): jobs render
in the worker, whose process is killed at the end of the job's time.
"""

from app.documents.pdf.engine import DocumentError, PdfEngine
from app.documents.pdf.images import ImageError

__all__ = ["DocumentError", "ImageError", "PdfEngine"]
