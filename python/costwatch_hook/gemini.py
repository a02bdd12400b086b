"""Gemini's generateContent, whole and streamed: which requests they are, and what the answer says was used."""

import json
import re

_PATH = re.compile(r"/models/([^/:]+):(generateContent|streamGenerateContent)$")
_HOST = re.compile(r"(^|[.-])(generativelanguage|aiplatform)\.googleapis\.com$")
_KEYS = ("x-goog-api-key", "x-goog-api-client", "x-goog-user-project")
_LIST = {"promptTokensDetails": "inputTokensByModality", "candidatesTokensDetails": "outputTokensByModality",
         "cacheTokensDetails": "cacheReadTokensByModality"}


def read_request(method, url, headers, body):
    found = _PATH.search(url.path)
    if method != "POST" or not found:
        return None
    if not _HOST.search(url.hostname or "") and "key=" not in url.query and not any(map(headers.get, _KEYS)):
        return None
    is_vertex = "/publishers/" in url.path or "aiplatform" in (url.hostname or "")
    return {
        "service": "gemini",
        "operation": "generate_content",
        "platform": "vertex" if is_vertex else "gemini-api",
        "requestModel": found.group(1),
        "status": "incomplete",
    }


def wants_body(_status):
    return True


def read_answer(facts, status, _headers, text, complete):
    facts["httpStatus"] = status
    documents = list(_documents(text or ""))
    if status >= 400:
        error = next((document["error"] for document in documents if isinstance(document.get("error"), dict)), {})
        return {**facts, "status": "failed", "errorCode": str(error.get("status") or status)}
    for document in documents:
        if isinstance(document.get("modelVersion"), str):
            facts["responseModel"] = document["modelVersion"]
        if isinstance(document.get("responseId"), str):
            facts["id"] = document["responseId"]
        usage = _usage(document.get("usageMetadata"))
        if usage:
            facts["usage"] = usage
    return {**facts, "status": "ok" if complete else "incomplete"}


def _documents(text):
    """The JSON objects of an answer: one, a list, or the data of an event stream. A cut-off end is left out."""
    texts = [line[5:] for line in text.splitlines() if line.startswith("data:")] or [text]
    for part in texts:
        try:
            value = json.loads(part)
        except ValueError:
            continue
        for document in value if isinstance(value, list) else [value]:
            if isinstance(document, dict):
                yield document


def _usage(metadata):
    if not isinstance(metadata, dict):
        return None
    prompt, candidates, thoughts, tools, cached = (
        _count(metadata.get(name))
        for name in ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount",
                     "cachedContentTokenCount")
    )
    if prompt + candidates + thoughts == 0:
        return None
    usage = {"inputTokens": prompt + tools, "outputTokens": candidates + thoughts}
    if cached:
        usage["cacheReadInputTokens"] = min(cached, prompt)
    if thoughts:
        usage["reasoningOutputTokens"] = thoughts
    if tools:
        usage["toolUseInputTokens"] = tools
    for theirs, ours in _LIST.items():
        parts = {str(part.get("modality")).lower(): _count(part.get("tokenCount")) for part in metadata.get(theirs) or []}
        if parts:
            usage[ours] = parts
    return usage


def _count(value):
    return value if isinstance(value, int) and value > 0 else 0
