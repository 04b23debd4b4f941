#include "proxy/metrics/process.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <string>

namespace cork::metrics {
namespace {

double value_of(const std::string& name) {
  for (const auto& family : process_metrics()) {
    if (family.name != name) continue;
    const auto& metric = family.metric.at(0);
    return family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                          : metric.gauge.value;
  }
  ADD_FAILURE() << "no " << name;
  return -1;
}

TEST(ProcessMetrics, MeasuresThisProcess) {
  EXPECT_GT(value_of("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value_of("process_cpu_seconds_total"), 0);
  EXPECT_LT(value_of("process_cpu_seconds_total"), 600);
}

TEST(ProcessMetrics, StartedLessThanTenMinutesAgo) {
  const auto now = static_cast<double>(std::time(nullptr));
  const double started = value_of("process_start_time_seconds");
  EXPECT_GT(started, now - 600);
  EXPECT_LT(started, now + 5);
}

TEST(ProcessMetrics, CountsTheDescriptorsThatAreOpen) {
  const double before = value_of("process_open_fds");
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(value_of("process_open_fds"), before + 1);
  ::close(fd);
  EXPECT_EQ(value_of("process_open_fds"), before);
}

TEST(Single, PutsTheValueWhereTheTypeWantsIt) {
  const auto counter = single("a_total", "help", prometheus::MetricType::Counter, 3);
  EXPECT_EQ(counter.metric.at(0).counter.value, 3);
  const auto gauge = single("a", "help", prometheus::MetricType::Gauge, 4);
  EXPECT_EQ(gauge.metric.at(0).gauge.value, 4);
}

}  // namespace
}  // namespace cork::metrics
