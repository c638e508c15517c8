"""A command that a node runs: ``scrapy …`` in a process that ends with the node, whatever ended that."""

from __future__ import annotations

import os
import signal
import threading

from sassspider.__main__ import main


def run() -> None:
    """Run the command line. The node holds the other end of standard input."""
    threading.Thread(target=_end_with_node, daemon=True).start()
    main()


def _end_with_node() -> None:
    os.read(0, 1)  # returns when the node is gone
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    run()
