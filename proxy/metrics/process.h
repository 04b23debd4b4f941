// What the kernel says of this process, under the names every Prometheus client library uses.
//
//   for (auto& family : process_metrics()) families.push_back(std::move(family));
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace cork::metrics {

// A family of one metric without labels.
[[nodiscard]] prometheus::MetricFamily single(std::string name, std::string help,
                                              prometheus::MetricType type, double value);

// Read from /proc at each call; what cannot be read is left out.
[[nodiscard]] std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace cork::metrics
