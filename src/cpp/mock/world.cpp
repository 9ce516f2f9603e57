#include "mock/world.hpp"

#include "mock/fine_tuning.hpp"
#include "mock/text.hpp"

namespace oai::mock {

world::world(options given) : settings(std::move(given)), log(settings.keep_requests) {
    for (unsigned n = 0; n < settings.jobs; ++n) add_seed_job(*this, n);
}

std::string world::new_id(std::string_view prefix) {
    std::uint64_t number = serial.fetch_add(1, std::memory_order_relaxed) + 1;
    std::string id(prefix);
    id += "mock";
    id += hex(number);
    return id;
}

bool world::fails_again(std::uint64_t key, unsigned times) {
    std::lock_guard lock(mutex_);
    // Calls that were given up leave their count behind.
    if (attempts_.size() > 100'000) attempts_.clear();
    unsigned& count = attempts_[key];
    if (count++ < times) return true;
    attempts_.erase(key);
    return false;
}

}  // namespace oai::mock
