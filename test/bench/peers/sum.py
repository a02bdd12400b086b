"""The sums of a log in Python: `python3 sum.py KIND FILE…`. Of two records of a call the fuller one counts."""

import json
import sys

NONE = {}


def answer(body):
    usage = body.get("usageMetadata", NONE)
    count = usage.get
    return (
        body.get("responseId"),
        count("promptTokenCount", 0) + count("toolUsePromptTokenCount", 0),
        count("candidatesTokenCount", 0) + count("thoughtsTokenCount", 0),
    )


def cost_line(record):
    count = record["metadata"].get
    total = count("tokens", 0)
    return None, count("input_tokens", count("prompt_tokens", total)), count("output_tokens", count("completion_tokens", 0))


READERS = {
    "gemini": answer,
    "uniform": lambda record: answer(record["response"]),
    "images": lambda record: answer(record["response"]),
    "entries": lambda record: (None, record["input"]["prompt_tokens"], record["output"]["output_tokens"]),
    "costs": cost_line,
}

read = READERS[sys.argv[1]]
known = {}
calls = inputs = outputs = 0
for name in sys.argv[2:]:
    for line in open(name, "rb"):
        call, tokens_in, tokens_out = read(json.loads(line))
        if call is not None:
            before = known.get(call)
            if before is not None and before[0] + before[1] >= tokens_in + tokens_out:
                continue
            known[call] = (tokens_in, tokens_out)
            if before is not None:
                calls, inputs, outputs = calls - 1, inputs - before[0], outputs - before[1]
        calls += 1
        inputs += tokens_in
        outputs += tokens_out
print(calls, inputs, outputs)
