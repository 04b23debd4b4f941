#include "proxy/metrics/metrics.h"

#include "proxy/metrics/process.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cork::metrics {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;
using Labels = prometheus::Labels;

// The label of what the configuration does not name.
constexpr const char* kOther = "other";

constexpr std::size_t kReasons = static_cast<std::size_t>(policy::Reason::draining) + 1;

// Longest at the end: language models think for minutes.
const Histogram::BucketBoundaries kExchangeSeconds{
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600};
const Histogram::BucketBoundaries kNetworkSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                  0.1,    0.25,  0.5,    1,     2.5,  5,     10};
const Histogram::BucketBoundaries kFirstByteSeconds{
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
const Histogram::BucketBoundaries kScanSeconds{0.000005, 0.00001, 0.000025, 0.00005, 0.0001,
                                               0.00025,  0.0005,  0.001,    0.0025,  0.005,
                                               0.01,     0.05,    0.1,      0.5,     1};
const Histogram::BucketBoundaries kScanBytes{256,      1024,     4096,      16384,
                                             65536,    262144,   1048576,   4194304,
                                             16777216, 67108864, 268435456, 1073741824};

prometheus::Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<Gauge>& gauges(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Family<Histogram>& histograms(Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

double seconds(std::uint64_t us) noexcept {
  return static_cast<double>(us) / 1e6;
}

// Findings, by what their rule and place ask for.
struct ByAction {
  Counter* blocked = nullptr;
  Counter* redacted = nullptr;
  Counter* recorded = nullptr;

  [[nodiscard]] Counter& of(const secrets::Finding& finding) const noexcept {
    return *(finding.redacted ? redacted : finding.blocking ? blocked : recorded);
  }
};

// What is counted of one bottle: handles into the registry, which outlives them.
struct BottleHandles {
  std::array<Counter*, kReasons> decided{};   // allow, or deny with that reason
  std::array<Counter*, kReasons> observed{};  // would have been denied with that reason
  Counter* request_bytes = nullptr;
  Counter* sent_bytes = nullptr;
  Counter* response_bytes = nullptr;
  Counter* folded = nullptr;
  ByAction found;
  Histogram* duration = nullptr;
  Gauge* connections = nullptr;

  [[nodiscard]] Counter& exchanges(const policy::Decision& decision) const noexcept {
    const auto reason = static_cast<std::size_t>(decision.reason);
    const bool seen = decision.observed && decision.reason != policy::Reason::allowed;
    return *(seen ? observed : decided)[reason < kReasons ? reason : 0];
  }
};

// Handles by name; a name nobody configured has those of "other". Thread-safe; what at() gives
// stays where it is.
template <class Handles>
class ByName {
 public:
  explicit ByName(Handles other) : other_(std::move(other)) {}

  template <class Make>
  void add(const std::string& name, Make make) {
    const std::lock_guard lock(mutex_);
    if (!by_name_.contains(name)) by_name_.emplace(name, make());
  }
  [[nodiscard]] const Handles& at(const std::string& name) const noexcept {
    const std::shared_lock lock(mutex_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? other_ : found->second;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Handles> by_name_;
  const Handles other_;
};

// One exchange ended.
struct Families {
  explicit Families(Registry& registry)
      : exchanges(counters(registry, "cork_exchanges_total",
                           "Exchanges ended or refused, by what was decided and why.")),
        request_bytes(counters(registry, "cork_request_bytes_total",
                               "Request body bytes read from clients.")),
        sent_bytes(counters(registry, "cork_sent_bytes_total",
                            "Request body bytes that left for an origin.")),
        response_bytes(counters(registry, "cork_response_bytes_total",
                                "Response body bytes sent to clients.")),
        folded(counters(registry, "cork_refusals_folded_total",
                        "Refusals that were counted in the record of another one.")),
        bottle_findings(counters(registry, "cork_bottle_findings_total",
                                 "Secrets seen, by bottle and by what was done about them.")),
        durations(histograms(registry, "cork_exchange_duration_seconds",
                             "From a request's whole head to the end of its exchange.")),
        connections(gauges(registry, "cork_open_connections", "Open client connections.")),
        findings(counters(registry, "cork_findings_total",
                          "Secrets seen, by rule and by what was done about them.")) {}

  BottleHandles bottle(const std::string& name) {
    using policy::Reason;
    BottleHandles handles;
    const auto resolve = [&](std::string_view decision, Reason reason) {
      return &exchanges.Add({{"bottle", name},
                             {"decision", std::string(decision)},
                             {"reason", std::string(policy::name_of(reason))}});
    };
    handles.decided[static_cast<std::size_t>(Reason::allowed)] = resolve("allow", Reason::allowed);
    for (const Reason reason : policy::all_refusals()) {
      handles.decided[static_cast<std::size_t>(reason)] = resolve("deny", reason);
      handles.observed[static_cast<std::size_t>(reason)] = resolve("observe", reason);
    }
    const Labels labels{{"bottle", name}};
    handles.request_bytes = &request_bytes.Add(labels);
    handles.sent_bytes = &sent_bytes.Add(labels);
    handles.response_bytes = &response_bytes.Add(labels);
    handles.folded = &folded.Add(labels);
    handles.found = by_action(bottle_findings, "bottle", name);
    handles.duration = &durations.Add(labels, kExchangeSeconds);
    handles.connections = &connections.Add(labels);
    return handles;
  }

  ByAction rule(const std::string& id) { return by_action(findings, "rule", id); }
  static ByAction by_action(prometheus::Family<Counter>& family, const std::string& label,
                            const std::string& value) {
    const auto add = [&](const char* action) {
      return &family.Add({{label, value}, {"action", action}});
    };
    return {add("block"), add("redact"), add("record")};
  }

  prometheus::Family<Counter>& exchanges;
  prometheus::Family<Counter>& request_bytes;
  prometheus::Family<Counter>& sent_bytes;
  prometheus::Family<Counter>& response_bytes;
  prometheus::Family<Counter>& folded;
  prometheus::Family<Counter>& bottle_findings;
  prometheus::Family<Histogram>& durations;
  prometheus::Family<Gauge>& connections;
  prometheus::Family<Counter>& findings;
};

std::vector<prometheus::MetricFamily> leaf_cache_metrics(const Metrics::LeafCacheReading& now) {
  using prometheus::MetricType;
  return {single("cork_leaf_cache_hits_total", "Handshakes that found their certificate made.",
                 MetricType::Counter, static_cast<double>(now.hits)),
          single("cork_leaf_cache_misses_total", "Certificates made.", MetricType::Counter,
                 static_cast<double>(now.misses)),
          single("cork_leaf_cache_evictions_total", "Certificates dropped to make room.",
                 MetricType::Counter, static_cast<double>(now.evictions)),
          single("cork_leaf_cache_entries", "Certificates in the cache.", MetricType::Gauge,
                 static_cast<double>(now.size))};
}

std::vector<prometheus::MetricFamily> audit_metrics(const Metrics::AuditReading& now) {
  using prometheus::MetricType;
  return {single("cork_audit_lines_total", "Lines written to the audit log.", MetricType::Counter,
                 static_cast<double>(now.lines)),
          single("cork_audit_owed_lines", "Lines of the audit log that wait for room.",
                 MetricType::Gauge, static_cast<double>(now.owed)),
          single("cork_audit_short_of_room",
                 "1 while little room is left for the audit log, and shared among the bottles.",
                 MetricType::Gauge, now.short_of_room ? 1 : 0)};
}

std::vector<prometheus::MetricFamily> lock_metrics(const std::vector<Metrics::LockReading>& now) {
  prometheus::MetricFamily family;
  family.name = "cork_bottle_locked";
  family.help = "1 while nothing of a bottle passes, because it sent known values too often.";
  family.type = prometheus::MetricType::Gauge;
  for (const Metrics::LockReading& one : now) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"bottle", one.bottle}};
    metric.gauge.value = one.locked ? 1 : 0;
  }
  return {std::move(family)};
}

}  // namespace

struct Metrics::State {
  State();
  void add(const std::vector<std::string>& bottle_names, const std::vector<std::string>& rule_ids);

  Registry registry;
  Families families{registry};
  ByName<BottleHandles> bottles{families.bottle(kOther)};
  ByName<ByAction> rules{families.rule(kOther)};
  std::array<Counter*, 2> reloads{};  // by taken
  Histogram* dial = nullptr;
  Histogram* first_byte = nullptr;
  Histogram* scan = nullptr;
  Histogram* scan_bytes = nullptr;
  std::array<std::array<Counter*, 2>, 2> handshakes{};  // by side, by success
  std::array<Counter*, 2> pool{};                       // by hit
  std::array<Counter*, 4> drops{};
  mutable std::mutex mutex;
  std::function<LeafCacheReading()> read_leaf_cache;  // guarded by mutex, as are the next
  std::function<AuditReading()> read_audit;
  std::function<std::vector<LockReading>()> read_locks;

 private:
  void resolve_phases();
  void resolve_connections();
};

void Metrics::State::add(const std::vector<std::string>& bottle_names,
                         const std::vector<std::string>& rule_ids) {
  for (const std::string& name : bottle_names) {
    bottles.add(name, [&] { return families.bottle(name); });
  }
  for (const std::string& id : rule_ids) rules.add(id, [&] { return families.rule(id); });
}

Metrics::State::State() {
  auto& read = counters(registry, "cork_reloads_total", "Configurations read again.");
  reloads = {&read.Add({{"result", "kept"}}), &read.Add({{"result", "taken"}})};
  resolve_phases();
  resolve_connections();
  gauges(registry, "cork_build_info", "Always 1; the version is the label.")
      .Add({{"version", CORK_VERSION}})
      .Set(1);
}

void Metrics::State::resolve_phases() {
  dial = &histograms(registry, "cork_dial_seconds",
                     "Resolving, connecting and shaking hands; not where a connection was pooled.")
              .Add({}, kNetworkSeconds);
  first_byte = &histograms(registry, "cork_first_byte_seconds",
                           "From a request's whole head to the first byte of its response.")
                    .Add({}, kFirstByteSeconds);
  scan = &histograms(registry, "cork_scan_seconds", "Scanning one exchange.").Add({}, kScanSeconds);
  scan_bytes = &histograms(registry, "cork_scan_bytes",
                           "Bytes scanned in one exchange, over all of its views.")
                    .Add({}, kScanBytes);
}

void Metrics::State::resolve_connections() {
  auto& shaken = counters(registry, "cork_handshakes_total", "TLS handshakes.");
  constexpr std::array<const char*, 2> sides{"client", "upstream"};
  for (std::size_t side = 0; side < sides.size(); ++side) {
    handshakes[side] = {&shaken.Add({{"side", sides[side]}, {"result", "failed"}}),
                        &shaken.Add({{"side", sides[side]}, {"result", "ok"}})};
  }
  auto& asked = counters(registry, "cork_pool_requests_total",
                         "Requests that found a pooled upstream connection, or had to dial.");
  pool = {&asked.Add({{"result", "miss"}}), &asked.Add({{"result", "hit"}})};
  auto& dropped = counters(registry, "cork_dropped_total",
                           "Client connections that never got as far as an exchange.");
  constexpr std::array<const char*, 4> reasons{"limit", "hello", "head", "internal"};
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    drops[i] = &dropped.Add({{"reason", reasons[i]}});
  }
}

