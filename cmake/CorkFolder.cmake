# One target a folder: cork_folder(name DEPENDS cork::other... LIBRARIES outside...)
#
# Every *.cpp of the folder is in it; nobody lists files. DEPENDS is the only place where a folder
# says which other folders it may include; tests/tidy checks the #include lines against it.
function(cork_folder name)
  cmake_parse_arguments(ARG "" "PCH" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(cork_${name} STATIC ${sources})
  add_library(cork::${name} ALIAS cork_${name})
  list(TRANSFORM ARG_DEPENDS PREPEND "cork::" OUTPUT_VARIABLE targets)
  target_link_libraries(cork_${name} PUBLIC cork_options ${targets} ${ARG_LIBRARIES})
  if(ARG_PCH)
    target_precompile_headers(cork_${name} PRIVATE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../${ARG_PCH}")
    target_compile_options(cork_${name} PRIVATE
      $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  endif()
endfunction()

# The tests that mirror a folder: tests/unit/<path>/*_test.cpp, one executable a folder.
function(cork_unit_tests name path)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/${path}/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  # It counts by operators of its own, and ThreadSanitizer's cannot be replaced.
  if(CORK_SANITIZE STREQUAL "thread")
    list(FILTER sources EXCLUDE REGEX "/allocation_test\\.cpp$")
  endif()
  add_executable(${name}_tests ${sources})
  target_link_libraries(${name}_tests PRIVATE cork::${name} cork_test_support GTest::gmock
                                              GTest::gtest_main)
  target_compile_definitions(${name}_tests PRIVATE "CORK_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
  add_test(NAME unit.${name} COMMAND ${name}_tests --gtest_brief=1)
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 600 LABELS unit)
endfunction()
