// What a Call results in when its credentials may have changed before a retry: the question for
// them. Its answer gives the Call that goes on. GIL held everywhere here.
#pragma once

#include <Python.h>

#include <memory>
#include <string>

#include "python/awaitable.hpp"

namespace oai::python {

// The work behind a Call that may stop and ask.
class asking_operation : public operation {
  public:
    virtual const std::shared_ptr<loop_state>& home() const noexcept = 0;
    // Goes on with this value of Authorization, empty: as before. From now on `call` owns this.
    virtual void proceed(borrowed call, std::string authorization) = 0;
};

// Null with an error set. A question that goes away unanswered abandons the work.
ref make_question(std::unique_ptr<asking_operation> work);

bool init_question(PyObject* module);

}  // namespace oai::python
