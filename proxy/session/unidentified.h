// The answers to who is no bottle's client, or has not said whose he is: recorded under no bottle's
// name, and slow for whoever guesses. And to who has said so, where his bottle has no place for
// him.
#pragma once

#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/identity.h"
#include "proxy/session/worker.h"

#include <cstddef>

namespace cork::session {

// `identity` was asked, and said neither which bottle's it is nor that it may still be one's.
// `head`: what was read of it; nullptr where nothing was.
io::Awaitable<After> refuse_stranger(Worker& worker, const Identity& identity, Client& client,
                                     const ReceivedHead* head);

// 407, on a connection that stays open for the request that is made again with credentials.
io::Awaitable<After> ask_for_credentials(Worker& worker, const Identity& identity, Client& client,
                                         const ReceivedHead& head);

// A head that could not be parsed, of who has not said whose he is.
io::Awaitable<After> refuse_malformed(Worker& worker, const Identity& identity, Client& client,
                                      const http::ParseError& error);

// A request of `bottle`, as identity.ask() just said, on a connection that is one more than the
// bottle may have: recorded as that bottle's.
io::Awaitable<After> refuse_crowded(Worker& worker, const Identity& identity, Client& client,
                                    const ReceivedHead& head, std::size_t bottle);

// "no bottle takes clients from 192.0.2.1 here.": what refuse_stranger() says.
[[nodiscard]] policy::Decision stranger(const policy::Peer& peer, bool credentials_were_wrong);

}  // namespace cork::session
