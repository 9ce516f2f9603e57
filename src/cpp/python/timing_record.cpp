#include "python/timing_record.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace oai::python {

ref timing_record(const api::outcome& came) {
    const api::timing& when = came.when;
    const std::array<double, 8> moments = {when.queued,    when.resolved, when.dialed, when.secured,
                                           when.connected, when.sent,     when.head,   when.done};
    const std::int32_t retries = came.retries_taken;
    ref made = ref::steal(
        PyBytes_FromStringAndSize(nullptr, sizeof moments + sizeof retries + sizeof(char)));
    if (!made) return made;
    char* at = PyBytes_AS_STRING(made.get());
    std::memcpy(at, moments.data(), sizeof moments);
    std::memcpy(at + sizeof moments, &retries, sizeof retries);
    at[sizeof moments + sizeof retries] = when.reused ? 1 : 0;
    return made;
}

}  // namespace oai::python
