"""What run.py made for the tests."""


class Setting:
    engine = None
    image = "cork-smoke"
    compose_two = ()         # `docker compose` 2, as arguments
    resolver = "127.0.53.1"  # what the engine takes for the host's resolver
