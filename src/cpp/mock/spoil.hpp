// The faults that change what is said, not how it is sent.
#pragma once

#include "mock/faults.hpp"
#include "mock/reply.hpp"

namespace oai::mock {

void spoil(reply& answer, const faults& wrong);

}  // namespace oai::mock
