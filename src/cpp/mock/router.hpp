// From a request to its answer. Pure but for the world's memory.
#pragma once

#include "mock/faults.hpp"
#include "mock/reply.hpp"
#include "mock/request.hpp"
#include "mock/value.hpp"
#include "mock/world.hpp"

namespace oai::mock {

struct answer {
    reply what;
    faults wrong;
};

answer answer_to(const request& asked, world& state);

// What an endpoint gets. `id` is the path's variable part.
struct call {
    const request& asked;
    value body;
    std::string id;
    const faults& wrong;
    world& state;

    std::string query(std::string_view key) const { return query_value(asked.query(), key); }
};

}  // namespace oai::mock
