"""Everything the sandbox knows, in one SQLite file. What a transaction has committed survives a kill -9.

Two threads never share a transaction: a thread that reads or writes is inside `transaction()`, one at a time.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, object TEXT NOT NULL, parent TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (parent, object);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, saved_at REAL NOT NULL, route TEXT NOT NULL, parameters TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (saved_at);
CREATE TABLE IF NOT EXISTS callbacks (
    event_id TEXT PRIMARY KEY, state TEXT NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (state, due_at);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class StateTaken(Exception):
    """Another sandbox has the file open, or it is no file of a sandbox."""


@dataclass(frozen=True)
class SavedAnswer:
    route: str
    parameters: str
    status: int
    body: str
    request_id: str


@dataclass(frozen=True)
class DueCallback:
    event_id: str
    tries: int
    body: str


class Store:
    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
            # One process a file: a second sandbox with this file is refused, because both could charge one intent.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing this way; only a power cut could, which a sandbox may forget.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise StateTaken(f"{path}: {error}. Does another payment sandbox use it?") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits all writes of the block, or none. They are durable when the block has been left."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, identifier: str, object_name: str) -> dict[str, Any] | None:
        query = "SELECT body FROM objects WHERE id = ? AND object = ?"
        row = self._connection.execute(query, (identifier, object_name)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, thing: dict[str, Any], parent: str | None) -> None:
        self._connection.execute(
            "INSERT INTO objects (id, object, parent, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, parent = excluded.parent",
            (thing["id"], thing["object"], parent, json.dumps(thing)),
        )

    def all(self, object_name: str) -> list[dict[str, Any]]:
        """In the order in which they were made."""
        rows = self._connection.execute("SELECT body FROM objects WHERE object = ? ORDER BY number", (object_name,))
        return [json.loads(body) for (body,) in rows]

    def children(self, parent: str, object_name: str) -> list[dict[str, Any]]:
        """Newest first."""
        query = "SELECT body FROM objects WHERE parent = ? AND object = ? ORDER BY number DESC"
        return [json.loads(body) for (body,) in self._connection.execute(query, (parent, object_name))]

    def saved_answer(self, key: str, not_before: float) -> SavedAnswer | None:
        self._connection.execute("DELETE FROM answers WHERE saved_at < ?", (not_before,))
        query = "SELECT route, parameters, status, body, request_id FROM answers WHERE key = ?"
        row = self._connection.execute(query, (key,)).fetchone()
        return SavedAnswer(*row) if row else None

    def save_answer(self, key: str, now: float, answer: SavedAnswer) -> None:
        values = (key, now, answer.route, answer.parameters, answer.status, answer.body, answer.request_id)
        self._connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def forget_answers(self) -> int:
        """How many there were."""
        return self._connection.execute("DELETE FROM answers").rowcount

    def add_callback(self, event_id: str, due_at: float, body: str) -> None:
        self._connection.execute("INSERT INTO callbacks VALUES (?, 'waiting', ?, 0, ?)", (event_id, due_at, body))

    def due_callbacks(self, now: float, limit: int) -> list[DueCallback]:
        query = (
            "SELECT event_id, tries, body FROM callbacks WHERE state = 'waiting' AND due_at <= ?"
            " ORDER BY due_at, rowid LIMIT ?"
        )
        return [DueCallback(*row) for row in self._connection.execute(query, (now, limit))]

    def next_callback_due_at(self) -> float | None:
        (due_at,) = self._connection.execute("SELECT min(due_at) FROM callbacks WHERE state = 'waiting'").fetchone()
        return None if due_at is None else float(due_at)

    def record_try(self, event_id: str, state: str, tries: int, due_at: float) -> None:
        query = "UPDATE callbacks SET state = ?, tries = ?, due_at = ? WHERE event_id = ?"
        self._connection.execute(query, (state, tries, due_at, event_id))

    def callback_counts(self) -> dict[str, int]:
        counts = dict(self._connection.execute("SELECT state, count(*) FROM callbacks GROUP BY state"))
        return {state: counts.get(state, 0) for state in ("waiting", "delivered", "given_up")}

    def setting(self, name: str) -> Any:
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def put_setting(self, name: str, value: object) -> None:
        self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def empty(self) -> None:
        """Everything but the settings."""
        for table in ("objects", "answers", "callbacks"):
            self._connection.execute(f"DELETE FROM {table}")
