// Printing that never throws, unlike fmt::print(): how much a command prints, and to whom, must not
// decide how it ends. flush_output() alone says what was not written.
//
//   print(context, "{} rules\n", count);
//   print_error(context, "{}", render(diagnostics));
#pragma once

#include "proxy/commands/command.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace cork::commands {

// To the output stream. Once that has failed nothing more is written there.
void write(const Context& context, std::string_view text);

// A stream that takes nothing is let be: nobody could be told.
void write(std::FILE* to, std::string_view text);

template <class... Values>
void print(const Context& context, fmt::format_string<Values...> form, Values&&... values) {
  write(context, fmt::format(form, std::forward<Values>(values)...));
}

template <class... Values>
void print(std::FILE* to, fmt::format_string<Values...> form, Values&&... values) {
  write(to, fmt::format(form, std::forward<Values>(values)...));
}

template <class... Values>
void print_error(const Context& context, fmt::format_string<Values...> form, Values&&... values) {
  write(context.err, fmt::format(form, std::forward<Values>(values)...));
}

}  // namespace cork::commands
