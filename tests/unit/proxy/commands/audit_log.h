// Audit records for this folder's tests, rendered by the code that writes the log.
#pragma once

#include "proxy/audit/record.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace cork::commands {

inline audit::Record record(const std::string& id, const std::string& host = "a.example") {
  audit::Record record;
  record.id = id;
  record.time = audit::WallClock::time_point(std::chrono::seconds(1'767'323'045));
  record.bottle = "dev";
  record.client = "127.0.0.1:5312";
  record.method = "POST";
  record.host = host;
  record.port = 443;
  record.path = "/v1";
  record.decision.reason = policy::Reason::allowed;
  record.status = 200;
  record.sent_bytes = 4'200;
  record.response_bytes = 17;
  record.total_us = 12'000;
  return record;
}

inline std::string open_line(const std::string& id, const std::string& host = "a.example") {
  return audit::render_open(record(id, host)) + "\n";
}
inline std::string close_line(const std::string& id, const std::string& host = "a.example") {
  return audit::render_close(record(id, host)) + "\n";
}
inline audit::Record refused_record(const std::string& id, const std::string& host) {
  audit::Record refused = record(id, host);
  refused.decision = {};
  refused.status = 403;
  return refused;
}
inline std::string refused_line(const std::string& id, const std::string& host = "b.example") {
  return audit::render_refused(refused_record(id, host)) + "\n";
}
// The first of many that are counted in its record, and their count.
inline std::string repeating_line(const std::string& id, const std::string& host = "b.example") {
  return audit::render_repeating(refused_record(id, host)) + "\n";
}
inline std::string repeated_line(const std::string& id, std::uint64_t count,
                                 const std::string& host = "b.example") {
  const audit::Record first = refused_record(id, host);
  return audit::render_repeated({first, count, first.time + std::chrono::seconds(9), false}) + "\n";
}
inline std::string answered_line(const std::string& id) {
  audit::Record answered = record(id, "cork.internal");
  answered.method = "GET";
  answered.scheme = Scheme::http;
  answered.port = 80;
  return audit::render_answered(answered) + "\n";
}

}  // namespace cork::commands
