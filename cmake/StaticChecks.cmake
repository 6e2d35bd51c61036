# SPDX-License-Identifier: GPL-2.0-only
# The targets check-NAME, one for each of tests/static, and static-checks for all of them.
add_custom_target(static-checks)
foreach(check netlink-spec fields-doc clang-format checkpatch sparse relay-callback cppcheck
		clang-tidy)
	add_custom_target(check-${check}
		COMMAND ${PROJECT_SOURCE_DIR}/tests/static/${check} ${CMAKE_BINARY_DIR}
		USES_TERMINAL VERBATIM)
	add_dependencies(static-checks check-${check})
endforeach()
