"""httpx, sync and async, on which google-genai and elevenlabs build: at its transports, streams passed through."""

from .call import open_call, quietly, refuse_if_used_up


def install(httpx):
    sync, asynchronous = httpx.HTTPTransport, httpx.AsyncHTTPTransport
    handle, handle_async = sync.handle_request, asynchronous.handle_async_request

    def handle_request(self, request):
        refuse_if_used_up(request.method, str(request.url), request.headers)
        call = _open(request)
        if call is None:
            return handle(self, request)
        try:
            response = handle(self, request)
        except BaseException as error:
            call.end(False, error)
            raise
        _follow(call, response, _SyncStream, httpx.SyncByteStream)
        return response

    async def handle_async_request(self, request):
        refuse_if_used_up(request.method, str(request.url), request.headers)
        call = _open(request)
        if call is None:
            return await handle_async(self, request)
        try:
            response = await handle_async(self, request)
        except BaseException as error:
            call.end(False, error)
            raise
        _follow(call, response, _AsyncStream, httpx.AsyncByteStream)
        return response

    sync.handle_request = handle_request
    asynchronous.handle_async_request = handle_async_request


@quietly
def _open(request):
    try:
        body = request.content
    except Exception:  # A stream that is only read while it is sent.
        body = b""
    return open_call(request.method, str(request.url), request.headers, body)


@quietly
def _follow(call, response, kind, base):
    call.answered(response.status_code, response.headers)
    # httpx asks of what class the stream is.
    response.stream = type(kind.__name__, (kind, base), {})(response.stream, call)


class _SyncStream:
    def __init__(self, stream, call):
        self._stream, self._call = stream, call

    def __iter__(self):
        try:
            for chunk in self._stream:
                self._call.received(chunk)
                yield chunk
        except Exception as error:
            self._call.end(False, error)
            raise
        self._call.end(True)

    def close(self):
        self._call.end(False)
        self._stream.close()


class _AsyncStream:
    def __init__(self, stream, call):
        self._stream, self._call = stream, call

    async def __aiter__(self):
        try:
            async for chunk in self._stream:
                self._call.received(chunk)
                yield chunk
        except Exception as error:
            self._call.end(False, error)
            raise
        self._call.end(True)

    async def aclose(self):
        self._call.end(False)
        await self._stream.aclose()
