"""Directions of a thread's message and states of a task."""

from app.core.labels import LabelEnum


class Direction(LabelEnum):
    INCOMING = "in", "Reçu", "arrow-down-left", "sarc"
    OUTGOING = "out", "Envoyé", "arrow-up-right", "bleu"
    INTERNAL = "note", "Note interne", "note", "ambre"


class TaskState(LabelEnum):
    OPEN = "open", "À faire", "circle", "gris"
    DONE = "done", "Fait", "circle-check", "vert"
