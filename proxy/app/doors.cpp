#include "proxy/app/doors.h"

#include "proxy/config/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace cork::app {

namespace {

constexpr auto kNone = static_cast<std::size_t>(-1);

bool is_listed(const std::vector<std::size_t>& numbers, std::size_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

// The only address at which that listener takes connections; nullopt: every one, or none at all.
std::optional<IpAddress> address_of(const config::Listen& listen) {
  const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
  if (tcp == nullptr) return std::nullopt;
  return config::is_everywhere(tcp->address) ? std::nullopt : std::optional(tcp->address);
}

bool is_for(const config::Listen& listen, const std::string& owner,
            const config::BottleConfig& bottle) {
  return config::shares(listen, bottle.listen) ||
         (listen.at == bottle.listen.at && owner == bottle.bottle.name());
}

}  // namespace

Result<io::BoundSocket, Diagnostics> bind(const config::Listen& listen) {
  const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
  auto bound = tcp != nullptr
                   ? io::BoundSocket::tcp(tcp->address, tcp->port)
                   : io::BoundSocket::unix_socket(std::get<config::UnixListen>(listen.at).path);
  if (!bound) return std::unexpected(Diagnostics{{bound.error().what, listen.where, {}}});
  return std::move(*bound);
}

Result<Doors::Change, Diagnostics> Doors::prepare(
    const std::vector<config::BottleConfig>& bottles) {
  Change change(*this);
  change.count_ = doors_.size();
  for (const auto& bottle : bottles) change.of_bottles_.push_back(find(bottle).value_or(kNone));
  for (std::size_t door = 0; door < doors_.size(); ++door) {
    if (doors_[door].bound && !is_listed(change.of_bottles_, door)) change.closed_.push_back(door);
  }
  for (std::size_t i = 0; i < bottles.size(); ++i) {
    if (change.of_bottles_[i] != kNone) continue;
    const auto shared = std::ranges::find_if(change.opened_, [&](const Change::Opened& one) {
      return is_for(one.listen, one.owner, bottles[i]);
    });
    if (shared != change.opened_.end()) {
      change.of_bottles_[i] = shared->door;
      continue;
    }
    const std::size_t door = number_for(change, bottles[i].listen);
    change.count_ = std::max(change.count_, door + 1);
    change.of_bottles_[i] = door;
    change.opened_.push_back({door, nullptr, bottles[i].listen, bottles[i].bottle.name()});
  }
  doors_.reserve(change.count_);  // so that commit() cannot fail
  if (auto problems = open(change)) return std::unexpected(std::move(*problems));
  return change;
}

std::optional<std::size_t> Doors::find(const config::BottleConfig& bottle) const {
  for (std::size_t door = 0; door < doors_.size(); ++door) {
    const Door& one = doors_[door];
    if (one.bound && is_for(one.listen, one.owner, bottle)) return door;
  }
  return std::nullopt;
}

std::size_t Doors::number_for(const Change& change, const config::Listen& listen) const {
  for (const std::size_t door : change.closed_) {
    const bool taken =
        std::ranges::find(change.opened_, door, &Change::Opened::door) != change.opened_.end();
    if (!taken && config::overlaps(doors_[door].listen, listen)) return door;
  }
  return change.count_;
}

std::optional<Diagnostics> Doors::open(Change& change) {
  // What is in nobody's way first, since it may fail before anything has given way.
  const auto in_the_way = [&](const Change::Opened& one) {
    return std::ranges::any_of(change.closed_, [&](std::size_t door) {
      return config::overlaps(doors_[door].listen, one.listen);
    });
  };
  Diagnostics problems;
  for (const bool last : {false, true}) {
    for (Change::Opened& one : change.opened_) {
      if (in_the_way(one) != last) continue;
      if (last && !problems.empty()) break;
      for (const std::size_t door : change.closed_) {
        const bool gone = is_listed(change.gave_way_, door);
        if (gone || !config::overlaps(doors_[door].listen, one.listen)) continue;
        if (doors_[door].bound->give_way()) change.gave_way_.push_back(door);
      }
      auto socket = app::bind(one.listen);
      if (socket) {
        one.socket = std::make_unique<io::BoundSocket>(std::move(*socket));
      } else {
        std::ranges::move(socket.error(), std::back_inserter(problems));
      }
    }
  }
  if (problems.empty()) return std::nullopt;
  return problems;
}

Doors::Change::Change(Change&& other) noexcept
    : doors_(std::exchange(other.doors_, nullptr)),
      of_bottles_(std::move(other.of_bottles_)),
      closed_(std::move(other.closed_)),
      gave_way_(std::move(other.gave_way_)),
      opened_(std::move(other.opened_)),
      count_(other.count_) {}

Doors::Change::~Change() {
  if (doors_ == nullptr) return;
  opened_.clear();
  for (const std::size_t door : gave_way_) {
    auto& bound = doors_->doors_[door].bound;
    // Another process took the port in these few microseconds: the next change opens it anew.
    if (!bound->come_back()) bound.reset();
  }
}

const io::BoundSocket* Doors::Change::socket(std::size_t door) const {
  const auto opened = std::ranges::find(opened_, door, &Opened::door);
  if (opened != opened_.end()) return opened->socket.get();
  if (door >= doors_->doors_.size() || is_listed(closed_, door)) return nullptr;
  return doors_->doors_[door].bound.get();
}

void Doors::Change::commit() && {
  auto& doors = std::exchange(doors_, nullptr)->doors_;
  doors.resize(count_);
  for (const std::size_t door : closed_) doors[door].bound.reset();
  for (Opened& one : opened_) {
    doors[one.door] = {std::move(one.listen), std::move(one.owner), std::move(one.socket)};
  }
}

std::vector<policy::Door> Doors::Change::clients_of(
    const std::vector<config::BottleConfig>& bottles,
    const std::vector<std::string>& numbers) const {
  std::vector<policy::Door> clients;
  for (std::size_t door = 0; door < count_; ++door) {
    std::optional<IpAddress> address;
    std::vector<policy::Door::Bottle> behind;
    for (std::size_t i = 0; i < bottles.size(); ++i) {
      if (of_bottles_[i] != door) continue;
      const auto number = std::ranges::find(numbers, bottles[i].bottle.name());
      address = address_of(bottles[i].listen);
      behind.push_back({static_cast<std::size_t>(number - numbers.begin()), bottles[i].conditions});
    }
    clients.emplace_back(address, std::move(behind));
  }
  return clients;
}

}  // namespace cork::app
