"""Is it alive? `/sante` for the process itself, `/sante/complet` for all that an installation rests on. For machines: JSON."""

from datetime import datetime, timedelta

import redis
from flask import Flask, Response, jsonify
from rq import Worker
from rq.cron import CronScheduler
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db
from app.core.permissions import public
from app.core.queue import connection

#: A worker or scheduler that has said nothing for this long is taken for dead. A busy worker speaks every 30 seconds.
SILENCE = timedelta(seconds=90)


def register(app: Flask) -> None:
    """Start-up."""
    app.add_url_rule("/sante", "alive", alive)
    app.add_url_rule("/sante/complet", "health", health)


@public
def alive() -> Response:
    """This web process answers; it asks nobody else."""
    return jsonify(status="ok")


@public
def health() -> tuple[Response, int]:
    """The state of each part, and 503 when one is down."""
    parts = {"database": _database(), **_queue_and_processes()}
    well = all(parts.values())
    words = {name: "ok" if up else "down" for name, up in parts.items()}
    return jsonify(status="ok" if well else "down", **words), 200 if well else 503


def _database() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
    return True


def _queue_and_processes() -> dict[str, bool]:
    try:
        queue = connection()
        workers = [worker.last_heartbeat for worker in Worker.all(connection=queue)]
        schedulers = [scheduler.last_heartbeat for scheduler in CronScheduler.all(queue)]
    except redis.RedisError:
        return {"queue": False, "worker": False, "scheduler": False}
    return {"queue": True, "worker": _recent(workers), "scheduler": _recent(schedulers)}


def _recent(beats: list[datetime | None]) -> bool:
    limit = clock.now() - SILENCE
    return any(beat is not None and beat > limit for beat in beats)
