// Coroutine aliases with the concrete executor: any_io_executor costs twice as much a suspension.
// GCC 12 rule: arguments inside a co_await expression are names or constructor calls; no capturing
// lambda, no braces, no ?: (tools/lint_cpp.py enforces it).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace oai {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;

template <class T = void>
using task = asio::awaitable<T, executor>;

}  // namespace oai
