#include "proxy/session/tunnel.h"

#include "base/ascii.h"
#include "certs/client_hello.h"
#include "proxy/io/tls_stream.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"
#include "rules/secrets/head_scanner.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cork::session {

namespace {

using Hello = certs::ClientHelloResult;
using policy::Decision;
using policy::Reason;

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection Established\r\n\r\n";
// A fatal unrecognized_name alert (RFC 6066, section 3; RFC 8446, section 6).
constexpr std::array<std::byte, 7> kUnrecognizedName{
    std::byte{0x15}, std::byte{0x03}, std::byte{0x03}, std::byte{0x00},
    std::byte{0x02}, std::byte{0x02}, std::byte{0x70}};

// A refusal of the CONNECT itself, in the log and, where `in_clear`, to the client.
// `tunnel`: what it asked for, nullptr where even that could not be read.
io::Awaitable<After> refuse_connect(Worker& worker, std::size_t bottle, Client& client,
                                    const Tunnel* tunnel, Decision decision, bool in_clear) {
  const auto snapshot = worker.snapshot();
  Recorder recorder(worker, *snapshot, *snapshot->accounts[bottle]);
  audit::Record& record = recorder.record();
  record.bottle = snapshot->bottles[bottle].name();
  record.client = client.address;
  record.method = "CONNECT";
  if (tunnel != nullptr) {
    record.host = recorded_host(*tunnel);
    record.port = tunnel->endpoint.port;
    recorder.add(tunnel->findings);
    // The host's own refusal goes first: any other would quote the host.
    if (tunnel->refusal) decision = *tunnel->refusal;
  }
  record.decision = std::move(decision);
  recorder.refuse(in_clear);
  if (in_clear) {
    const std::string text = render_refusal(record, {.close = true});
    client.stream->set_write_deadline(worker.limits().write_ms);
    if (!co_await client.stream->write(as_bytes(text))) record.note = "client closed early";
  }
  recorder.close();
  co_return After::close;
}

// Reads until the ClientHello is whole, or cannot become one. `need_more` means: gone or too slow.
io::Awaitable<Hello> read_hello(Worker& worker, Client& client) {
  client.stream->set_read_deadline(worker.limits().hello_ms);
  for (;;) {
    if (!client.buffer.empty()) {
      Hello hello = certs::peek_client_hello(client.buffer.view());
      if (hello.status != Hello::Status::need_more) co_return hello;
    }
    const auto n = co_await client.buffer.fill(*client.stream, certs::kMaxClientHelloBytes);
    if (!n || *n == 0) co_return Hello{};
  }
}

// SNI must be the host CONNECT named. `nullopt`: it is.
std::optional<Decision> compare_sni(const Endpoint& endpoint, const certs::ClientHello& hello) {
  const std::string& expected = endpoint.host.text();
  if (!hello.sni) {
    if (endpoint.host.address()) return std::nullopt;
    return denied(
        Reason::sni_mismatch,
        fmt::format("the client named no host in TLS (SNI), CONNECT named {}.", expected));
  }
  const auto named = Host::parse(*hello.sni);
  if (named && *named == endpoint.host) return std::nullopt;
  return denied(
      Reason::sni_mismatch,
      fmt::format("TLS (SNI) names another host than CONNECT, which named {}.", expected));
}

// Takes the stream over with TLS; an error says why that failed.
io::Awaitable<Result<void>> handshake(Worker& worker, Client& client, const Host& host,
                                      certs::LeafCache& leaves) {
  auto& services = worker.services();
  const auto context = leaves.get(host, services.now());
  if (!context) co_return fail(context.error().what);
  certs::SslPtr ssl(SSL_new(context->get()));
  if (!ssl) co_return fail("out of memory");
  std::string prefix(as_text(client.buffer.view()));
  client.buffer.consume(prefix.size());
  auto& clear = static_cast<io::TcpStream&>(*client.stream);
  auto stream = co_await io::TlsStream::accept(clear.release(), worker.deadlines(), std::move(ssl),
                                               std::move(prefix), worker.limits().handshake_ms);
  services.metrics.handshake(metrics::Metrics::Side::client, stream.has_value());
  if (!stream) co_return fail(stream.error().what);
  client.stream = std::move(*stream);
  co_return Result<void>{};
}

// Whether a tunnel may cost a handshake, and a leaf from which cache.
struct Admission {
  std::optional<Decision> refusal;  // to be said at CONNECT, in clear
  bool denied = false;              // every exchange inside will be
  ledger::Lease handshake;
};

Admission admit(const Snapshot& snapshot, std::size_t bottle, const Tunnel& tunnel) {
  ledger::Account& account = *snapshot.accounts[bottle];
  Admission admission;
  Decision decision = snapshot.bottles[bottle].decide_connect(tunnel.endpoint, Scheme::https);
  admission.denied = tunnel.refusal || !decision.allowed();
  // A refusal inside TLS is for those who read it, not for everyone who asks for more.
  if (admission.denied && !account.may_deny_at_length(io::SteadyClock::now())) {
    admission.refusal = std::move(decision);
    return admission;
  }
  admission.handshake = account.take(ledger::Use::handshake);
  if (!admission.handshake) {
    admission.refusal =
        denied(Reason::bottle_limit,
               fmt::format("bottle '{}' has {} TLS handshakes in progress, as many "
                           "as it may.",
                           snapshot.bottles[bottle].name(), account.limits().handshakes));
  }
  return admission;
}

Decision wrong_hello(const Hello& hello) {
  if (hello.status == Hello::Status::not_tls) {
    return denied(Reason::bad_request,
                  "what came through the tunnel is not TLS: use http:// without CONNECT for clear "
                  "text.");
  }
  return denied(Reason::bad_request, fmt::format("the ClientHello is refused: {}.", hello.problem));
}

}  // namespace

