#include "proxy/commands/subprocess.h"

#include "base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>

namespace cork::commands {
namespace {

constexpr std::size_t kMostOutput = 4096;
constexpr std::chrono::seconds kLongest{5};

using Clock = std::chrono::steady_clock;

struct Pipe {
  std::array<int, 2> ends{-1, -1};

  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writer();
    if (ends[0] >= 0) ::close(ends[0]);
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  found.reserve(texts.size() + 1);
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

Result<pid_t> start(const std::filesystem::path& program, std::vector<std::string> arguments,
                    const config::Environment& environment, const Pipe& pipe) {
  arguments.insert(arguments.begin(), program.native());
  std::vector<std::string> variables;
  for (const char* name :
       {"PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"}) {
    if (const auto value = environment(name))
      variables.push_back(fmt::format("{}={}", name, *value));
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), &actions, nullptr,
                                  pointers(arguments).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return fail(fmt::format("{}: {}", program.native(), std::strerror(error)));
  return child;
}

// Until the end of its output or the deadline; false: the deadline came first.
bool read_all(int descriptor, std::string& text, Clock::time_point deadline) {
  std::array<char, 1024> more;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd ready{descriptor, POLLIN, 0};
    if (left.count() <= 0) return false;
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t count = read_some(descriptor, more);
    if (count <= 0) return true;
    text.append(more.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostOutput) text.resize(kMostOutput);
  }
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const config::Environment& environment) {
  const std::string folders = environment("PATH").value_or("");
  for (std::string_view rest = folders; !rest.empty();) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    if (!folder.starts_with('/')) continue;
    auto program = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (std::filesystem::is_regular_file(program, ignored) &&
        ::access(program.c_str(), X_OK) == 0) {
      return program;
    }
  }
  return std::nullopt;
}

Result<std::string> ask_program(const std::filesystem::path& program,
                                const std::vector<std::string>& arguments,
                                const config::Environment& environment) {
  Pipe pipe;
  if (::pipe2(pipe.ends.data(), O_CLOEXEC) != 0) return fail(std::strerror(errno));
  const auto child = start(program, arguments, environment, pipe);
  if (!child) return fail(child.error().what);
  pipe.close_writer();
  std::string text;
  const bool ended = read_all(pipe.ends[0], text, Clock::now() + kLongest);
  if (!ended) ::kill(*child, SIGKILL);
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) return fail(fmt::format("{} does not answer", program.native()));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(fmt::format("{} failed", program.native()));
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace cork::commands
