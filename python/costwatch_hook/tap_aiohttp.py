"""aiohttp: at the response's content, which is fed what has been decoded already."""

import json
import time
from contextvars import ContextVar

from .call import open_call, quietly, refuse_if_used_up

# The body of the request that is under way in this task, and when it began.
_request = ContextVar("costwatch_request", default=(None, None, None))


def install(aiohttp):
    session, response = aiohttp.ClientSession, aiohttp.ClientResponse
    request, start = session._request, response.start

    async def watched_request(self, method, url, **options):
        refuse_if_used_up(method.upper(), str(url), _headers(self, options))
        token = _request.set(_body_and_time(options))
        try:
            return await request(self, method, url, **options)
        finally:
            _request.reset(token)

    async def watched_start(self, connection):
        started = await start(self, connection)
        _follow(self)
        return started

    session._request, response.start = watched_request, watched_start


@quietly
def _headers(session, options):
    sent = {**session.headers, **dict(options.get("headers") or {})}
    return {str(name).lower(): str(value) for name, value in sent.items()}


def _body_and_time(options):
    body = options.get("json")
    try:
        body = options.get("data") if body is None else json.dumps(body)
    except (TypeError, ValueError):  # The program will hear of that from aiohttp.
        body = None
    return body, time.time(), time.monotonic()


@quietly
def _follow(response):
    body, sent_at, tick = _request.get()
    headers = {name.lower(): value for name, value in response.request_info.headers.items()}
    call = open_call(response.method, str(response.request_info.url), headers, body)
    if call is None:
        return
    if sent_at is not None:
        call.sent_at, call.tick = sent_at, tick
    call.answered(
        response.status,
        {name.lower(): value for name, value in response.headers.items() if name.lower() != "content-encoding"},
    )
    content = response.content
    for chunk in getattr(content, "_buffer", ()):
        call.received(chunk)
    if content.is_eof():
        call.end(True)
    else:
        # Its instances have room for nothing of ours, so this one gets a class of its own.
        content.__class__ = _watched(type(content), call)


def _watched(kind, call):
    class Watched(kind):
        __slots__ = ()

        def feed_data(self, data, *args):
            call.received(data)
            return kind.feed_data(self, data, *args)

        def feed_eof(self):
            call.end(True)
            return kind.feed_eof(self)

        def set_exception(self, error, *args):
            call.end(False, error)
            return kind.set_exception(self, error, *args)

    Watched.__name__ = Watched.__qualname__ = kind.__name__
    return Watched
