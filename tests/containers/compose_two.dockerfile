# `docker compose` 2 of Debian 13, for an engine of Debian 12, which has only `docker-compose` 1.29.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends docker-cli docker-compose && \
    rm -rf /var/lib/apt/lists/*
