#include "proxy/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace cork::metrics {
namespace {

using prometheus::MetricType;

std::optional<double> resident_bytes() {
  std::ifstream in("/proc/self/statm");
  double total = 0, resident = 0;
  if (!(in >> total >> resident)) return std::nullopt;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::optional<double> open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  if (error) return std::nullopt;
  double count = -1;  // the one this reads with
  for (; entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (error) return std::nullopt;
    count += 1;
  }
  return count;
}

// Seconds since the epoch at which the machine was started.
std::optional<double> boot_time() {
  std::ifstream in("/proc/stat");
  std::string line;
  while (std::getline(in, line)) {
    if (!line.starts_with("btime ")) continue;
    double seconds = 0;
    std::istringstream rest(line.substr(6));
    if (rest >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<double> start_time() {
  const std::optional<double> boot = boot_time();
  std::ifstream in("/proc/self/stat");
  std::string text;
  if (!boot || !std::getline(in, text)) return std::nullopt;
  // Field 2 is the program's name in parentheses and may hold anything; field 3 follows the last.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return *boot + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

prometheus::MetricFamily single(std::string name, std::string help, MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {std::move(name), std::move(help), type, {std::move(metric)}};
}

std::vector<prometheus::MetricFamily> process_metrics() {
  std::vector<prometheus::MetricFamily> families;
  const auto add = [&families](const char* name, const char* help, MetricType type,
                               std::optional<double> value) {
    if (value) families.push_back(single(name, help, type, *value));
  };
  add("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
      resident_bytes());
  add("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
      MetricType::Counter, cpu_seconds());
  add("process_open_fds", "Number of open file descriptors.", MetricType::Gauge,
      open_descriptors());
  add("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
      MetricType::Gauge, start_time());
  return families;
}

}  // namespace cork::metrics
