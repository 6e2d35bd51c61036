/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.2 gave a name to the way to the arguments of a function that ftrace is called from. */
#ifndef TSP_COMPAT_FTRACE_H
#define TSP_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/ptrace.h>

#ifndef ftrace_regs_get_argument
#define ftrace_regs_get_argument(fregs, n)	regs_get_kernel_argument(&(fregs)->regs, n)
#endif

#endif /* TSP_COMPAT_FTRACE_H */
