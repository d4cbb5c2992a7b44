"""What a partner's failure means for the caller: give up, try again, or find out."""

from __future__ import annotations


class PartnerError(Exception):
    """A partner refused, could not be reached, or answered something unreadable.

    `message_fr` is a French sentence that a manager can act on, free of secrets; `detail` is for the log.
    `final`: trying again is useless until somebody changes something.
    `uncertain`: the partner may have accepted the request; look it up before sending it again.
    `retry_after`: seconds the partner asked to wait, when it did.
    """

    def __init__(
        self,
        message_fr: str,
        *,
        final: bool,
        retry_after: int | None = None,
        uncertain: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(message_fr)
        self.message_fr = message_fr
        self.final = final
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message_fr} [{self.detail}]" if self.detail else self.message_fr
