// Dictionary entries that calls rely on: methods of an HTTP library that a mock may replace,
// settings of a client that somebody may change. One look-up each a call. GIL held.
#pragma once

#include <Python.h>

#include <vector>

#include "python/refs.hpp"

namespace oai::python {

class watch_list {
  public:
    // `holder`: a dictionary, or a class made in Python. The value None: or absent. False with
    // TypeError.
    bool add(borrowed holder, borrowed key, borrowed value);
    bool disturbed() const noexcept;
    int traverse(visitproc visit, void* arg) const;

  private:
    struct entry {
        ref holder, key, value;
        borrowed entries;  // the holder's
    };
    std::vector<entry> entries_;
};

// A list of (holder, key, value). False with an error set.
bool read_watch_list(borrowed given, watch_list& into);

// The methods that HTTP libraries send by are not their own.
bool libraries_disturbed() noexcept;

bool init_watch(PyObject* module);

}  // namespace oai::python
