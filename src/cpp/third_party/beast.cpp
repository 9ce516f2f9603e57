// Boost.Beast's non-template half, compiled once for the whole library.
#include <boost/beast/src.hpp>