io::Awaitable<std::expected<Tunnel, After>> open_tunnel(Worker& worker, std::size_t bottle,
                                                        Client& client, const ReceivedHead& head) {
  const auto snapshot = worker.snapshot();
  const auto& services = worker.services();
  // Scanned as spelled, before it is anything else: no message may quote a secret.
  auto scanned = secrets::scan_authority(*snapshot->rules, head.parsed.target, services.scan,
                                         services.fingerprint_key, worker.scratch());
  std::optional<Decision> refusal;
  if (scanned.verdict != secrets::Verdict::clean) {
    refusal = scanned.verdict == secrets::Verdict::leak
                  ? leak_decision(*snapshot->rules, scanned.findings)
                  : denied(Reason::scan_limit, "the host name cannot be inspected.");
  }
  auto endpoint = Endpoint::parse(head.parsed.target);
  if (!endpoint) {
    if (!refusal) {
      refusal = denied(Reason::bad_request, fmt::format("CONNECT: {}.", endpoint.error().what));
    }
    co_return std::unexpected(
        co_await refuse_connect(worker, bottle, client, nullptr, std::move(*refusal), true));
  }
  Tunnel tunnel{std::move(*endpoint), std::move(refusal), std::move(scanned.findings)};
  Admission admission = admit(*snapshot, bottle, tunnel);
  if (admission.refusal) {
    co_return std::unexpected(co_await refuse_connect(worker, bottle, client, &tunnel,
                                                      std::move(*admission.refusal), true));
  }

  client.stream->set_write_deadline(worker.limits().write_ms);
  if (!co_await client.stream->write(as_bytes(kEstablished)))
    co_return std::unexpected(After::abort);
  const Hello hello = co_await read_hello(worker, client);
  if (hello.status == Hello::Status::need_more) {
    services.metrics.dropped(metrics::Metrics::Drop::hello);
    // The name alone may have been the message.
    if (!admission.denied && tunnel.findings.empty()) co_return std::unexpected(After::abort);
    co_return std::unexpected(co_await refuse_connect(
        worker, bottle, client, &tunnel,
        snapshot->bottles[bottle].decide_connect(tunnel.endpoint, Scheme::https), false));
  }
  if (hello.status != Hello::Status::complete) {
    const bool clear = hello.status == Hello::Status::not_tls;
    co_return std::unexpected(
        co_await refuse_connect(worker, bottle, client, &tunnel, wrong_hello(hello), clear));
  }
  if (auto mismatch = compare_sni(tunnel.endpoint, hello.hello)) {
    if (hello.hello.sni) {
      client.stream->set_write_deadline(worker.limits().write_ms);
      (void)co_await client.stream->write(kUnrecognizedName);
      co_return std::unexpected(
          co_await refuse_connect(worker, bottle, client, &tunnel, std::move(*mismatch), false));
    }
    if (!tunnel.refusal) tunnel.refusal = std::move(mismatch);
  }
  const Host host = tunnel.endpoint.host;
  certs::LeafCache& leaves = *(admission.denied ? snapshot->denied_leaves : snapshot->leaves);
  if (const auto done = co_await handshake(worker, client, host, leaves); !done) {
    auto failed = denied(
        Reason::bad_request,
        fmt::format("TLS with the client failed: {}; does it trust cork's CA?", done.error().what));
    co_return std::unexpected(
        co_await refuse_connect(worker, bottle, client, &tunnel, std::move(failed), false));
  }
  co_return tunnel;
}

}  // namespace cork::session
