# SPDX-License-Identifier: GPL-2.0-only
# Warnings for all C of userspace; TSPOOL_WERROR makes them errors, in the module's build as well.
option(TSPOOL_WERROR "Treat warnings as errors" ON)

add_compile_options(-Wall -Wextra -Wformat=2 -Wmissing-prototypes -Wpointer-arith -Wshadow
	-Wstrict-prototypes -Wundef -Wvla -Wwrite-strings)
if(TSPOOL_WERROR)
	add_compile_options(-Werror)
endif()
