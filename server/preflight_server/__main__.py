"""``python -m preflight_server`` is the command ``coreml-preflight``."""

from preflight_server.cli.main import main

if __name__ == "__main__":
    main()
