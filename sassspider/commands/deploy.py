"""``scrapy deploy``: the project to a Scrapyd server."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from sassspider.files import keep_others_from_writing
from sassspider.outcome import FAILED, OK, USAGE
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse

GUIDE = """
Build the project as an egg, bring it to the Scrapyd server that scrapy.cfg names, and see that its spiders are found
there. An egg that does not work is removed again, and the version before it stays in use. User and password are read
from SCRAPYD_USERNAME and SCRAPYD_PASSWORD.

  scrapy deploy
  scrapy deploy staging            (the target [deploy:staging] of scrapy.cfg)
  scrapy deploy --build-egg sassspider.egg
  scrapy deploy --egg sassspider.egg

Exit code: 0 deployed, 1 not deployed, 2 wrong usage.
"""


class Command(ScrapyCommand):
    """Build, upload, check."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[TARGET] [options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Deploy this project to a Scrapyd server"

    def long_desc(self) -> str:
        """Shown by ``--help``."""
        return GUIDE.strip()

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        version = "name of this version; the last in order is the one in use (default: seconds since 1970)"
        parser.add_argument("--deploy-version", metavar="NAME", help=version)
        parser.add_argument("--egg", metavar="FILE", type=Path, help="deploy this egg, don't build one")
        parser.add_argument("--build-egg", metavar="FILE", type=Path, help="build the egg into FILE, don't deploy it")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it, and make a line of what goes wrong."""
        from sassspider.scrapyd.client import ScrapydError
        from sassspider.scrapyd.deploy import DeployError

        keep_others_from_writing()
        if len(args) > 1 or any(one.startswith("-") for one in args):
            self._fail(USAGE, f"{' '.join(args)!r} is not understood (see scrapy deploy --help)")
            return
        try:
            self._work(args[0] if args else "default", opts)
        except (DeployError, ScrapydError, OSError) as error:
            self._fail(FAILED, str(error))

    def _work(self, name: str, opts: argparse.Namespace) -> None:
        from sassspider.scrapyd.client import Scrapyd
        from sassspider.scrapyd.deploy import build_egg, deploy, read_target

        if opts.build_egg:
            opts.build_egg.write_bytes(build_egg())
            return
        spiders = self._find_spiders()
        target = read_target(name)
        server = Scrapyd(target.url, target.username, target.password)
        version = opts.deploy_version or str(int(time.time()))
        deploy(server, target.project, version, opts.egg.read_bytes() if opts.egg else build_egg(), spiders)
        print(f"{target.project} is deployed to {server.url} as version {version}: {', '.join(spiders)}")
        self.exitcode = OK

    def _find_spiders(self) -> list[str]:
        """The spiders that must be found on the server; raises DeployError when they are broken here already."""
        from sassspider.scrapyd.deploy import DeployError

        assert self.settings is not None
        try:
            return sorted(get_spider_loader(self.settings).list())
        except Exception as error:
            raise DeployError(f"the spiders can't be loaded here: {type(error).__name__}: {error}") from error

    def _fail(self, code: int, message: str) -> None:
        self.exitcode = code
        print(f"scrapy deploy: not deployed: {escape_control_characters(' '.join(message.split()))}", file=sys.stderr)
