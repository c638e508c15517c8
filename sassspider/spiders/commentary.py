"""The section that the project is for."""

from __future__ import annotations

from sassspider.spiders.section import SectionSpider


class CommentarySpider(SectionSpider):
    """RESEARCH > Commentary, the academy's commentary on China's policies; arguments see ``section``."""

    name = "commentary"
    section_id = "103002"
