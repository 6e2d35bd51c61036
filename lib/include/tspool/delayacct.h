/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's delay accounting: whether it is on, and what a record has of it.
 *
 * A task that starts while it is off never gets delays: they are absent in its records. Those of a
 * task that started while it was on stand still while it is off: the library makes them absent too,
 * in what tspool_get_task() and tspool_get_process() bring, and in what a listener receives. Which
 * ones they are is told by tspool_needs_delay_accounting(); run_delay_ns is none of them.
 */
#ifndef TSPOOL_DELAYACCT_H
#define TSPOOL_DELAYACCT_H

#include <tspool/record.h>

#ifdef __cplusplus
extern "C" {
#endif

enum tspool_delayacct {
	TSPOOL_DELAYACCT_UNKNOWN,	/* this kernel has none, or /proc is not there */
	TSPOOL_DELAYACCT_OFF,
	TSPOOL_DELAYACCT_ON,
};

/* The setting as it is now: kernel.task_delayacct. Costs a look into /proc. */
enum tspool_delayacct tspool_delay_accounting(void);

/* Whether a record can have this field only where delay accounting was on. */
bool tspool_needs_delay_accounting(const struct tspool_field_info *field);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_DELAYACCT_H */
