// Python values -> request targets, percent-encoded with the bytes the official client would send.
// GIL held; false means a Python error is set.
#pragma once

#include <Python.h>

#include <string>
#include <string_view>
#include <vector>

namespace oai::python {

// `value` as part of one path segment: what is not pchar (RFC 3986, 3.3) is encoded, "/" too.
bool write_path_value(std::string& out, PyObject* value);
// ValueError if a segment of `path` is "." or "..", also in encoded form.
bool check_dot_segments(std::string_view path);
// A literal path as a user typed it: encodes what may not stand in a request target.
std::string encode_literal(std::string_view path);

// `name=value` pairs joined by "&": nested mappings as a[b]=, lists as a[]=, None left out.
class query_writer {
  public:
    explicit query_writer(std::string& out) : out_(out) {}

    // `name`: a str object.
    bool add(PyObject* name, PyObject* value);

  private:
    bool add_under(const std::string& name, PyObject* value, int depth);
    bool add_mapping(const std::string& name, PyObject* value, int depth);
    bool add_scalar(const std::string& name, PyObject* value);

    std::string& out_;
};

// The pairs of an encoded query whose name, or its part before the first "[", is not among `names`
// (encoded as well).
std::string without_names(std::string_view query, const std::vector<std::string>& names);
// The name of a parameter as it stands in an encoded query.
bool encode_query_name(PyObject* name, std::string& out);

}  // namespace oai::python
