// A folder with a configuration, an environment, and a command's output as text.
#pragma once

#include "proxy/commands/command.h"
#include "tests/support/temporary_folder.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace cork::commands {

struct Outcome {
  int code = -1;
  std::string out, err;
};

// A stream that keeps what is written to it.
class Captured {
 public:
  Captured() : file_(::open_memstream(&text_, &size_)) {}
  ~Captured() {
    if (file_ != nullptr) std::fclose(file_);
    std::free(text_);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  std::FILE* file() { return file_; }
  std::string text() {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

class World {
 public:
  World() { environment["HOME"] = (folder / "home").string(); }

  // One bottle, `dev`, with these lines of `allow`; a rule of its own for what is secret.
  std::filesystem::path configure(const std::string& allow, const std::string& more = {}) {
    folder.write("own.toml",
                 "[[rules]]\nid = \"own-token\"\ndescription = \"Own token\"\n"
                 "regex = '''own_[0-9a-f]{32}'''\nkeywords = [\"own_\"]\n"
                 "examples = [\"own_{hex:32}\"]\nnon_examples = [\"own_{hex:31} \"]\n");
    return folder.write("cork.yaml",
                        "version: 1\nca: {directory: ca}\naudit: {path: audit.jsonl}\n"
                        "rules: {builtin: false, files: [own.toml]}\n" +
                            more + "bottles:\n  dev:\n    listen: 127.0.0.1:8888\n    allow:\n" +
                            allow);
  }

  static std::string secret() { return "own_" + std::string(32, 'a'); }

  Context context(Captured& out, Captured& err) const {
    return {.environment = [this](const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              if (found == environment.end()) return std::nullopt;
              return found->second;
            },
            .out = out.file(),
            .err = err.file(),
            .out_is_terminal = out_is_terminal,
            .columns = columns,
            .now = [] { return std::chrono::system_clock::now(); },
            .seed = 7,
            .pause = pause};
  }

  template <class Options>
  Outcome run(int (*command)(const Options&, const Context&), const Options& options) const {
    Captured out, err;
    const int code = command(options, context(out, err));
    return {code, out.text(), err.text()};
  }

  test::TemporaryFolder folder;
  std::map<std::string, std::string> environment;
  bool out_is_terminal = false;
  std::size_t columns = 0;
  std::function<bool()> pause;
};

}  // namespace cork::commands
