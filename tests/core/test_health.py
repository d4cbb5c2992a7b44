"""A monitor learns in one request whether the installation works, and which part does not."""

import redis
from flask.testing import FlaskClient
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app.core.config import Settings
from app.schedule import PERIODIC
from app.scheduler import Clock


def test_the_web_says_that_it_lives(client: FlaskClient) -> None:
    answer = client.get("/sante")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok"}
    assert "Set-Cookie" not in answer.headers


def test_a_missing_worker_and_scheduler_are_named(client: FlaskClient) -> None:
    answer = client.get("/sante/complet")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "status": "down", "database": "ok", "queue": "ok", "worker": "down", "scheduler": "down",
    }  # fmt: skip


def test_all_is_well_when_worker_and_scheduler_have_spoken(client: FlaskClient, settings: Settings) -> None:
    with redis.Redis.from_url(settings.redis_url) as queue:
        worker = Worker([Queue("default", connection=queue)], connection=queue, serializer=JSONSerializer)
        scheduler = Clock(queue, PERIODIC)
        worker.register_birth()
        scheduler.register_birth()
        try:
            answer = client.get("/sante/complet")
        finally:
            worker.register_death()
            scheduler.register_death()
    assert answer.status_code == 200
    assert answer.get_json()["worker"] == answer.get_json()["scheduler"] == "ok"


def test_an_absent_queue_is_an_answer_not_an_anomaly(client: FlaskClient) -> None:
    app = client.application
    present = app.extensions["redis"]
    app.extensions["redis"] = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=1)
    try:
        answer = client.get("/sante/complet")
    finally:
        app.extensions["redis"].close()
        app.extensions["redis"] = present
    assert answer.status_code == 503
    assert answer.get_json()["queue"] == "down"
    assert answer.get_json()["database"] == "ok"
