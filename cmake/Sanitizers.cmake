# SPDX-License-Identifier: GPL-2.0-only
# TSPOOL_SANITIZE=address,undefined: the compiler's run-time checkers for all C of userspace.
set(TSPOOL_SANITIZE "" CACHE STRING "Run-time checkers, as for -fsanitize=; empty: none")

if(TSPOOL_SANITIZE)
	add_compile_options(-fsanitize=${TSPOOL_SANITIZE} -fno-sanitize-recover=all
		-fno-omit-frame-pointer -g)
	add_link_options(-fsanitize=${TSPOOL_SANITIZE})
endif()
