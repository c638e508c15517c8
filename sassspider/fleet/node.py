"""A node: takes jobs from the queue and runs each as a command in a process of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from sassspider.fleet.queue import RANGE, make_app, make_tables, opened
from sassspider.outcome import BUSY, OK, UNHEALTHY
from sassspider.printable import escape_control_characters, hide_passwords, truncate

logger = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds
POLLING = 2.0  # seconds between two looks for a job
STALLED = 20.0  # seconds without a heartbeat, after which a node's jobs are taken over, and it ends
END_TIMEOUT = 60.0  # seconds for a command to end in good order
BUSY_PAUSE = 10.0  # seconds
BUSY_TRIES = 60  # a site that another crawl holds for longer is left to the next one that is due
KEPT_DAYS = 90  # of what jobs left
_TIDY = """
WITH old AS (DELETE FROM fleet_jobs WHERE started_at < now() - make_interval(days => %(days)s))
DELETE FROM fleet_nodes WHERE worker_id NOT IN (SELECT id FROM procrastinate_workers)
"""
_LONGEST_LINE = 1024 * 1024  # bytes that a command prints


class JobFailedError(Exception):
    """The command of a job ended with another code than 0, 3 or 4."""


class RetryAfterShutdown(BaseRetryStrategy):
    """Put a job back whose node was shut down; no other: waiting, it would block its site's other sections."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return the decision to retry at once, or None."""
        return RetryDecision() if isinstance(exception, asyncio.CancelledError) else None


