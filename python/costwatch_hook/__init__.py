"""Watches the Gemini and ElevenLabs calls of a Python process and records them as the Node hook does."""

import sys
from importlib.machinery import PathFinder

from . import spool

TAPS = {"http.client": "tap_http_client", "httpx": "tap_httpx", "aiohttp": "tap_aiohttp"}


def install(directory):
    """Starts the spool of this process; each way of making calls is tapped when the program imports it."""
    spool.start(directory)
    sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds nothing by itself: it only looks on when one of the modules above is loaded."""

    def find_spec(self, name, path=None, target=None):
        tap = TAPS.get(name)
        if tap is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            _after_loading(spec.loader, tap)
        return spec


def _after_loading(loader, tap):
    load = loader.exec_module

    def exec_module(module):
        load(module)
        try:
            from importlib import import_module

            import_module("." + tap, __name__).install(module)
        except Exception:
            spool.report_problem("one way of making calls could not be watched in this version of Python")

    loader.exec_module = exec_module
