"""ElevenLabs' speech: the `character-cost` header of the answer is the bill, in credits."""

import json
import re

_HOST = re.compile(r"(^|\.)elevenlabs\.io$")
_SPEECH = re.compile(r"/text-to-speech/([^/]+)(/stream)?(/with-timestamps)?$")
_OTHERS = {"text-to-dialogue": "text_to_dialogue", "sound-generation": "sound_generation", "music": "music",
           "speech-to-speech": "speech_to_speech", "audio-isolation": "audio_isolation",
           "speech-to-text": "speech_to_text", "text-to-voice": "voice_design"}


def read_request(method, url, headers, body):
    if method != "POST" or not (_HOST.search(url.hostname or "") or headers.get("xi-api-key")):
        return None
    speech = _SPEECH.search(url.path)
    steps = url.path.split("/")
    operation = "text_to_speech" if speech else next((_OTHERS[step] for step in steps if step in _OTHERS), None)
    if operation is None:
        return None
    facts = {"service": "elevenlabs", "operation": operation, "status": "incomplete", "usage": {}}
    if speech:
        facts["voice"] = speech.group(1)
    asked = _json(body)
    model = asked.get("model_id") or ("eleven_multilingual_v2" if speech else None)
    if isinstance(model, str):
        facts["requestModel"] = facts["responseModel"] = model
    if isinstance(asked.get("text"), str):
        facts["usage"]["characters"] = len(asked["text"])
    return facts


def wants_body(status):
    return status >= 400


def read_answer(facts, status, headers, text, complete):
    facts["httpStatus"] = status
    if headers.get("request-id"):
        facts["id"] = headers["request-id"]
    if status >= 400:
        detail = _json(text).get("detail")
        code = detail.get("status") if isinstance(detail, dict) else None
        facts.pop("usage", None)
        return {**facts, "status": "failed", "errorCode": str(code or status)}
    credits = headers.get("character-cost")
    if credits and credits.isdigit():
        facts["usage"] = {**facts["usage"], "credits": int(credits)}
    return {**facts, "status": "ok" if complete or "credits" in facts["usage"] else "incomplete"}


def _json(body):
    try:
        value = json.loads(body) if body else {}
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
