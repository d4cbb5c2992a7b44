"""The connection to Valkey and its queues. Only transport: what must be done is a row of the database."""

from typing import cast

import redis
from flask import Flask, current_app
from rq import Queue
from rq.serializers import JSONSerializer

#: Short work, done by the worker itself; long or greedy work (imports, PDFs), done in a process that ends with it.
LIGHT, HEAVY = QUEUES = ("default", "heavy")


def init_queue(app: Flask, url: str) -> None:
    """Bind the application to its Valkey; connects when first used."""
    app.extensions["redis"] = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=10)


def connection() -> redis.Redis:
    """The application's Valkey."""
    return cast("redis.Redis", current_app.extensions["redis"])


def queue(name: str = LIGHT) -> Queue:
    """A queue whose jobs carry JSON, never pickles."""
    return Queue(name, connection=connection(), serializer=JSONSerializer)
