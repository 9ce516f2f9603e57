#include "python/loop.hpp"

#include <system_error>
#include <unordered_map>

#include "python/interned.hpp"
#include "python/loop_relay.hpp"

namespace oai::python {
namespace {

// Completions handled in one turn of the loop; the rest waits for the next turn, so that other
// callbacks get theirs.
constexpr int batch = 64;

using registry = std::unordered_map<PyObject*, std::shared_ptr<loop_state>>;

// Leaked on purpose: no destructor may run when the process exits.
registry& states() {
    static auto* const all = new registry;
    return *all;
}

// The loop asked for last; almost always the one asked for next.
std::shared_ptr<loop_state>& last() {
    static auto* const state = new std::shared_ptr<loop_state>;
    return *state;
}

void forget(borrowed loop) noexcept {
    if (last() && last()->loop() == loop) last().reset();
    states().erase(loop);
}

constexpr const char* capsule_name = "openai_native.loop";

std::shared_ptr<loop_state>& state_in(PyObject* capsule) {
    return *static_cast<std::shared_ptr<loop_state>*>(PyCapsule_GetPointer(capsule, capsule_name));
}

PyObject* drain_callback(PyObject* capsule, PyObject*) {
    if (!state_in(capsule)->drain()) return nullptr;
    Py_RETURN_NONE;
}

PyObject* died_callback(PyObject* capsule, PyObject*) {
    const std::shared_ptr<loop_state> state = state_in(capsule);
    const saved_error keep;
    state->shut();
    Py_RETURN_NONE;
}

PyMethodDef drain_method = {"drain", drain_callback, METH_NOARGS, nullptr};
PyMethodDef died_method = {"loop_died", died_callback, METH_O, nullptr};

ref callback_of(PyMethodDef& method, const std::shared_ptr<loop_state>& state) {
    auto* held = new std::shared_ptr<loop_state>(state);
    const ref capsule = ref::steal(
        PyCapsule_New(held, capsule_name, [](PyObject* capsule) { delete &state_in(capsule); }));
    if (!capsule) {
        delete held;
        return {};
    }
    return ref::steal(PyCFunction_New(&method, capsule.get()));
}

// False if it cannot say.
bool says(borrowed loop, const char* question) noexcept {
    const ref answer = ref::steal(PyObject_CallMethod(loop, question, nullptr));
    if (!answer) PyErr_Clear();
    return answer && answer.get() == Py_True;
}

}  // namespace

std::shared_ptr<loop_state> loop_state::current() {
    PyObject* running = get(global::running_loop);
    if (running == nullptr) return nullptr;
    const ref loop = ref::steal(PyObject_CallNoArgs(running));
    if (!loop) return nullptr;
    if (loop.get() == Py_None) {
        PyErr_SetString(PyExc_RuntimeError,
                        "openai_native can only be awaited inside a running asyncio event loop");
        return nullptr;
    }
    if (last() && last()->loop_ == loop.get()) return last();
    auto found = states().find(loop.get());
    if (found != states().end()) return last() = found->second;

    sweep_closed();
    auto made = std::make_shared<loop_state>(loop.get());
    if (!made->watch()) return nullptr;
    states().insert_or_assign(loop.get(), made);
    return last() = made;
}

bool loop_state::watch() {
    try {
        port_ = bridge::loop_port::make();
    } catch (const std::system_error& error) {
        errno = error.code().value();
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    const ref died = callback_of(died_method, shared_from_this());
    weak_ = died ? ref::steal(PyWeakref_NewRef(loop_, died.get())) : ref();
    const ref drain = callback_of(drain_method, shared_from_this());
    if (!weak_ || !drain) return false;
    const ref fd = ref::steal(PyLong_FromLong(port_->wakeup().fd()));
    const ref watched = ref::steal(
        PyObject_CallMethodObjArgs(loop_, name.add_reader, fd.get(), drain.get(), nullptr));
    if (watched) return true;
    if (!PyErr_ExceptionMatches(PyExc_NotImplementedError)) return false;
    PyErr_Clear();
    return start_relay(weak_.get(), drain.get(), port_);
}

loop_state::~loop_state() {
    while (oldest_ != nullptr) delete std::exchange(oldest_, oldest_->next);
}

std::uint64_t loop_state::enroll(receiver* who) {
    if (first_free_ == 0) {
        slots_.emplace_back();
        first_free_ = static_cast<std::uint32_t>(slots_.size());
    }
    const std::uint32_t number = first_free_;
    slot& taken = slots_[number - 1];
    first_free_ = taken.next_free;
    taken.who = who;
    return std::uint64_t{taken.generation} << 32 | number;
}

receiver* loop_state::find(std::uint64_t ticket) const noexcept {
    const slot& at = slots_[static_cast<std::uint32_t>(ticket) - 1];
    return at.generation == ticket >> 32 ? at.who : nullptr;
}

void loop_state::replace(std::uint64_t ticket, receiver* who) noexcept {
    slots_[static_cast<std::uint32_t>(ticket) - 1].who = who;
}

void loop_state::dismiss(std::uint64_t ticket) noexcept {
    if (find(ticket) == nullptr) return;
    const auto number = static_cast<std::uint32_t>(ticket);
    slot& freed = slots_[number - 1];
    freed.who = nullptr;
    ++freed.generation;
    freed.next_free = std::exchange(first_free_, number);
}

void loop_state::take_pending() noexcept {
    bridge::completion* fresh = port_->take_all();
    if (fresh == nullptr) return;
    (oldest_ == nullptr ? oldest_ : newest_->next) = fresh;
    while (fresh->next != nullptr) fresh = fresh->next;
    newest_ = fresh;
}

bool loop_state::drain() {
    const auto keep = shared_from_this();
    if (!alive_ || inherited_) return true;
    port_->wakeup().drain();
    take_pending();
    bool fine = true;
    // A woken task may run the loop again (nested loops): every node is off the list before it is
    // used.
    for (int handled = 0; fine && handled < batch && oldest_ != nullptr; ++handled) {
        std::unique_ptr<arrival> node(static_cast<arrival*>(oldest_));
        oldest_ = node->next;
        receiver* who = find(node->ticket);
        if (who != nullptr) fine = who->receive(*node);
        if (const auto bytes = node->strip()) port_->give_back(std::move(node), *bytes);
    }
    if (oldest_ != nullptr) port_->wakeup().notify();
    return fine;
}

void loop_state::shut() noexcept {
    // What an inherited loop knows of may be gone: nobody who waits on it takes leave any more.
    if (inherited_ || !std::exchange(alive_, false)) return;
    const auto keep = shared_from_this();
    forget(loop_);
    port_->close();
    port_->wakeup().notify();  // ends the relay, if there is one
    while (oldest_ != nullptr) delete static_cast<arrival*>(std::exchange(oldest_, oldest_->next));
    for (std::size_t i = 0; i < slots_.size(); ++i)
        if (receiver* who = slots_[i].who) who->orphan();
}

void loop_state::sweep_closed() noexcept {
    std::vector<std::shared_ptr<loop_state>> closed;
    const saved_error keep;
    const registry all = states();  // asking a loop may run Python, which may change the registry
    for (const auto& [loop, state] : all) {
        const ref alive = ref::steal(PyObject_CallNoArgs(state->weak_.get()));
        if (alive && alive.get() != Py_None && says(alive.get(), "is_closed"))
            closed.push_back(state);
        PyErr_Clear();
    }
    for (const auto& state : closed) state->shut();
}

void loop_state::silence() noexcept {
    if (!std::exchange(alive_, false)) return;
    silent_ = true;
    forget(loop_);
    port_->close();
}

void loop_state::shut_all() noexcept {
    const saved_error keep;
    const registry all = states();
    for (const auto& [loop, state] : all) {
        const ref alive = ref::steal(PyObject_CallNoArgs(state->weak_.get()));
        if (alive && alive.get() != Py_None && says(alive.get(), "is_running"))
            state->silence();
        else
            state->shut();
        PyErr_Clear();
    }
}

void loop_state::forget_all() noexcept {
    // Leaked with what they hold: the parent's engine objects behind them must not be touched.
    auto* const parents = new registry;
    parents->swap(states());
    for (const auto& [loop, state] : *parents) state->inherited_ = true;
    last().reset();
}

long loop_state::waiting_everywhere() noexcept {
    long waiting = 0;
    for (const auto& [loop, state] : states())
        for (const slot& each : state->slots_) waiting += each.who != nullptr;
    return waiting;
}

bool report_to_loop(borrowed loop, const char* message, borrowed source) noexcept {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) {
        if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) ||
            PyErr_ExceptionMatches(PyExc_SystemExit))
            return false;
    }
    const ref error = take_error();
    const ref context = ref::steal(Py_BuildValue("{s:s,s:O,s:O}", "message", message, "exception",
                                                 error.get(), "future", source));
    const ref told = context ? ref::steal(PyObject_CallMethodOneArg(
                                   loop, name.call_exception_handler, context.get()))
                             : ref();
    if (told) return true;
    if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) || PyErr_ExceptionMatches(PyExc_SystemExit))
        return false;
    PyErr_WriteUnraisable(source);
    return true;
}

}  // namespace oai::python
