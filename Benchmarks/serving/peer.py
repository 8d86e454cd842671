"""What the guide of SynapseKit shows: a graph of one node that asks a model, its tokens as server-sent events by FastAPI.

    python peer.py PORT

The text of the events is made by hand, as in the guide: the release's own `sse_stream` sends no tokens.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from synapsekit.graph import StateGraph, llm_node
from synapsekit.llm.base import LLMConfig
from synapsekit.llm.openai import OpenAILLM

# Where the provider is, its client takes from OPENAI_BASE_URL.
llm = OpenAILLM(LLMConfig(model="test-model", api_key="not-a-key", provider="openai"))
graph = StateGraph()
graph.add_node("answer", llm_node(llm, stream=True))
graph.set_entry_point("answer")
graph.set_finish_point("answer")
compiled = graph.compile()
app = FastAPI()


@app.get("/graphs/answer/stream")
async def stream(question: str) -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        async for event in compiled.stream_tokens({"input": question}):
            if event["type"] == "token":
                yield f"data: {event['token']}\n\n"
        yield "data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", backlog=4096)
