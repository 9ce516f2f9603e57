# Compiler flags shared by our own targets, sanitizers, and ccache where the machine has it.
add_library(oai_options INTERFACE)
target_compile_options(oai_options INTERFACE -Wall -Wextra -Wno-unknown-pragmas)
if(OAI_WERROR)
    target_compile_options(oai_options INTERFACE -Werror)
endif()
if(OAI_SANITIZE)
    # Lines are all a report needs of debug information; more of it costs a third of the time.
    add_compile_options(-fsanitize=${OAI_SANITIZE} -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=${OAI_SANITIZE})
    # Recycled coroutine frames would hide a use after free from the sanitizer.
    add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING OAI_SANITIZED)
endif()

find_program(OAI_CCACHE ccache)
find_program(OAI_ENV env)  # not `cmake -E env`: each .venv has a cmake of its own
if(OAI_CCACHE AND OAI_ENV)
    # Precompiled headers need this sloppiness, or ccache declines every file that uses them.
    set(OAI_LAUNCHER ${OAI_ENV} CCACHE_SLOPPINESS=pch_defines,time_macros
                     CCACHE_NOHASHDIR=1 ${OAI_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${OAI_LAUNCHER})
    set(CMAKE_C_COMPILER_LAUNCHER ${OAI_LAUNCHER})
endif()

# Of an extension module only its entry is seen, also where a header asks for more: what it brings of
# OpenSSL or Boost never meets what others in the process have.
function(oai_hide_symbols module)
    if(APPLE)
        target_link_options(${module} PRIVATE -Wl,-exported_symbol,_PyInit_*)
    elseif(UNIX)
        set(map ${CMAKE_SOURCE_DIR}/cmake/exported.map)
        target_link_options(${module} PRIVATE -Wl,--version-script=${map} -Wl,--gc-sections)
        set_property(TARGET ${module} APPEND PROPERTY LINK_DEPENDS ${map})
    endif()
endfunction()
