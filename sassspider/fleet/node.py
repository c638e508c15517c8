"""A node: takes jobs from the queue and runs each as a command in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from sassspider.__main__ import ENDS_WITH_STDIN
from sassspider.fleet.queue import STALLED, TASK, make_app, opened
from sassspider.outcome import BUSY, OK, UNHEALTHY
from sassspider.printable import escape_control_characters, hide_passwords, truncate

logger = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds
POLLING = 2.0  # seconds between two looks for a job
END_TIMEOUT = 60.0  # seconds for a command to end in good order
BUSY_PAUSE = 10.0  # seconds
BUSY_TRIES = 60  # a site that another crawl holds for longer is left to the next one that is due
KEPT_DAYS = 90  # of what jobs left
_TIDY = """
WITH old AS (DELETE FROM fleet_jobs WHERE started_at < now() - make_interval(days => %(days)s))
DELETE FROM fleet_nodes WHERE worker_id NOT IN (SELECT id FROM procrastinate_workers)
"""
_REGISTER = "INSERT INTO fleet_nodes (worker_id, name, jobs) VALUES (%(id)s, %(name)s, %(jobs)s)"
_BEGIN = "INSERT INTO fleet_jobs (job_id, name, node) VALUES (%(job_id)s, %(name)s, %(node)s) RETURNING id"
_END = "UPDATE fleet_jobs SET ended_at = now(), exit_code = %(code)s, message = %(message)s WHERE id = %(id)s"
_LONGEST_LINE = 1024 * 1024  # bytes that a command prints


class JobFailedError(Exception):
    """The command of a job ended with another code than 0, 3 or 4."""


class Node:
    """Runs up to ``jobs`` commands at a time, until it is stopped (SIGTERM, SIGINT) or the database stays away.

    ``url`` is ``ARCHIVE_URL``; raises ArchiveError.
    """

    def __init__(self, url: str, jobs: int = 1):
        self.app = make_app(url)
        self.jobs = jobs
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        # A job whose node was shut down is put back; no other: waiting, it would block its site's other sections.
        retry = RetryStrategy(retry_exceptions=[asyncio.CancelledError])  # type: ignore[list-item]
        self.app.task(name=TASK, retry=retry, pass_context=True)(self.run_job)

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
            own = {"id": worker.worker_id, "name": self.name, "jobs": self.jobs}
            await self.app.connector.execute_query_async(_REGISTER, **own)
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

    async def run_job(self, context: JobContext, timestamp: int | None = None, *, words: list[str]) -> None:
        """Run ``scrapy`` with these words; while another crawl holds the site, wait for it. Raises JobFailedError.

        ``timestamp`` is procrastinate's: when the job was due.
        """
        for _ in range(BUSY_TRIES):
            code, message = await self._run(context.job, words)
            if code != BUSY:
                break
            await asyncio.sleep(BUSY_PAUSE)
        if code not in (OK, UNHEALTHY, BUSY):
            raise JobFailedError(f"exit code {code}: {message}")

    async def _run(self, job: Job, words: list[str]) -> tuple[int, str]:
        """Run a command and record how it ended; return its exit code and its last line."""
        name = job.queueing_lock or str(job.id)
        record = await self.app.connector.execute_query_one_async(_BEGIN, job_id=job.id, name=name, node=self.name)
        end: dict[str, Any] = {"code": None, "message": ""}
        try:
            code, message = await _run_command(name, f"fleet-{job.id}", words)
            end = {"code": code, "message": message}
        finally:
            await self.app.connector.execute_query_async(_END, id=record["id"], **end)
        return code, message


async def _run_command(name: str, job: str, words: list[str]) -> tuple[int, str]:
    """Run ``scrapy`` with these words; return its exit code and the last line that it printed.

    When the job is cancelled, the command gets SIGINT, as by Ctrl-C.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sassspider", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "SCRAPY_JOB": job, ENDS_WITH_STDIN: "1"},
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
    last = ""
    async for line in process.stdout:
        if text := line.decode(errors="replace").strip():
            last = truncate(hide_passwords(escape_control_characters(text)))
            logger.info("%s: %s", name, last)
    return last
