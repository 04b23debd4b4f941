# Compiler, warnings, sanitizers and cache: everything that is the same for every target.

# GCC before 13 destroys the temporaries of a co_await statement twice (seen under ASan).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR "cork needs clang 19 (or GCC 13): GCC ${CMAKE_CXX_COMPILER_VERSION} "
                      "miscompiles coroutines. Use a preset: cmake --preset release")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CORK_SANITIZE "" CACHE STRING "address, thread, fuzzer or nothing")

add_library(cork_options INTERFACE)
target_include_directories(cork_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(cork_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Werror
  -fno-omit-frame-pointer -fstack-protector-strong)
# Hyperscan runs on no x86 processor without SSSE3.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(cork_options INTERFACE -mssse3)
endif()
target_compile_definitions(cork_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_DISABLE_BOOST_COROUTINE
  $<$<NOT:$<CONFIG:Debug>>:_GLIBCXX_ASSERTIONS>)

if(CORK_SANITIZE STREQUAL "address")
  set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(CORK_SANITIZE STREQUAL "thread")
  set(flags -fsanitize=thread)
elseif(CORK_SANITIZE STREQUAL "fuzzer")
  set(flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
elseif(NOT CORK_SANITIZE STREQUAL "")
  message(FATAL_ERROR "CORK_SANITIZE is address, thread, fuzzer or empty, not '${CORK_SANITIZE}'")
endif()
if(flags)
  target_compile_options(cork_options INTERFACE ${flags})
  target_link_options(cork_options INTERFACE ${flags})
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(cork_options INTERFACE -fuse-ld=lld)
endif()
target_link_options(cork_options INTERFACE -Wl,-z,relro,-z,now)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
