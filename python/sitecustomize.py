"""Loaded by Python itself in every process of `costwatch run` (experimental): it lets the run see the calls.

Another sitecustomize that this one stands in front of is loaded too.
"""

import os
import sys


def _watch():
    directory = os.environ.get("COSTWATCH_DIR")
    if directory and os.path.isdir(directory):
        from costwatch_hook import install

        install(directory)


def _load_shadowed():
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    others = [path for path in sys.path if os.path.abspath(path or ".") != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


try:
    _watch()
except Exception:  # The program goes on as without us.
    pass
_load_shadowed()
