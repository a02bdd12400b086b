"""One HTTP call from its request to its last byte: a tap hands it what passes, and it records what that means."""

import functools
import json
import os
import time
import zlib
from datetime import datetime, timezone
from urllib.parse import urlsplit

from . import elevenlabs, gate, gemini, spool

MAX_BYTES = 32 * 1024 * 1024
INTERVAL_S = 0.25


def quietly(observe):
    """Nothing of ours may reach the program, whatever goes wrong."""

    @functools.wraps(observe)
    def safely(*args, **kwargs):
        try:
            return observe(*args, **kwargs)
        except Exception:
            return None

    return safely


@quietly
def open_call(method, url, headers, body):
    """A call to follow; None for a request of no concern. `headers` is looked up by lower-case names."""
    provider, facts = _recognise(method, url, headers, body)
    return None if facts is None else Call(provider, facts)


def refuse_if_used_up(method, url, headers, body=b""):
    """Raises CostwatchBudgetError for a call of a budget that is used up. To be called before anything is sent."""
    error = _refusal(method, url, headers, body)
    if error is not None:
        raise error


@quietly
def _refusal(method, url, headers, body):
    _, facts = _recognise(method, url, headers, body)
    error = facts and gate.used_up(facts["service"])
    if not error:
        return None
    number, identity = spool.next_call()
    spool.call("refused", number, _event(identity, facts, time.time()), budget=error.budget, reason=error.reason)
    return error


def _recognise(method, url, headers, body):
    parts = urlsplit(url)
    for provider in (gemini, elevenlabs):
        facts = provider.read_request(method, parts, headers, body)
        if facts is not None:
            return provider, facts
    return None, None


class Call:
    def __init__(self, provider, facts):
        self.provider = provider
        self.facts = facts
        self.number, self.id = spool.next_call()
        self.sent_at = time.time()
        self.tick = time.monotonic()
        self.status = None
        self.headers = {}
        self.parts = None
        self.size = 0
        self.has_ended = False
        self.next_reading = 0.0
        self.report("start")

    @quietly
    def answered(self, status, headers):
        self.status = status
        self.headers = headers
        if self.provider.wants_body(status):
            self.parts = []
        self.read(False)
        self.report("headers")

    @quietly
    def received(self, chunk):
        """Bytes as they came over the wire; content encodings are undone here."""
        self.size += len(chunk)
        if self.parts is None or self.has_ended:
            return
        self.parts.append(bytes(chunk))
        if self.size > MAX_BYTES:
            self.parts = None
        elif b"usageMetadata" in chunk and time.monotonic() >= self.next_reading:
            self.next_reading = time.monotonic() + INTERVAL_S
            self.read(False)
            self.report("usage")

    @quietly
    def end(self, complete, error=None):
        if self.has_ended:
            return
        self.has_ended = True
        if self.status is None:
            # Without an answer nothing is known but whether the server was reached.
            unreached = isinstance(error, ConnectionRefusedError) or type(error).__name__ in ("ConnectError", "gaierror")
            self.facts["status"] = "failed" if unreached else "incomplete"
        else:
            self.read(complete)
        if error is not None and self.facts["status"] != "ok":
            self.facts.setdefault("errorCode", type(error).__name__)
        self.report("end")

    def read(self, complete):
        text = self.text()
        self.facts = self.provider.read_answer(dict(self.facts), self.status, self.headers, text, complete)

    def text(self):
        if not self.parts:
            return None
        whole = b"".join(self.parts)
        coding = (self.headers.get("content-encoding") or "").lower()
        if coding in ("gzip", "x-gzip", "deflate"):
            whole = zlib.decompressobj(47 if coding != "deflate" else zlib.MAX_WBITS).decompress(whole)
        return whole.decode("utf-8", "replace")

    def report(self, phase):
        event = _event(self.id, self.facts, self.sent_at)
        if phase != "start":
            event["durationMs"] = round((time.monotonic() - self.tick) * 1000)
        spool.call(phase, self.number, event)


def _event(identity, facts, sent_at):
    timestamp = datetime.fromtimestamp(sent_at, timezone.utc).isoformat(timespec="milliseconds")
    event = {"id": identity, **facts, "timestamp": timestamp.replace("+00:00", "Z"), "attempt": 1}
    labels = _labels()
    if labels:
        event["labels"] = labels
    session = os.environ.get("COSTWATCH_SESSION")
    if session:
        event["sessionId"] = session
    return event


def _labels():
    try:
        labels = json.loads(os.environ.get("COSTWATCH_LABELS") or "{}")
    except ValueError:
        return {}
    return {name: text for name, text in labels.items() if isinstance(text, str)} if isinstance(labels, dict) else {}
