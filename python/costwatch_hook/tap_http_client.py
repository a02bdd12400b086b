"""`http.client`, and so urllib, urllib3 and requests: the bytes are seen where the response reads its socket."""

from .call import open_call, quietly, refuse_if_used_up


def install(client):
    connection = client.HTTPConnection
    _before(connection, "putrequest", _begin)
    _before(connection, "putheader", _add_header)
    _before(connection, "send", _add_body)
    _refuse_before_sending(connection)
    getresponse = connection.getresponse

    def watched(self, *args, **kwargs):
        call = _call_of(self)
        try:
            response = getresponse(self, *args, **kwargs)
        except Exception as error:
            if call:
                call.end(False, error)
            raise
        if call:
            _follow(call, response)
        return response

    connection.getresponse = watched


def _before(owner, name, observe):
    original = getattr(owner, name)
    observe = quietly(observe)

    def wrapper(self, *args, **kwargs):
        observe(self, *args, **kwargs)
        return original(self, *args, **kwargs)

    wrapper.__name__, wrapper.__doc__ = name, original.__doc__
    setattr(owner, name, wrapper)


def _refuse_before_sending(connection):
    """All headers are known at `endheaders`, and none of them has been sent."""
    endheaders = connection.endheaders

    def checked(self, *args, **kwargs):
        request = getattr(self, "_costwatch", None)
        if request is not None:
            refuse_if_used_up(request["method"], _url_of(self, request), request["headers"])
        return endheaders(self, *args, **kwargs)

    checked.__name__, checked.__doc__ = "endheaders", endheaders.__doc__
    connection.endheaders = checked


def _begin(self, method, url, *_args, **_kwargs):
    self._costwatch = {"method": method, "url": url, "headers": {}, "body": []}


def _add_header(self, header, *values):
    name = header.decode("latin-1") if isinstance(header, bytes) else header
    texts = [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in values]
    self._costwatch["headers"][name.lower()] = " ".join(texts)


def _add_body(self, data):
    """The head passes here too; what is wanted of it was seen before."""
    request = getattr(self, "_costwatch", None)
    if request is not None and isinstance(data, (bytes, bytearray)) and not data.startswith(request["method"].encode() + b" "):
        request["body"].append(bytes(data))


@quietly
def _call_of(self):
    request = self.__dict__.pop("_costwatch", None)
    if request is None:
        return None
    return open_call(request["method"], _url_of(self, request), request["headers"], b"".join(request["body"]))


def _url_of(self, request):
    url = request["url"]
    if "://" in url:
        return url
    scheme = "https" if hasattr(self, "_context") else "http"
    return "%s://%s%s" % (scheme, request["headers"].get("host", self.host), url)


@quietly
def _follow(call, response):
    call.answered(response.status, {name.lower(): value for name, value in response.getheaders()})
    if response.fp is None:
        call.end(True)
    else:
        response.fp = _Tee(response.fp, call, response.chunked, response.length)


class _Tee:
    """Stands before the response's file: what is read from it is read as before, and seen."""

    def __init__(self, file, call, is_chunked, length):
        self._file, self._call, self._left = file, call, length
        self._chunks = _Chunks() if is_chunked else None
        self._is_whole = length == 0

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __iter__(self):
        return iter(self.readline, b"")

    def read(self, *args):
        return self._see(self._file.read(*args), args[:1] != (0,))

    def read1(self, *args):
        return self._see(self._file.read1(*args), args[:1] != (0,))

    def readline(self, *args):
        return self._see(self._file.readline(*args), True)

    def readinto(self, buffer):
        size = self._file.readinto(buffer)
        self._see(memoryview(buffer)[:size].tobytes() if size else b"", len(buffer) > 0)
        return size

    def close(self):
        self._file.close()
        self._call.end(self._is_whole)

    def _see(self, data, wanted):
        self._look(data, wanted)
        return data

    @quietly
    def _look(self, data, wanted):
        if self._chunks:
            self._call.received(self._chunks.add(data))
            self._is_whole = self._chunks.is_whole
            return
        self._call.received(data)
        if self._left is not None:
            self._left -= len(data)
            self._is_whole = self._left <= 0
        elif wanted and not data:
            self._is_whole = True


class _Chunks:
    """Undoes the chunked transfer coding (RFC 9112, 7.1)."""

    def __init__(self):
        self.is_whole = False
        self._rest = b""
        self._left = 0

    def add(self, data):
        self._rest += data
        out = []
        while self._rest and not self.is_whole:
            if self._left > 0:
                part, self._rest = self._rest[: self._left], self._rest[self._left :]
                self._left -= len(part)
                out.append(part)
                continue
            line, newline, rest = self._rest.partition(b"\n")
            if not newline:
                break
            self._rest = rest
            size = line.split(b";")[0].strip()
            if size:
                self._left = int(size, 16)
                self.is_whole = self._left == 0
        return b"".join(out)