Metrics::Metrics(const std::vector<std::string>& bottles, const std::vector<std::string>& rules)
    : state_(std::make_unique<State>()) {
  add(bottles, rules);
}

Metrics::~Metrics() = default;

void Metrics::add(const std::vector<std::string>& bottles, const std::vector<std::string>& rules) {
  state_->add(bottles, rules);
}

void Metrics::reloaded(bool taken) noexcept {
  state_->reloads[taken ? 1 : 0]->Increment();
}

void Metrics::exchange(const audit::Record& record) noexcept {
  const BottleHandles& bottle = state_->bottles.at(record.bottle);
  bottle.exchanges(record.decision).Increment();
  bottle.request_bytes->Increment(static_cast<double>(record.request_bytes));
  bottle.sent_bytes->Increment(static_cast<double>(record.sent_bytes));
  bottle.response_bytes->Increment(static_cast<double>(record.response_bytes));
  bottle.duration->Observe(seconds(record.total_us));
  if (record.dial_us > 0) state_->dial->Observe(seconds(record.dial_us));
  if (record.first_byte_us > 0) state_->first_byte->Observe(seconds(record.first_byte_us));
  if (record.scanned_bytes > 0) {
    state_->scan->Observe(seconds(record.scan_us));
    state_->scan_bytes->Observe(static_cast<double>(record.scanned_bytes));
  }
  for (const audit::FindingNote& note : record.findings) {
    state_->rules.at(note.rule).of(note.finding).Increment();
    bottle.found.of(note.finding).Increment();
  }
}

