"""Functions that graphs/tools.yaml calls."""


def words(text: str) -> int:
    """Counts the words of a text."""
    return len(text.split())


def longest(text: str) -> str:
    """Finds the longest word of a text; of several the first."""
    return max(text.split(), key=len, default="")


def summary(state):
    """Gets the state, and returns the keys that are to be written."""
    result = state["result"]
    outcome = result["result"] if result["success"] else result["error"]
    return {"report": f"{result['tool']}: {outcome} (checksum {state['sum'].split()[0]})"}