class Node:
    """Runs up to ``jobs`` commands at a time, until it is stopped (SIGTERM, SIGINT) or the database stays away."""

    def __init__(self, app: App, jobs: int):
        self.app = app
        self.jobs = jobs
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        options: dict[str, Any] = {"retry": RetryAfterShutdown(), "pass_context": True}
        app.task(name="crawl", **options)(self.crawl)
        app.task(name="reparse", **options)(self.reparse)
        app.task(name="export", **options)(self.export)

    async def run(self) -> None:
        """Take jobs and run them; return after SIGTERM or SIGINT. Raises ArchiveError."""
        worker = Worker(
            self.app,
            name=None,
            concurrency=self.jobs,
            listen_notify=False,  # its connection would end the node whenever the database restarts
            fetch_job_polling_interval=POLLING,
            shutdown_graceful_timeout=0,  # a crawl that is interrupted loses nothing
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
        )
        async with opened(self.app):
            await self.app.job_manager.delete_old_jobs(24 * KEPT_DAYS, include_failed=True, include_cancelled=True)
            await self.app.connector.execute_query_async(_TIDY, days=KEPT_DAYS)
            watch = asyncio.create_task(self._watch(worker))
            work = asyncio.create_task(worker.run())
            await asyncio.wait({watch, work}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done() and isinstance(watch.exception(), TimeoutError):
                logger.error("No answer of the database for %d s: this node ends, others take its jobs over", STALLED)
                os._exit(1)  # an orderly end would wait for the database; commands end with the node
            worker.stop()
            watch.cancel()
            await work
            with suppress(asyncio.CancelledError):
                await watch

    async def _watch(self, worker: Worker) -> None:
        """Name this node, and put jobs back whose node is gone.

        Raises TimeoutError if the database was silent, or this process suspended, so long that others have its jobs.
        """
        async with asyncio.timeout(STALLED):
            while worker.worker_id is None:
                await asyncio.sleep(0.01)
            await self._register(worker.worker_id)
        while True:
            async with asyncio.timeout(STALLED):
                for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                    await self._take_over(job)
                await asyncio.sleep(HEARTBEAT)

    async def _take_over(self, job: Job) -> None:
        """Put a job back whose node is gone; remove it if another of its name waits already."""
        logger.warning("Job %s is taken over: its node is gone", job.queueing_lock)
        try:
            await self.app.job_manager.retry_job(job)
        except UniqueViolation:
            await self.app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):  # else another node was quicker
                raise

    async def _register(self, worker_id: int) -> None:
        await self.app.connector.execute_query_async(
            "INSERT INTO fleet_nodes (worker_id, name, jobs) VALUES (%(id)s, %(name)s, %(jobs)s)",
            id=worker_id,
            name=self.name,
            jobs=self.jobs,
        )

    async def crawl(
        self,
        context: JobContext,
        timestamp: int | None = None,  # procrastinate's, when the crawl was due
        *,
        site: str,
        section: str,
        mode: str,
        settings: Mapping[str, Any],
    ) -> None:
        """Crawl a section; while another crawl holds the site, wait for it."""
        given = {"EXPORT_PATH": "", **settings}  # the corpus is in the archive, that all nodes share
        options = [f"-s{name}={_as_text(value)}" for name, value in given.items()]
        arguments = [f"-asite={site}", f"-asection={section}", f"-amode={mode}"]
        for _ in range(BUSY_TRIES):
            code = await self._run(context, "crawl", "section", *arguments, *options, "--quiet")
            if code != BUSY:
                break
            await asyncio.sleep(BUSY_PAUSE)

    async def reparse(self, context: JobContext, *, site: str, ids: str) -> None:
        """Read the stored pages of a range of ids again; correct the range in one transaction."""
        await self._run(context, "reparse", f"--site={site}", f"--ids={ids}", "--jobs=1", f"--chunk={RANGE}")

    async def export(self, context: JobContext, *, site: str, ids: str, output: str, options: list[str]) -> None:
        """Write the articles of a range of ids to a file."""
        await self._run(context, "export", f"--site={site}", f"--ids={ids}", f"--output={output}", *options)

    async def _run(self, context: JobContext, *command: str) -> int:
        """Run a command and record how it ended; return its exit code. Raises JobFailedError."""
        assert context.job.id is not None
        name = context.job.queueing_lock or str(context.job.id)
        record = await self._begin(context.job.id, name)
        code, message = None, ""
        try:
            code, message = await _run_command(name, f"fleet-{context.job.id}", command)
        finally:
            await self._end(record, code, message)
        if code not in (OK, UNHEALTHY, BUSY):
            raise JobFailedError(f"exit code {code}: {message}")
        return code

    async def _begin(self, job_id: int, name: str) -> int:
        row = await self.app.connector.execute_query_one_async(
            "INSERT INTO fleet_jobs (job_id, name, node) VALUES (%(job_id)s, %(name)s, %(node)s) RETURNING id",
            job_id=job_id,
            name=name,
            node=self.name,
        )
        return int(row["id"])

    async def _end(self, record: int, code: int | None, message: str) -> None:
        await self.app.connector.execute_query_async(
            "UPDATE fleet_jobs SET ended_at = now(), exit_code = %(code)s, message = %(message)s WHERE id = %(id)s",
            id=record,
            code=code,
            message=message,
        )


def make_node(url: str, jobs: int = 1) -> Node:
    """Return a node on the database of ``ARCHIVE_URL``, with its tables and its tasks; raise ArchiveError."""
    make_tables(url)
    return Node(make_app(url), jobs)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


async def _run_command(name: str, job: str, command: tuple[str, ...]) -> tuple[int, str]:
    """Run ``scrapy`` with this command; return its exit code and the last line that it printed.

    When the job is cancelled, the command gets SIGINT, as by Ctrl-C.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sassspider.fleet.child", *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "SCRAPY_JOB": job},
        limit=_LONGEST_LINE,
        start_new_session=True,  # Ctrl-C at a terminal reaches the node, which passes it on once
    )
    reading = asyncio.create_task(_log_lines(name, process))
    try:
        message = await asyncio.shield(reading)
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        await asyncio.wait({reading}, timeout=END_TIMEOUT)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return await process.wait(), message


async def _log_lines(name: str, process: asyncio.subprocess.Process) -> str:
    """Log what a command prints, line by line; return the last line."""
    assert process.stdout is not None
    last = deque([""], maxlen=1)
    async for line in process.stdout:
        if text := line.decode(errors="replace").strip():
            last.append(truncate(hide_passwords(escape_control_characters(text))))
            logger.info("%s: %s", name, last[0])
    return last[0]
