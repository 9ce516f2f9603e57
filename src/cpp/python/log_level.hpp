// Which records the logger of this package wants right now. GIL held.
#pragma once

namespace oai::python {

// The numbers of Python's logging.
enum class log_level : long { debug = 10, info = 20 };

// False as well if that could not be found out, and while nobody imported logging. Cheap enough to
// be asked for each call: levels may change at any time.
bool wants_log(log_level level);

// What the official client says before it waits. False: KeyboardInterrupt or SystemExit is being
// raised.
bool log_retry(double pause, int number, int of);

}  // namespace oai::python