void Metrics::folded(const std::string& bottle) noexcept {
  state_->bottles.at(bottle).folded->Increment();
}

void Metrics::handshake(Side side, bool succeeded) noexcept {
  state_->handshakes[side == Side::client ? 0 : 1][succeeded ? 1 : 0]->Increment();
}

void Metrics::connection_opened(const std::string& bottle) noexcept {
  state_->bottles.at(bottle).connections->Increment();
}

void Metrics::connection_closed(const std::string& bottle) noexcept {
  state_->bottles.at(bottle).connections->Decrement();
}

void Metrics::pool(bool hit) noexcept {
  state_->pool[hit ? 1 : 0]->Increment();
}

void Metrics::dropped(Drop why) noexcept {
  const auto index = static_cast<std::size_t>(why);
  if (index < state_->drops.size()) state_->drops[index]->Increment();
}

void Metrics::leaf_cache_from(std::function<LeafCacheReading()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->read_leaf_cache = std::move(read);
}

void Metrics::audit_from(std::function<AuditReading()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->read_audit = std::move(read);
}

void Metrics::locks_from(std::function<std::vector<LockReading>()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->read_locks = std::move(read);
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families = state_->registry.Collect();
  const auto add = [&families](std::vector<prometheus::MetricFamily> more) {
    families.insert(families.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  };
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->read_leaf_cache) add(leaf_cache_metrics(state_->read_leaf_cache()));
    if (state_->read_audit) add(audit_metrics(state_->read_audit()));
    if (state_->read_locks) add(lock_metrics(state_->read_locks()));
  }
  add(process_metrics());
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace cork::metrics
