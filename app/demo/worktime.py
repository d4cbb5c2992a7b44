"""Working hours as one line of minutes, so that a story is told backwards by plain subtraction."""

from datetime import date, datetime, timedelta

from app.core import clock
from app.planning.queries import is_open_day

OPENING = 9
DAY = 9 * 60
PAST_DAYS = 900


class WorkTime:
    """Minute 0 is the opening of the first working day, `now` the last open minute that has passed."""

    def __init__(self, now: datetime, past_days: int = PAST_DAYS) -> None:
        self.today = clock.local(now).date()
        days = (self.today - timedelta(days=back) for back in range(past_days, -1, -1))
        self.days: list[date] = [day for day in days if is_open_day(day) and clock.at(day, OPENING) <= now]
        self._starts = [clock.at(day, OPENING) for day in self.days]
        since = int((now - self._starts[-1]).total_seconds() // 60)
        self.now = (len(self.days) - 1) * DAY + min(since, DAY - 1)

    def moment(self, minute: int) -> datetime:
        """When that minute was, in UTC."""
        day, rest = divmod(min(max(minute, 0), self.now), DAY)
        return self._starts[day] + timedelta(minutes=rest)

    def day(self, minute: int) -> date:
        """The day of that minute."""
        return self.days[min(max(minute, 0), self.now) // DAY]
