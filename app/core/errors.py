"""Errors a user can understand: each is a French sentence that says how to go on."""


class DomainError(Exception):
    """A refusal with its sentence. `status` is the HTTP status of the page that shows it, `title` its title when that of the
    status would not be true."""

    status = 422
    title = ""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class IllegalMove(DomainError):
    """A state cannot be reached from the present one."""

    status = 409


class Conflict(DomainError):
    """Somebody else changed the record in the meantime."""

    status = 409


class NotAllowed(DomainError):
    """The role of the person does not allow this."""

    status = 403


class Gone(DomainError):
    """A link that is expired, revoked or replaced."""

    status = 410
