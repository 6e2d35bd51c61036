# SPDX-License-Identifier: GPL-2.0-only
# The module, through the kernel's own build system, out of the source tree.
#
# kbuild writes its objects beside the sources. Each kernel therefore gets a tree of links to them,
# kmod-VERSION in the build directory, and the module is kmod-VERSION/tspool.ko.

# All kernels whose headers are installed, as for uname -r.
function(tspool_find_kernels result)
	file(GLOB makefiles /lib/modules/*/build/Makefile)
	set(kernels "")
	foreach(makefile IN LISTS makefiles)
		string(REGEX REPLACE "^/lib/modules/([^/]+)/.*" "\\1" kernel "${makefile}")
		list(APPEND kernels "${kernel}")
	endforeach()
	set(${result} "${kernels}" PARENT_SCOPE)
endfunction()

# Links to the module's sources; what a source that is gone has left behind goes as well.
function(tspool_link_sources directory)
	file(GLOB_RECURSE old RELATIVE ${directory} ${directory}/*.[ch])
	foreach(name IN LISTS old)
		if(IS_SYMLINK ${directory}/${name} AND NOT EXISTS ${directory}/${name})
			file(REMOVE ${directory}/${name})
		endif()
	endforeach()
	foreach(name IN LISTS ARGN)
		get_filename_component(parent ${directory}/${name} DIRECTORY)
		file(MAKE_DIRECTORY ${parent})
		file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${directory}/${name} SYMBOLIC)
	endforeach()
endfunction()

# The target kmod-KERNEL: the module for one kernel, which may also be given by its build tree. kbuild
# knows what is out of date.
function(tspool_add_module kernel)
	set(headers /lib/modules/${kernel}/build)
	if(IS_ABSOLUTE ${kernel})
		set(headers ${kernel})
	endif()
	if(NOT EXISTS ${headers}/Makefile)
		message(FATAL_ERROR "TSPOOL_KERNELS: no headers of kernel ${kernel} in ${headers}")
	endif()
	if(IS_ABSOLUTE ${kernel})
		file(STRINGS ${headers}/include/config/kernel.release kernel LIMIT_COUNT 1)
	endif()
	set(directory ${CMAKE_BINARY_DIR}/kmod-${kernel})
	tspool_link_sources(${directory} ${ARGN})
	set(flags "")
	if(TSPOOL_WERROR)
		set(flags KCFLAGS=-Werror)
	endif()
	add_custom_target(kmod-${kernel} ALL
		COMMAND make --no-print-directory -C ${headers} M=${directory} ${flags} modules
		BYPRODUCTS ${directory}/tspool.ko
		COMMENT "Building tspool.ko for ${kernel}"
		VERBATIM)
	if(TSPOOL_INSTALL_MODULE)
		tspool_install_module(${kernel} ${directory}/tspool.ko)
	endif()
endfunction()

function(tspool_install_module kernel module)
	install(FILES ${module} DESTINATION /lib/modules/${kernel}/extra)
	install(CODE "
		if(\"\$ENV{DESTDIR}\" STREQUAL \"\")
			execute_process(COMMAND depmod -a ${kernel} COMMAND_ERROR_IS_FATAL ANY)
		endif()")
endfunction()
