#include "python/event_decoder.hpp"

#include <deque>

#include "python/event_object.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

class fed_bytes final : public api::event_stream {
  public:
    void feed(std::string piece) { pieces_.push_back(std::move(piece)); }
    void end() noexcept { ended_ = true; }

    api::pop_result pop(api::stream_event& out) override {
        if (pieces_.empty()) return ended_ ? api::pop_result::ended : api::pop_result::empty;
        out.data = std::move(pieces_.front());
        pieces_.pop_front();
        return api::pop_result::event;
    }
    bool arm() override { return true; }
    const failure& error() const noexcept override { return none_; }
    api::event_times times() const noexcept override { return {}; }
    void close() noexcept override { ended_ = true; }

  private:
    std::deque<std::string> pieces_;
    bool ended_ = false;
    failure none_;
};

class fed_reader final : public event_reader {
  public:
    fed_reader(std::shared_ptr<fed_bytes> from, borrowed raw, event_settings settings)
        : event_reader(from, raw, Py_None, std::move(settings)), from_(std::move(from)) {}

    void close() noexcept override {
        closed_ = true;
        from_->close();
        finish();
    }
    void feed(std::string piece) { from_->feed(std::move(piece)); }
    void end() noexcept { from_->end(); }
    // Null without an error: more bytes are needed, or this is the end.
    ref next() {
        ref event;
        if (take(event) == outcome::failed && PyErr_ExceptionMatches(PyExc_StopIteration))
            PyErr_Clear();
        return event;
    }

  private:
    bool blocking() const noexcept override { return true; }
    bool inherited() const noexcept override { return false; }

    const std::shared_ptr<fed_bytes> from_;
};

PyTypeObject decoder_type = blank_type();

fed_reader& reader_of(PyObject* object) {
    return static_cast<fed_reader&>(*reinterpret_cast<event_object*>(object)->reader);
}

PyObject* make(PyTypeObject*, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"", "", "synthesize_event_and_data", "legacy", "strict", nullptr};
    PyObject *cast_to, *raw;
    int synthesize = 0, legacy = 1, strict = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|$ppp:EventDecoder",
                                     const_cast<char**>(known), &cast_to, &raw, &synthesize,
                                     &legacy, &strict))
        return nullptr;
    target pieces;
    pieces.is = target::kind::chunk;
    auto reader = std::make_unique<fed_reader>(
        std::make_shared<fed_bytes>(), raw,
        event_settings{pieces, synthesize != 0, legacy != 0, strict != 0});
    if (!reader->parse_events(cast_to)) return nullptr;
    return make_event_object(decoder_type, std::move(reader)).release();
}

PyObject* feed(PyObject* object, PyObject* piece) {
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(piece, &bytes, &size) < 0) return nullptr;
    reader_of(object).feed(std::string(bytes, static_cast<std::size_t>(size)));
    Py_RETURN_NONE;
}

PyObject* end(PyObject* object, PyObject*) {
    reader_of(object).end();
    Py_RETURN_NONE;
}

PyObject* next(PyObject* object) {
    return reader_of(object).next().release();
}

PyObject* same(PyObject* object) {
    return Py_NewRef(object);
}

PyObject* done(PyObject* object, void*) {
    return PyBool_FromLong(reader_of(object).finished());
}

PyMethodDef methods[] = {
    {"feed", feed, METH_O, nullptr},
    {"end", end, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"done", done, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

bool init_event_decoder(PyObject* module) {
    prepare_event_type(decoder_type, "openai_native._core.EventDecoder");
    decoder_type.tp_new = make;
    decoder_type.tp_iter = same;
    decoder_type.tp_iternext = next;
    decoder_type.tp_methods = methods;
    decoder_type.tp_getset = properties;
    return add_type(module, "EventDecoder", decoder_type);
}

}  // namespace oai::python
