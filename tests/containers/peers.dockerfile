# The agent and the origins of the smoke test: what they run is mounted.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends curl python3 && \
    rm -rf /var/lib/apt/lists/*
