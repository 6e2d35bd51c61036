# SPDX-License-Identifier: GPL-2.0-only
# Modules, through the kernel's own build system, out of the source tree.
#
# kbuild writes its objects beside the sources. Each kernel therefore gets a tree of links to them,
# TREE-VERSION in the build directory; tspool's own is kmod-VERSION/tspool.ko.

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

# Where the headers of a kernel are, which may also be given by its build tree, and its version.
function(tspool_find_headers kernel headers version)
	set(directory /lib/modules/${kernel}/build)
	if(IS_ABSOLUTE ${kernel})
		set(directory ${kernel})
	endif()
	if(NOT EXISTS ${directory}/Makefile)
		message(FATAL_ERROR "TSPOOL_KERNELS: no headers of kernel ${kernel} in ${directory}")
	endif()
	if(IS_ABSOLUTE ${kernel})
		file(STRINGS ${directory}/include/config/kernel.release kernel LIMIT_COUNT 1)
	endif()
	set(${headers} ${directory} PARENT_SCOPE)
	set(${version} ${kernel} PARENT_SCOPE)
endfunction()

# The target TREE-VERSION: the module for one kernel. kbuild knows what is out of date.
function(tspool_add_module_for kernel tree module)
	tspool_find_headers(${kernel} headers version)
	set(directory ${CMAKE_BINARY_DIR}/${tree}-${version})
	tspool_link_sources(${directory} ${ARGN})
	set(flags "")
	if(TSPOOL_WERROR)
		set(flags KCFLAGS=-Werror)
	endif()
	add_custom_target(${tree}-${version} ALL
		COMMAND make --no-print-directory -C ${headers} M=${directory} ${flags} modules
		BYPRODUCTS ${directory}/${module}.ko
		COMMENT "Building ${module}.ko for ${version}"
		VERBATIM)
endfunction()

# tspool_add_module(TREE MODULE SOURCE...): the module, for each kernel of TSPOOL_KERNELS.
function(tspool_add_module tree module)
	if(TSPOOL_KERNELS STREQUAL "none")
		return()
	endif()
	foreach(kernel IN LISTS TSPOOL_KERNELS)
		tspool_add_module_for(${kernel} ${tree} ${module} ${ARGN})
	endforeach()
endfunction()

# tspool_install_module(TREE MODULE): below /lib/modules of each kernel.
function(tspool_install_module tree module)
	if(TSPOOL_KERNELS STREQUAL "none")
		return()
	endif()
	foreach(kernel IN LISTS TSPOOL_KERNELS)
		tspool_find_headers(${kernel} headers version)
		install(FILES ${CMAKE_BINARY_DIR}/${tree}-${version}/${module}.ko
			DESTINATION /lib/modules/${version}/extra)
		install(CODE "
			if(\"\$ENV{DESTDIR}\" STREQUAL \"\")
				execute_process(COMMAND depmod -a ${version} COMMAND_ERROR_IS_FATAL ANY)
			endif()")
	endforeach()
endfunction()
