from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from mdg_core.store import artists, heartbeat, requests
from mdg_core.store.connect import Connection, connect


def test_two_requests_for_one_artist_are_one(conn: Connection, database_url: str) -> None:
    key = artists.find_or_create(conn, "Rush").key

    def ask(_: int) -> tuple[str, bool]:
        with connect(database_url) as other:
            request, created = requests.submit(other, key)
            return str(request.id), created

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert len({request for request, _ in answers}) == 1
    assert sum(created for _, created in answers) == 1


def test_a_queued_request_takes_on_the_wider_wish(conn: Connection) -> None:
    key = artists.find_or_create(conn, "Rush").key
    requests.submit(conn, key, depth="quick")
    request, created = requests.submit(conn, key, kind="augment", depth="full")
    assert (created, request.kind, request.depth) == (False, "augment", "full")


def test_only_one_run_claims_and_reports(conn: Connection) -> None:
    key = artists.find_or_create(conn, "Rush").key
    request, _ = requests.submit(conn, key)
    assert requests.claim(conn, request.id, "run-1", 1)
    assert requests.claim(conn, request.id, "run-1", 1), "the same run may ask again"
    assert requests.claim(conn, request.id, "run-2", 1) is None
    requests.report(conn, request.id, "run-1", stage="sources", progress=40, message="midi")
    requests.report(conn, request.id, "run-2", stage="x", progress=90, message="not mine")
    requests.report(conn, request.id, "run-1", stage="sources", progress=30, message="later")
    now = requests.get(conn, request.id)
    assert now
    assert (now.status, now.progress, now.message) == ("researching", 40, "later")
    requests.complete(conn, request.id, "run-1", message="done", result={"confidence": 0.7})
    done = requests.get(conn, request.id)
    assert done
    assert (done.status, done.progress, done.result) == ("completed", 100, {"confidence": 0.7})
    assert not requests.beat(conn, request.id, "run-1")


def test_a_requeued_request_is_lost_to_the_old_run(conn: Connection) -> None:
    key = artists.find_or_create(conn, "Rush").key
    request, _ = requests.submit(conn, key)
    requests.claim(conn, request.id, "run-1", 1)
    requests.requeue(conn, request.id, attempt=1, reason="died")
    requests.requeue(conn, request.id, attempt=1, reason="died, said twice")
    now = requests.get(conn, request.id)
    assert now
    assert (now.status, now.attempt) == ("queued", 2)
    assert requests.claim(conn, request.id, "run-1", 1) is None
    assert requests.claim(conn, request.id, "run-2", 2)


def test_a_new_request_follows_an_ended_one(conn: Connection) -> None:
    key = artists.find_or_create(conn, "Rush").key
    first, _ = requests.submit(conn, key)
    requests.fail(conn, first.id, attempt=1, error="no")
    second, created = requests.submit(conn, key)
    assert created
    assert second.id != first.id
    latest = requests.latest(conn, key)
    assert latest
    assert latest.id == second.id
    assert requests.get(conn, uuid4()) is None


def test_the_first_spelling_names_the_artist(conn: Connection) -> None:
    assert artists.find_or_create(conn, "Beyoncé") == artists.find_or_create(conn, "BEYONCE")
    assert [row.name for row in artists.search(conn, "yonc")] == ["Beyoncé"]
    assert artists.search(conn, "100%") == []


def test_the_pipeline_is_alive_when_it_said_so(conn: Connection) -> None:
    assert not heartbeat.pipeline_is_alive(conn)
    heartbeat.beat(conn, heartbeat.PIPELINE)
    assert heartbeat.pipeline_is_alive(conn)
    conn.execute("UPDATE heartbeat SET seen_at = now() - interval '1 minute'")
    assert not heartbeat.pipeline_is_alive(conn)


def test_one_worker_a_request(conn: Connection, database_url: str) -> None:
    wanted = uuid4()
    with connect(database_url) as other, requests.sole_worker(conn, wanted) as first:
        assert first
        with requests.sole_worker(other, wanted) as second:
            assert not second
    with connect(database_url) as other, requests.sole_worker(other, wanted) as again:
        assert again
