"""What run.py made for the tests."""


class Setting:
    engine = None
    image = "cork-smoke"
