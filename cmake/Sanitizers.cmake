# SPDX-License-Identifier: GPL-2.0-only
# TSPOOL_SANITIZE=address,undefined: the compiler's run-time checkers for all C of userspace.
# =thread works as well: what ThreadSanitizer can't see is told to it in sched/checkers.h.
# TSPOOL_HELGRIND: the same for valgrind's Helgrind, which needs more telling: some instructions an item.
# TSPOOL_FUZZ: the same, and what libFuzzer needs to see which code an input reaches (tests/fuzz).
set(TSPOOL_SANITIZE "" CACHE STRING "Run-time checkers, as for -fsanitize=; empty: none")
option(TSPOOL_HELGRIND "Tell Helgrind what orders what in the pool, which needs valgrind's headers" OFF)
option(TSPOOL_FUZZ "Build the fuzz targets with libFuzzer, which needs clang" OFF)

if(TSPOOL_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
		message(FATAL_ERROR "TSPOOL_FUZZ needs clang (-DCMAKE_C_COMPILER=clang), "
			"not ${CMAKE_C_COMPILER}")
	endif()
	set(TSPOOL_SANITIZE fuzzer-no-link,address,undefined)
endif()
if(TSPOOL_SANITIZE)
	add_compile_options(-fsanitize=${TSPOOL_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer -g)
	add_link_options(-fsanitize=${TSPOOL_SANITIZE})
endif()
if(TSPOOL_HELGRIND)
	add_compile_definitions(TSPOOL_HELGRIND)
endif()
