#include "proxy/session/tunnel.h"

#include "base/ascii.h"
#include "certs/client_hello.h"
#include "proxy/io/tls_stream.h"
#include "proxy/session/first_bytes.h"
#include "proxy/session/leak_refusal.h"
#include "proxy/session/lockout.h"
#include "proxy/session/own_place.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"
#include "proxy/session/tls_alert.h"
#include "rules/secrets/head_scanner.h"

#include <fmt/format.h>

#include <utility>

namespace cork::session {

namespace {

using Hello = certs::ClientHelloResult;
using policy::Decision;
using policy::Reason;

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection Established\r\n\r\n";
// How the client is told that its tunnel is refused.
enum class Tell : std::uint8_t { in_clear, by_alert, nothing };

// A refusal of the CONNECT itself, or of what came first through it, in the log and to the client.
// `tunnel`: what it asked for, nullptr where even that could not be read.
io::Awaitable<After> refuse_connect(Worker& worker, std::size_t bottle, Client& client,
                                    const Tunnel* tunnel, Decision decision, Tell tell) {
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
  if (auto no = lockout(record.bottle, *snapshot->accounts[bottle], io::SteadyClock::now())) {
    decision = *std::move(no);
  }
  record.decision = std::move(decision);
  recorder.refuse(tell == Tell::in_clear);
  client.stream->set_write_deadline(worker.limits().write_ms);
  if (tell == Tell::in_clear) {
    const std::string text = render_refusal(record, {.close = true});
    if (!co_await client.stream->write(as_bytes(text))) record.note = "client closed early";
  } else if (tell == Tell::by_alert) {
    (void)co_await client.stream->write(alert_for(record.decision.reason));
  }
  recorder.close();
  co_return After::close;
}

// What came first through the tunnel: a ClientHello or why it is none, or the begin of a request.
struct Opening {
  Hello hello;
  bool clear_text = false;
};

// Reads until it is known. A hello that needs more means: gone or too slow.
io::Awaitable<Opening> read_opening(Worker& worker, Client& client) {
  client.stream->set_read_deadline(worker.limits().hello_ms);
  for (;;) {
    const Bytes received = client.buffer.view();
    const FirstBytes kind = first_bytes(as_text(received), worker.services().http.method_bytes);
    if (kind == FirstBytes::request) co_return Opening{{}, true};
    if (kind == FirstBytes::other) {
      Hello hello = certs::peek_client_hello(received);
      if (hello.status != Hello::Status::need_more) co_return Opening{std::move(hello)};
    }
    const auto n = co_await client.buffer.fill(*client.stream, certs::kMaxClientHelloBytes);
    if (n && *n > 0) continue;
    // The beginning of a word and then nothing is neither.
    if (!client.buffer.empty() && kind == FirstBytes::need_more) {
      co_return Opening{{Hello::Status::not_tls, {}, "not a TLS handshake", 0}};
    }
    co_return Opening{};
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

// Where nothing inside will be seen, the hello must say all there is to know of the host, and as
// the origin reads it.
std::optional<Decision> refuse_hidden(const Endpoint& endpoint, const certs::ClientHello& hello) {
  if (hello.sni && !equals_ignoring_case(*hello.sni, endpoint.host.text())) {
    return denied(
        Reason::sni_mismatch,
        fmt::format("TLS (SNI) spells the host otherwise than {}, which is passed through "
                    "unread.",
                    endpoint.to_string()));
  }
  if (!hello.has_ech) return std::nullopt;
  return denied(Reason::sni_mismatch,
                fmt::format("the client hides the name of a host in TLS (Encrypted ClientHello), "
                            "and {} is passed through unread: nobody could tell which host it is "
                            "for.",
                            endpoint.to_string()),
                "switch ECH off in the client, or let the route intercept");
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
  bool tls_denied = false;          // every exchange inside TLS will be
  bool denied = false;              // and every one in clear text
  Decision on_tls;                  // as CONNECT met the configuration: a reload may come
  ledger::Lease handshake;
};

Admission admit(const Snapshot& snapshot, std::size_t bottle, const Tunnel& tunnel) {
  ledger::Account& account = *snapshot.accounts[bottle];
  const policy::Bottle& policy = snapshot.bottles[bottle];
  Admission admission;
  const auto own = decide_own(snapshot, tunnel.endpoint);
  admission.on_tls = own ? *own : policy.decide_connect(tunnel.endpoint, Scheme::https);
  admission.tls_denied = tunnel.refusal || !admission.on_tls.allowed();
  admission.denied =
      admission.tls_denied &&
      (tunnel.refusal || own || !policy.decide_connect(tunnel.endpoint, Scheme::http).allowed());
  // A refusal inside TLS is for those who read it, not for everyone who asks for more.
  if (admission.denied && !account.may_deny_at_length(io::SteadyClock::now())) {
    admission.refusal = admission.on_tls;
    return admission;
  }
  admission.handshake = account.take(ledger::Use::handshake);
  if (!admission.handshake) {
    admission.refusal = denied(Reason::bottle_limit,
                               fmt::format("bottle '{}' has {} TLS handshakes in progress, as many "
                                           "as it may.",
                                           policy.name(), account.limits().handshakes));
  }
  return admission;
}

Decision wrong_hello(const Hello& hello) {
  if (hello.status == Hello::Status::not_tls) {
    return denied(Reason::bad_request,
                  "what came through the tunnel is neither TLS nor an HTTP request in clear text.");
  }
  return denied(Reason::bad_request, fmt::format("the ClientHello is refused: {}.", hello.problem));
}

// What CONNECT asked for; an error is the refusal of what is no place at all.
std::expected<Tunnel, Decision> asked_for(Worker& worker, const Snapshot& snapshot,
                                          std::size_t bottle, std::string_view target) {
  const auto& services = worker.services();
  // Scanned as spelled, before it is anything else: no message may quote a secret.
  auto scanned =
      secrets::scan_authority(*snapshot.rules, target, services.scan, services.fingerprint_key,
                              worker.scratch(), known_of(snapshot, bottle).get());
  std::optional<Decision> refusal;
  if (scanned.verdict != secrets::Verdict::clean) {
    refusal = scanned.verdict == secrets::Verdict::leak
                  ? leak_decision(*snapshot.rules, scanned.findings)
                  : denied(Reason::scan_limit, "the host name cannot be inspected.");
  }
  auto endpoint = Endpoint::parse(target);
  if (endpoint)
    return Tunnel{std::move(*endpoint), std::move(refusal), std::move(scanned.findings)};
  if (refusal) return std::unexpected(*std::move(refusal));
  return std::unexpected(
      denied(Reason::bad_request, fmt::format("CONNECT: {}.", endpoint.error().what)));
}

// Nothing came that could be answered.
io::Awaitable<After> give_up(Worker& worker, std::size_t bottle, Client& client,
                             const Tunnel& tunnel, const Admission& admission) {
  worker.services().metrics.dropped(metrics::Metrics::Drop::hello);
  // The name alone may have been the message.
  if (!admission.denied && tunnel.findings.empty()) co_return After::abort;
  Decision decision =
      admission.on_tls.allowed()
          ? denied(Reason::bad_request, "nothing came through the tunnel that could be answered.")
          : admission.on_tls;
  co_return co_await refuse_connect(worker, bottle, client, &tunnel, std::move(decision),
                                    Tell::nothing);
}

// The tunnel as the ClientHello turned it: passed through unread, or terminated here.
io::Awaitable<std::expected<Tunnel, After>> take_tls(Worker& worker, std::size_t bottle,
                                                     Client& client, Tunnel tunnel, Hello hello,
                                                     const Admission& admission) {
  const auto snapshot = worker.snapshot();
  const policy::Bottle& policy = snapshot->bottles[bottle];
  const auto refuse = [&](Decision decision, Tell tell) {
    return refuse_connect(worker, bottle, client, &tunnel, std::move(decision), tell);
  };
  auto mismatch = compare_sni(tunnel.endpoint, hello.hello);
  const bool unread = !admission.tls_denied && policy.passes_through(tunnel.endpoint) != nullptr;
  if (unread && !mismatch) mismatch = refuse_hidden(tunnel.endpoint, hello.hello);
  if (mismatch && (hello.hello.sni || unread)) {
    co_return std::unexpected(co_await refuse(std::move(*mismatch), Tell::by_alert));
  }
  if (unread) {
    tunnel.unread = std::move(hello.hello);
    co_return tunnel;
  }
  if (mismatch && !tunnel.refusal) tunnel.refusal = std::move(mismatch);
  // Where clear text was meant to be allowed the denial was not counted yet.
  if (admission.tls_denied && !admission.denied &&
      !snapshot->accounts[bottle]->may_deny_at_length(io::SteadyClock::now())) {
    co_return std::unexpected(co_await refuse(admission.on_tls, Tell::by_alert));
  }
  const Host host = tunnel.endpoint.host;
  certs::LeafCache& leaves = *(admission.tls_denied ? snapshot->denied_leaves : snapshot->leaves);
  if (const auto done = co_await handshake(worker, client, host, leaves); !done) {
    auto failed = denied(
        Reason::bad_request,
        fmt::format("TLS with the client failed: {}; does it trust cork's CA?", done.error().what));
    co_return std::unexpected(co_await refuse(std::move(failed), Tell::nothing));
  }
  co_return tunnel;
}

}  // namespace

io::Awaitable<std::expected<Tunnel, After>> open_tunnel(Worker& worker, std::size_t bottle,
                                                        Client& client, const ReceivedHead& head) {
  const auto snapshot = worker.snapshot();
  auto asked = asked_for(worker, *snapshot, bottle, head.parsed.target);
  if (!asked) {
    co_return std::unexpected(co_await refuse_connect(worker, bottle, client, nullptr,
                                                      std::move(asked.error()), Tell::in_clear));
  }
  Tunnel tunnel = std::move(*asked);
  Admission admission = admit(*snapshot, bottle, tunnel);
  if (admission.refusal) {
    co_return std::unexpected(co_await refuse_connect(
        worker, bottle, client, &tunnel, std::move(*admission.refusal), Tell::in_clear));
  }
  client.stream->set_write_deadline(worker.limits().write_ms);
  if (!co_await client.stream->write(as_bytes(kEstablished)))
    co_return std::unexpected(After::abort);
  Opening opening = co_await read_opening(worker, client);
  if (opening.clear_text) {
    tunnel.spoken = Scheme::http;
    co_return tunnel;
  }
  if (opening.hello.status == Hello::Status::need_more) {
    co_return std::unexpected(co_await give_up(worker, bottle, client, tunnel, admission));
  }
  if (opening.hello.status != Hello::Status::complete) {
    const bool clear = opening.hello.status == Hello::Status::not_tls;
    co_return std::unexpected(co_await refuse_connect(worker, bottle, client, &tunnel,
                                                      wrong_hello(opening.hello),
                                                      clear ? Tell::in_clear : Tell::nothing));
  }
  co_return co_await take_tls(worker, bottle, client, std::move(tunnel), std::move(opening.hello),
                              admission);
}

}  // namespace cork::session
