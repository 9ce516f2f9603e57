// Which descriptors belong to the engine: after a fork the child closes them, so that the parent's
// peers see the parent only. Lock-free, because the fork may catch any thread anywhere.
#pragma once

namespace oai::net {

void remember_descriptor(int fd) noexcept;
// Before the descriptor is closed: a child must never close a number that was given to somebody
// else.
void forget_descriptor(int fd) noexcept;
// In a forked child: closes all, sending nothing.
void close_inherited_descriptors() noexcept;

}  // namespace oai::net
