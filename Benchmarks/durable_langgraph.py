"""Durable runs in LangGraph with its SQLite saver: wall seconds and bytes of the file, as lines of JSON.

The same work as `GraphBenchmarks --only kept`. Usage: durable_langgraph.py [--times N] [--folder FOLDER]
"""

import argparse
import json
import operator
import os
import sqlite3
import sys
import tempfile
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class Log(TypedDict):
    log: Annotated[list, operator.add]


class Messages(TypedDict):
    messages: Annotated[list, operator.add]
    n: int


def line(count, update):
    graph = StateGraph(Log)
    last = START
    for index in range(count):
        graph.add_node(f"n{index}", lambda state: update)
        graph.add_edge(last, f"n{index}")
        last = f"n{index}"
    graph.add_edge(last, END)
    return graph, {"log": []}


def agent():
    def model(state):
        return {
            "messages": [{"role": "assistant", "content": f"I call the tool for the time number {state['n']} now"}],
            "n": state["n"] + 1,
        }

    def tool(state):
        text = "\n".join(f"line {line} of what tool call {state['n']} has returned" for line in range(100))
        return {"messages": [{"role": "tool", "id": f"call_{state['n']}", "content": text}]}

    graph = StateGraph(Messages)
    graph.add_node("model", model)
    graph.add_node("tool", tool)
    graph.add_edge(START, "model")
    graph.add_edge("model", "tool")
    graph.add_conditional_edges("tool", lambda state: "model" if state["n"] < 100 else END)
    return graph, {"messages": [], "n": 0}


def run(graph, given, durability, folder):
    path = os.path.join(folder, "threads.sqlite")
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    connection = sqlite3.connect(path, check_same_thread=False)
    compiled = graph.compile(checkpointer=SqliteSaver(connection))
    config = {"configurable": {"thread_id": "t"}, "recursion_limit": 10_000}
    start = time.monotonic()
    compiled.invoke(given, config, durability=durability)
    seconds = time.monotonic() - start
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return seconds, os.path.getsize(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(dir=arguments.folder)
    works = {
        "1,000 nodes in a row": line(1000, {"log": [1]}),
        "500 steps that each add 1 KB to a list": line(500, {"log": ["x" * 1000]}),
        "an agent with 100 calls of a tool": agent(),
    }
    for name, (graph, given) in works.items():
        for durability in ("sync", "async", "exit"):
            results = [run(graph, given, durability, folder) for _ in range(arguments.times)]
            seconds = sorted(seconds for seconds, _ in results)
            print(json.dumps({
                "name": f"{name}, {durability}", "least_s": round(seconds[0], 3), "most_s": round(seconds[-1], 3),
                "bytes": results[-1][1],
            }), flush=True)
    return 0


sys.exit(main())
