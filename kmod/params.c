// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "params.h"

struct tsp_params tsp_params = {
	.cpu_pattern	= "N",
	.queue_depth	= 2048,
	.coalesce_usecs	= 1000,
	.nomem_retry_ms	= 20,
	.lost_retry_ms	= 20,
};

module_param_named(npartitions, tsp_params.npartitions, int, 0444);
MODULE_PARM_DESC(npartitions, "number of CPU partitions; 0: as cpu_pattern says (default)");
module_param_named(cpu_pattern, tsp_params.cpu_pattern, charp, 0444);
MODULE_PARM_DESC(cpu_pattern, "CPU partitions, as in Lustre: \"N\" (default), \"0[0-3] 1[4-7]\"");
module_param_named(nscheds, tsp_params.nscheds, int, 0444);
MODULE_PARM_DESC(nscheds, "threads of each CPU partition; 0: by its number of CPUs (default)");
module_param_named(queue_depth, tsp_params.queue_depth, int, 0444);
MODULE_PARM_DESC(queue_depth, "exits of one CPU that may wait for delivery at once");
module_param_named(coalesce_usecs, tsp_params.coalesce_usecs, int, 0444);
MODULE_PARM_DESC(coalesce_usecs, "microseconds for which a woken thread lets records gather");
module_param_named(nomem_retry_ms, tsp_params.nomem_retry_ms, int, 0444);
MODULE_PARM_DESC(nomem_retry_ms, "milliseconds after which delivery without memory is retried");
module_param_named(lost_retry_ms, tsp_params.lost_retry_ms, int, 0444);
MODULE_PARM_DESC(lost_retry_ms, "milliseconds after which a loss is reported again when idle");

/* npartitions and cpu_pattern are judged where the table is built. */
static const struct {
	const char	*name;
	const int	*value;
	int		min;
	int		max;
} ranges[] = {
	{ "nscheds",		&tsp_params.nscheds,		0,	1024 },
	{ "queue_depth",	&tsp_params.queue_depth,	16,	1 << 20 },
	{ "coalesce_usecs",	&tsp_params.coalesce_usecs,	0,	1000000 },
	{ "nomem_retry_ms",	&tsp_params.nomem_retry_ms,	1,	60000 },
	{ "lost_retry_ms",	&tsp_params.lost_retry_ms,	1,	60000 },
};

/**
 * tsp_params_check() - refuse parameters out of range, with the reason in the kernel log
 *
 * Return: 0 or -EINVAL.
 */
int tsp_params_check(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		if (*ranges[i].value >= ranges[i].min && *ranges[i].value <= ranges[i].max)
			continue;
		pr_err("%s=%d is out of range: %d to %d\n", ranges[i].name, *ranges[i].value,
		       ranges[i].min, ranges[i].max);
		return -EINVAL;
	}
	return 0;
}
