"""The simulator's own count of the parts of an SMS, written apart from the client's."""

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = "\f^{}\\[~]|€"


def count_parts(text: str) -> tuple[str, int]:
    """("GSM7" or "UNICODE", number of parts)."""
    septets = 0
    for char in text:
        if char not in GSM and char not in ESCAPED:
            units = len(text.encode("utf-16-be")) // 2
            return "UNICODE", 1 if units <= 70 else -(-units // 67)
        septets += 2 if char in ESCAPED else 1
    return "GSM7", 1 if septets <= 160 else -(-septets // 153)
