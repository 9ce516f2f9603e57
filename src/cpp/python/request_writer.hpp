// Python objects -> JSON text of a request body, with the bytes the official client would send. GIL
// held.
#pragma once

#include <Python.h>

#include <string>

namespace oai::python {

// Where a value stands in the request, for error messages: messages[2].content[0].
struct json_path {
    const json_path* up = nullptr;
    PyObject* key = nullptr;  // a dict key, borrowed; null: `index` counts
    Py_ssize_t index = 0;

    std::string text() const;
};

enum class model_names : bool { python, wire };  // how pydantic models spell their fields

class request_writer {
  public:
    explicit request_writer(std::string& out) noexcept : out_(out) {}

    // Appends JSON text. False with a Python error that names the path: ValueError or TypeError.
    bool value(PyObject* object, const json_path& at, model_names names = model_names::python);
    // `"key":` of an object member.
    bool key(PyObject* name, const json_path& at);

  private:
    bool string(PyObject* text, const json_path& at);
    bool integer(PyObject* number, const json_path& at);
    bool real(PyObject* number, const json_path& at);
    bool sequence(PyObject* items, const json_path& at);
    bool iterable(PyObject* items, const json_path& at);
    bool dict(PyObject* members, const json_path& at);
    bool mapping(PyObject* members, const json_path& at);
    bool member(PyObject* name, PyObject* member, bool& first, const json_path& at);
    bool other(PyObject* object, const json_path& at);
    bool model(PyObject* object, const json_path& at);

    std::string& out_;
    model_names names_ = model_names::python;
    int depth_ = 0;
};

// `omit` or `not_given`: values that are not to be sent.
bool is_omitted(PyObject* value) noexcept;

// UTF-8 of a str; false with a UnicodeEncodeError if it holds lone surrogates. `keep` owns the
// bytes.
bool utf8_of(PyObject* text, PyObject*& keep, const char*& data, Py_ssize_t& size);

}  // namespace oai::python
