"""Verbs of setup: the first run, presets, the checklist, all settings in and out, the intake slip, the logo."""

from app.setup.services.configuration import Change, apply_configuration, export_configuration, preview_configuration
from app.setup.services.first_run import (
    apply_preset,
    check_password_choice,
    dismiss_step,
    found_organisation,
    recall_steps,
)
from app.setup.services.slip import WITH_TEXT, new_text_key, preview_slip, sample_blocks, save_slip
from app.setup.services.values import read_value, typed_value

__all__ = [
    "WITH_TEXT", "Change", "apply_configuration", "apply_preset", "check_password_choice", "dismiss_step",
    "export_configuration", "found_organisation", "new_text_key", "preview_configuration", "preview_slip", "read_value",
    "recall_steps", "sample_blocks", "save_slip", "typed_value",
]  # fmt: skip
