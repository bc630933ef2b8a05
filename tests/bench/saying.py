"""How a figure is said."""


def say(name: str, value: str) -> None:
    print(f"{name:<58} {value}", flush=True)
