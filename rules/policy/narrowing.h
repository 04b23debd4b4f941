// Which of a place's routes admits a request, and what stands against it where none does: methods,
// paths, git's words, and what would make the origin take it for another request.
//
// Pure.
//
//   const Admission admission = admit(routes, head);
//   if (admission.route == nullptr) deny(admission.objection);
#pragma once

#include "base/message.h"
#include "rules/policy/decision.h"

#include <span>
#include <string>

namespace cork::policy {

struct Route;

struct Objection {
  Reason reason = Reason::method_not_allowed;
  const Route* route = nullptr;  // the one that was nearest to admitting the request
  // "bottle 'dev' may not <act> api.example.com: its route 'x' <because>." None of it is quoted
  // from the request but a method that policy compares.
  std::string act, because;
  // "<change> of the route 'x' of …"; empty: the request needs an entry of its own.
  std::string change;
  // What the client would have to send instead, where no entry could admit what it sent; else "".
  std::string instead = {};
};

struct Admission {
  const Route* route = nullptr;  // nullptr: none
  Objection objection;
};

// Is the route narrower than its host, scheme and port?
[[nodiscard]] bool is_narrowed(const Route& route) noexcept;

// `routes`: all of one place, at least one. One alone must admit every reading of the path. One
// that is not narrowed goes before the others.
[[nodiscard]] Admission admit(std::span<const Route* const> routes, const RequestHead& head);

}  // namespace cork::policy
