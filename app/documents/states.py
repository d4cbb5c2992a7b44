"""What a file is for."""

from app.core.labels import LabelEnum


class FileKind(LabelEnum):
    PHOTO = "photo", "Photo", "photo"
    DOCUMENT = "document", "Document", "file-text"
    SIGNATURE = "signature", "Signature", "writing-sign"
    LOGO = "logo", "Logo", "photo"
