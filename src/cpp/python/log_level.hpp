// Which records the logger of this package wants right now. GIL held.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace oai::python {

// The numbers of Python's logging.
enum class log_level : long { debug = 10, info = 20 };

// False as well if that could not be found out, and while nobody imported logging. Cheap enough to
// be asked for each call: levels may change at any time.
bool wants_log(log_level level);

// Records under the texts of the official client; where one is false, KeyboardInterrupt or
// SystemExit is being raised.
bool log_start(const std::string& method);
// How an attempt ended: its answer, or (no status) why there is none.
bool log_attempt(const std::string& method, int status, std::string_view request_id,
                 const error_code& failed);
bool log_retry(double pause, int number, int of);

}  // namespace oai::python
