#include "proxy/commands/limits_table.h"

#include "base/limits.h"

namespace cork::commands {

namespace {

std::vector<Limit> session_limits() {
  const SessionLimits session;
  return {
      {"session", "hello_ms", session.hello_ms},
      {"session", "handshake_ms", session.handshake_ms},
      {"session", "head_ms", session.head_ms},
      {"session", "keep_alive_ms", session.keep_alive_ms},
      {"session", "body_idle_ms", session.body_idle_ms},
      {"session", "scan_pause_ms", session.scan_pause_ms},
      {"session", "dial_ms", session.dial_ms},
      {"session", "resolve_ms", session.resolve_ms},
      {"session", "response_head_ms", session.response_head_ms},
      {"session", "response_idle_ms", session.response_idle_ms},
      {"session", "write_ms", session.write_ms},
      {"session", "drain_ms", session.drain_ms},
      {"session", "drain_bytes", session.drain_bytes},
      {"session", "linger_ms", session.linger_ms},
      {"session", "guess_ms", session.guess_ms},
      {"session", "pool_idle_ms", session.pool_idle_ms},
      {"session", "pool_lifetime_ms", session.pool_lifetime_ms},
      {"session", "connection_lifetime_ms", session.connection_lifetime_ms},
      {"session", "exchange_lifetime_ms", session.exchange_lifetime_ms},
      {"session", "passthrough_lifetime_ms", session.passthrough_lifetime_ms},
      {"session", "passthrough_idle_ms", session.passthrough_idle_ms},
      {"session", "pool_per_key", session.pool_per_key},
      {"session", "pool_total", session.pool_total},
      {"session", "connections", session.connections},
      {"session", "hold_whole_below", session.hold_whole_below},
      {"session", "gate_bytes", session.gate_bytes},
      {"session", "scan_slice_bytes", session.scan_slice_bytes},
  };
}

}  // namespace

std::vector<Limit> limits_table() {
  const HttpLimits http;
  const ScanLimits scan;
  const BottleLimits bottle;
  const AuditLimits audit;
  std::vector<Limit> table{
      {"http", "head_bytes", http.head_bytes},
      {"http", "fields", http.fields},
      {"http", "method_bytes", http.method_bytes},
      {"http", "target_bytes", http.target_bytes},
      {"http", "chunk_line_bytes", http.chunk_line_bytes},
      {"http", "trailer_bytes", http.trailer_bytes},
      {"scan", "depth", scan.depth},
      {"scan", "view_count", scan.view_count},
      {"scan", "decoded_floor", scan.decoded_floor},
      {"scan", "decoded_ratio", scan.decoded_ratio},
      {"scan", "silent_wire_bytes", scan.silent_wire_bytes},
      {"scan", "zstd_window_bytes", scan.zstd_window_bytes},
      {"scan", "findings", scan.findings},
      {"scan", "credentials", scan.credentials},
      {"scan", "confirm_floor_bytes", scan.confirm_floor_bytes},
      {"scan", "wire_bytes_per_confirmed", scan.wire_bytes_per_confirmed},
      {"scan", "record_floor_bytes", scan.record_floor_bytes},
      {"scan", "wire_bytes_per_recorded", scan.wire_bytes_per_recorded},
      {"scan", "confirm_at_once_bytes", scan.confirm_at_once_bytes},
      {"scan", "unread_floor_bytes", scan.unread_floor_bytes},
      {"scan", "wire_bytes_per_unread", scan.wire_bytes_per_unread},
      {"scan", "containers_floor", scan.containers_floor},
      {"scan", "wire_bytes_per_container", scan.wire_bytes_per_container},
      {"scan", "texts_floor", scan.texts_floor},
      {"scan", "bytes_per_text", scan.bytes_per_text},
      {"scan", "unescaped_floor", scan.unescaped_floor},
      {"scan", "unescaped_per_byte", scan.unescaped_per_byte},
      {"bottle", "connections", bottle.connections},
      {"bottle", "unidentified", bottle.unidentified},
      {"bottle", "unidentified_per_source", bottle.unidentified_per_source},
      {"bottle", "handshakes", bottle.handshakes},
      {"bottle", "exchanges", bottle.exchanges},
      {"bottle", "names_per_hour", bottle.names_per_hour},
      {"bottle", "decoder_bytes", bottle.decoder_bytes},
      {"bottle", "denials_per_second", bottle.denials_per_second},
      {"bottle", "denials_burst", bottle.denials_burst},
      {"bottle", "answers_per_second", bottle.answers_per_second},
      {"bottle", "answers_burst", bottle.answers_burst},
      {"bottle", "refusals_kept", bottle.refusals_kept},
      {"bottle", "known_hits", bottle.known_hits},
      {"bottle", "known_hits_ms", bottle.known_hits_ms},
      {"bottle", "locked_ms", bottle.locked_ms},
      {"bottle", "exhausted_leaks_per_minute", bottle.exhausted_leaks_per_minute},
      {"audit", "alike_burst", audit.alike_burst},
      {"audit", "alike_per_second", audit.alike_per_second},
      {"audit", "refused_burst", audit.refused_burst},
      {"audit", "refused_per_second", audit.refused_per_second},
      {"audit", "folds", audit.folds},
      {"audit", "fold_ms", audit.fold_ms},
      {"audit", "exhausted_fold_ms", audit.exhausted_fold_ms},
      {"audit", "reserve_bytes", audit.reserve_bytes},
      {"audit", "reserve_part", audit.reserve_part},
  };
  for (const Limit& limit : session_limits()) table.push_back(limit);
  return table;
}

}  // namespace cork::commands
