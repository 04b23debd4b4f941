#include "proxy/config/config.h"

namespace cork::config {

std::string default_config_text() {
  return R"(# cork.yaml: what the bottles of this machine may reach. docs/configuration.md lists every key.
# An error in this file is reported with its line, and cork does not start on one.
version: 1

ca:
  directory: ~/.local/share/cork/ca        # cork's certificate authority; made on first use
audit:
  path: ~/.local/share/cork/audit.jsonl    # one record of every exchange
  # max_bytes: 10GiB                       # it grows no further: traffic waits for its rotation
metrics:
  listen: 127.0.0.1:9090                   # /metrics /healthz /readyz

# upstream:
#   ca_file: company-root.pem              # trusted beside the system's roots
# rules:
#   files: [own-rules.toml]                # gitleaks-form rules beside cork's own

bottles:
  dev:
    listen: 127.0.0.1:8888                 # this bottle's own door
    mode: enforce                          # observe: decide and record, refuse only what must never pass
    on_leak: block                         # redact: mask a secret in a body; warn: only record it
    # use: [claude-code]                   # sets of routes by name: docs/presets.md
    # Everything that is not named here is refused. A host alone is TLS on port 443.
    allow:
      # Packages: reading only.
      - {host: pypi.org, methods: [GET, HEAD]}
      - {host: files.pythonhosted.org, methods: [GET, HEAD]}
      - {host: registry.npmjs.org, methods: [GET, HEAD]}
      - {host: index.crates.io, methods: [GET, HEAD]}
      - {host: static.crates.io, methods: [GET, HEAD]}
      - {host: proxy.golang.org, methods: [GET, HEAD]}
      - {host: sum.golang.org, methods: [GET, HEAD]}

      # The model your agent talks to: take the '#' off one.
      # - api.anthropic.com
      # - api.openai.com
      # - generativelanguage.googleapis.com

      # Code. git's words are fetch, push and lfs (LFS download); nothing else of the host is open.
      # - {host: github.com, git: fetch}
      # - {host: api.github.com, methods: [GET, HEAD], paths: [/repos/pypy/**]}
      # - {host: raw.githubusercontent.com, methods: [GET, HEAD]}

      # Other forms of a route:
      # - "*.cdn.example.com"              # exactly one label; "**.example.com" for any depth
      # - registry.example.com:5000        # another port
      # - http://mirror.example.com        # clear text, only where it is spelled out
      # - host: db.corp.example            # a private address must be opened
      #   addresses: [10.1.0.0/16]
)";
}

}  // namespace cork::config
