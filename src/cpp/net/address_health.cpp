#include "net/address_health.hpp"

#include <algorithm>

namespace oai::net {

void address_health::failed(const endpoint& where, time_point now) {
    if (failed_.size() >= most)
        std::erase_if(failed_, [now](auto& each) { return now - each.second >= remembered; });
    if (failed_.size() < most) failed_[where] = now;
}

void address_health::order(endpoints& list, time_point now) const {
    if (failed_.empty()) return;
    std::stable_partition(list.begin(), list.end(),
                          [this, now](const endpoint& where) { return is_healthy(where, now); });
}

bool address_health::is_healthy(const endpoint& where, time_point now) const {
    const auto at = failed_.find(where);
    return at == failed_.end() || now - at->second >= remembered;
}

}  // namespace oai::net
