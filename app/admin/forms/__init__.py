"""Forms of admin: one class per entity, made from its columns, with native controls and French words."""

from app.admin.forms.builder import RecordForm, cell_form, form_class

__all__ = ["RecordForm", "cell_form", "form_class"]
