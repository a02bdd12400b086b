"""Refuses calls for a budget that is used up. A Python process reserves nothing: it goes by what the run has written."""

import json
import os

from . import spool


class CostwatchBudgetError(Exception):
    """What a program gets in place of an answer when a budget refused its call before it was sent."""

    code = "ERR_COSTWATCH_BUDGET"

    def __init__(self, budget, message):
        super().__init__(message)
        self.budget = budget
        self.reason = message.replace("costwatch refused this call: ", "", 1)


def used_up(service):
    """The error for calls of this service; None while they may be sent."""
    if not os.environ.get("COSTWATCH_GATE"):
        return None
    try:
        with open(os.path.join(spool.directory(), "stop"), encoding="utf-8") as file:
            notice = json.load(file).get(service)
        return CostwatchBudgetError(str(notice["budget"]), str(notice["message"])) if notice else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
