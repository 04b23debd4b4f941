// An HTTP/1.1 server for tests, which keeps every byte it was ever sent.
#pragma once

#include "certs/openssl_ptr.h"
#include "tests/integration/wire.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace cork::test {

struct OriginRequest {
  std::string head;
  std::string body;  // without chunk framing
  bool complete = false;
};

class Origin {
 public:
  // Answers a request; what it returns is sent as it is. An empty answer closes the connection.
  using Respond = std::function<std::string(const OriginRequest&)>;

  // In clear text where `certificate_pem` is empty.
  Origin(Respond respond, const std::string& certificate_pem, const std::string& key_pem);
  ~Origin();
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  // What answers a GET of `path` by itself, as long as it likes. Before the first request.
  using Stream = std::function<void(Wire&)>;
  void stream(std::string path, Stream answer) {
    streamed_path_ = std::move(path);
    stream_ = std::move(answer);
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  // Everything received, over all connections.
  [[nodiscard]] std::string received() const;
  [[nodiscard]] std::vector<OriginRequest> requests() const;  // whole ones and others
  [[nodiscard]] std::size_t complete_requests() const;
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

 private:
  void accept_loop();
  void serve(Wire& wire);
  bool read_request(Wire& wire, OriginRequest& request);
  void keep(std::string_view bytes);

  Respond respond_;
  std::string streamed_path_;
  Stream stream_;
  certs::SslCtxPtr context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::string received_;
  std::vector<OriginRequest> requests_;
  std::set<int> open_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// "HTTP/1.1 200 OK" with that body and its length.
[[nodiscard]] std::string ok(std::string_view body);

}  // namespace cork::test
