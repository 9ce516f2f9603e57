// What a call results in when its credentials may have changed before a retry: the question for
// them. Its answer goes on with it. GIL held everywhere here.
#pragma once

#include <Python.h>

#include <memory>

#include "api/call.hpp"
#include "python/awaitable.hpp"

namespace oai::python {

// The work behind a call that may stop and ask.
class asking_operation : public operation {
  public:
    // Goes on with these credentials. What comes next, in place of the question: a Call, or what a
    // waiting thread gets. Null with an error set.
    virtual ref proceed(std::unique_ptr<asking_operation> self, api::fresh_header credentials) = 0;
};

// Null with an error set. A question that goes away unanswered abandons the work.
ref make_question(std::unique_ptr<asking_operation> work);

bool init_question(PyObject* module);

}  // namespace oai::python
