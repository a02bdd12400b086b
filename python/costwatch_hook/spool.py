"""This process's records: one JSON line each, in the file that is the truth and on the socket that is live."""

import atexit
import itertools
import json
import os
import socket
import sys
import time

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_state = None


class _Spool:
    def __init__(self, directory):
        self.directory = directory
        self.process = "%d-0-%s" % (os.getpid(), _base36(int(time.time() * 1000)))
        self.numbers = itertools.count(1)
        self.sequence = itertools.count()
        path = os.path.join(directory, self.process + ".jsonl")
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        self.socket = None
        self.is_live = bool(os.environ.get("COSTWATCH_SOCKET"))

    def line(self, phase, fields):
        record = {"v": 1, "process": self.process, "seq": next(self.sequence), "phase": phase}
        return (json.dumps({**record, **fields}) + "\n").encode()

    def append(self, line):
        try:
            os.write(self.file, line)
        except OSError:
            pass

    def feed(self, line):
        """Never waits and never tries again: the file has everything."""
        if not self.is_live:
            return
        try:
            if self.socket is None:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(os.environ["COSTWATCH_SOCKET"])
                self.socket.setblocking(False)
            if self.socket.send(line) == len(line):
                return
        except OSError:
            pass
        self.is_live = False
        self.socket.close()


def start(directory):
    """Opens the file, whose first record describes the process. A forked process gets a file of its own."""
    _open(directory)
    atexit.register(_process_ended)
    os.register_at_fork(after_in_child=lambda: _reopen(directory))


def _open(directory):
    global _state
    _state = _Spool(directory)
    script = os.path.basename(sys.argv[0]) if getattr(sys, "argv", None) else ""
    description = {"pid": os.getpid(), "ppid": os.getppid(), "thread": 0, "script": script or "python"}
    _state.append(_state.line("hello", {**description, "python": sys.version.split()[0]}))


def _reopen(directory):
    global _state
    try:
        _open(directory)
    except OSError:
        _state = None


def _process_ended():
    if _state is not None:
        _state.append(_state.line("bye", {}))


def directory():
    """The run's folder."""
    return _state.directory


def next_call():
    """The number and the id of a new call."""
    number = next(_state.numbers)
    return number, "%s-%d" % (_state.process, number)


def call(phase, number, event, **more):
    _write(phase, {"call": number, "event": event, **more})


def report_problem(reason):
    """`reason` is a sentence of ours; never a message of the program, which might quote a prompt."""
    _write("trouble", {"reason": reason})


def _write(phase, fields):
    if _state is None:
        return
    line = _state.line(phase, fields)
    _state.append(line)
    _state.feed(line)


def _base36(number):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
