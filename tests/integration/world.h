// A running cork, an origin behind it and a client before it, all in one process and on loopback.
//
//   World world;
//   Wire agent = world.tunnel();                    // CONNECT origin.test, TLS with cork's CA
//   agent.send("GET / HTTP/1.1\r\nHost: " + world.authority() + "\r\n\r\n");
#pragma once

#include "proxy/app/assembly.h"
#include "proxy/io/resolver.h"
#include "tests/integration/origin.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cork::test {

// Answers from a table that a test may change between two questions.
class TableResolver final : public io::Resolver {
 public:
  io::Awaitable<io::IoResult<std::vector<IpAddress>>> resolve(std::string name, std::string asker,
                                                              std::uint64_t deadline_ms) override;

  // Each lookup takes the next answer; the last one stays.
  void answer(const std::string& name, std::vector<std::vector<std::string>> answers);
  [[nodiscard]] std::vector<std::string> asked() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::vector<std::string>>> answers_;
  std::vector<std::string> asked_;
};

struct WorldOptions {
  Origin::Respond respond = [](const OriginRequest&) { return ok("hello"); };
  policy::Mode mode = policy::Mode::enforce;
  policy::OnLeak on_leak = policy::OnLeak::block;
  std::vector<std::string> methods = {};
  std::vector<std::string> paths = {};
  std::vector<policy::GitVerb> git = {};
  std::vector<std::string> opened = {"127.0.0.1/32"};
  std::vector<std::string> more_hosts = {};    // on the origin's port
  std::vector<std::string> more_bottles = {};  // by name, beside "dev", with a door each
  policy::Tls tls = policy::Tls::intercept;
  std::uint64_t upload_limit_bytes = kPassthroughUploadBytes;
  policy::Opaque opaque = policy::Opaque::allow;
  app::Overrides overrides = {};
  std::size_t workers = 1;
  bool first_seen = false;               // `credential: first-seen`
  std::vector<std::string> pinned = {};  // or these values
  bool clear_origin = false;
  bool metrics = false;
  std::function<void(config::Config&)> change = {};  // before cork starts
};

class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Origin& origin() noexcept { return *origin_; }
  TableResolver& resolver() noexcept { return *resolver_; }
  app::Assembly& cork() noexcept { return *assembly_; }

  // "origin.test:PORT".
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string authority(const std::string& host) const;
  [[nodiscard]] std::uint16_t proxy_port(std::size_t door = 0) const;
  [[nodiscard]] std::uint16_t metrics_port() const;
  [[nodiscard]] std::string ca_pem() const;
  // Of the CA that signed the origin's certificate.
  [[nodiscard]] std::string origin_ca_pem() const { return root_.certificate_pem(); }

  // To the proxy, nothing said yet.
  [[nodiscard]] Wire connect(std::size_t door = 0) const;
  // Through CONNECT, which was answered 200, and nothing said behind it.
  [[nodiscard]] Wire open_tunnel(const std::string& host = "origin.test",
                                 std::size_t door = 0) const;
  // Through CONNECT and TLS, as a client that trusts cork's CA.
  [[nodiscard]] Wire tunnel(const std::string& host = "origin.test", std::size_t door = 0) const;
  // One request inside a new tunnel, and everything that came back until the connection closed or
  // the response was whole.
  std::string exchange(const std::string& request, const std::string& host = "origin.test");

  // Takes a configuration whose bottle may reach those hosts alone.
  [[nodiscard]] Result<std::vector<std::string>, Diagnostics> reload(
      const std::vector<std::string>& hosts);
  // Takes config() as it is by then.
  [[nodiscard]] Result<std::vector<std::string>, Diagnostics> reload() {
    return assembly_->reload(config_);
  }
  // What reload() makes the routes of.
  [[nodiscard]] WorldOptions& options() noexcept { return options_; }
  // What it is made from, for other changes.
  [[nodiscard]] config::Config& config() noexcept { return config_; }

  // Pins those values from the next reload() on.
  void pin(std::vector<std::string> values) { options_.pinned = std::move(values); }

  // The audit log so far, line by line.
  [[nodiscard]] std::vector<std::string> audit() const;
  [[nodiscard]] std::filesystem::path audit_path() const { return config_.audit_path; }
  // Ends cork, so that every record is closed.
  void stop();

 private:
  [[nodiscard]] policy::Bottle bottle_for(const std::vector<std::string>& hosts,
                                          const std::string& name = "dev") const;

  TestCa root_;
  TemporaryFolder folder_;
  WorldOptions options_;
  config::Config config_;
  std::unique_ptr<Origin> origin_;
  std::shared_ptr<TableResolver> resolver_;
  std::unique_ptr<app::Assembly> assembly_;
};

// A response as it came: head, body with its framing taken off.
struct Response {
  int status = 0;
  std::string head;
  std::string body;
  bool whole = false;
};
[[nodiscard]] Response read_response(Wire& wire, bool head_only = false);

// A made-up credential of the kind that cork's own first rules stop.
[[nodiscard]] std::string made_up_token();
[[nodiscard]] std::string made_up_hex(std::size_t digits);

}  // namespace cork::test
