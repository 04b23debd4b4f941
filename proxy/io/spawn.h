// The one way to start a coroutine on its own: whatever goes wrong in it ends it alone.
#pragma once

#include "proxy/io/asio.h"

#include <exception>
#include <functional>
#include <utility>

namespace cork::io {

// `ended` is told how the coroutine ended: nullptr, or the exception that escaped it (a bug or
// std::bad_alloc, since errors are values here). It must not throw.
inline void spawn(const Executor& executor, Awaitable<void> task,
                  std::function<void(std::exception_ptr)> ended) {
  asio::co_spawn(executor, std::move(task), std::move(ended));
}

}  // namespace cork::io
