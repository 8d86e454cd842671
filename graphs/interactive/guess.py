"""The talk of graphs/interactive.yaml: what is known of the game is in the state."""

SECRET = 42


def begin(state):
    return {"question": "Which number from 1 to 100 do I think of?", "guesses": []}


def judge(state):
    try:
        guess = int(state["guess"])
    except ValueError:
        return {"question": "That is no whole number. Which one is it?"}
    guesses = state["guesses"] + [guess]
    if guess == SECRET:
        return {"question": "", "guesses": guesses, "is_over": True}
    hint = "more" if guess < SECRET else "less"
    return {"question": f"It is {hint} than that. Which one is it?", "guesses": guesses}


def end(state):
    count = len(state["guesses"])
    found = "Found" if state["is_over"] else "Not found"
    return {"verdict": f"{found} after {count} {'guess' if count == 1 else 'guesses'}."}
