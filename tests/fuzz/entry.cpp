// libFuzzer's way into one target; OAI_FUZZ_TARGET is its name.
#include <cstddef>
#include <cstdint>

#include "targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    oai::fuzz::OAI_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
