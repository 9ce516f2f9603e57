// Runs a coroutine, or a function, on the shared engine and waits for it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "core/task.hpp"
#include "net/engine.hpp"

namespace oai::testing {

// A hang is a failure of the test program, told at once rather than by the runner's time limit.
template <class T>
T wait_for(std::future<T> result) {
    if (result.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        std::fputs("a coroutine hangs\n", stderr);
        std::abort();
    }
    return result.get();
}

// `make` returns the task; it stays alive until the task is done.
template <class Make>
auto on_engine(Make make) {
    using result = typename decltype(make())::value_type;
    auto promise = std::make_shared<std::promise<result>>();
    auto future = promise->get_future();
    auto kept = std::make_shared<Make>(std::move(make));
    net::engine& engine = net::engine::shared();
    engine.submit(net::make_job([&engine, kept, promise] {
        asio::co_spawn(engine.get_executor(), (*kept)(),
                       [kept, promise](std::exception_ptr failed, auto... value) {
                           if (failed)
                               promise->set_exception(failed);
                           else
                               promise->set_value(std::move(value)...);
                       });
    }));
    return wait_for(std::move(future));
}

// A plain function.
template <class F>
auto call_on_engine(F f) {
    auto promise = std::make_shared<std::promise<std::invoke_result_t<F&>>>();
    auto future = promise->get_future();
    net::engine::shared().submit(net::make_job([f = std::move(f), promise]() mutable {
        if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
            f();
            promise->set_value();
        } else {
            promise->set_value(f());
        }
    }));
    return wait_for(std::move(future));
}

}  // namespace oai::testing
