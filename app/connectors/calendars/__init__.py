"""Calendars that platforms publish (iCalendar): which nights are taken, without prices."""

from .client import CalendarFeed, read_calendar

__all__ = ["CalendarFeed", "read_calendar"]
