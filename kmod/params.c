// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/errno.h>
#include <linux/genetlink.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tspool.h>

#include "params.h"

struct tsp_params tsp_params = {
	.cpu_pattern	= "N",
	.family		= TSPOOL_GENL_NAME,
	.queue_depth	= 2048,
	.coalesce_usecs	= 5000,
	.nomem_retry_ms	= 20,
	.retry_ms	= 20,
	.backlog_kbytes	= 4096,
	.backlog_limit_kbytes = 262144,
	.namespace_listeners = 16,
	.relay		= "off",
	.relay_setup	= {
		.subbuf_size	= 256 << 10,
		.n_subbufs	= 32,
	},
};

module_param_named(npartitions, tsp_params.npartitions, int, 0444);
MODULE_PARM_DESC(npartitions, "number of CPU partitions; 0: as cpu_pattern says (default)");
module_param_named(cpu_pattern, tsp_params.cpu_pattern, charp, 0444);
MODULE_PARM_DESC(cpu_pattern, "CPU partitions, as in Lustre: \"N\" (default), \"0[0-3] 1[4-7]\"");
module_param_named(family, tsp_params.family, charp, 0444);
MODULE_PARM_DESC(family, "name of the generic netlink family (default: " TSPOOL_GENL_NAME ")");
module_param_named(nscheds, tsp_params.nscheds, int, 0444);
MODULE_PARM_DESC(nscheds, "threads of each CPU partition; 0: by its number of CPUs (default)");
module_param_named(queue_depth, tsp_params.queue_depth, int, 0444);
MODULE_PARM_DESC(queue_depth, "exits of one CPU that may wait for delivery at once");
module_param_named(coalesce_usecs, tsp_params.coalesce_usecs, int, 0444);
MODULE_PARM_DESC(coalesce_usecs, "microseconds for which a woken thread lets records gather");
module_param_named(nomem_retry_ms, tsp_params.nomem_retry_ms, int, 0444);
MODULE_PARM_DESC(nomem_retry_ms, "milliseconds after which delivery without memory is retried");
module_param_named(retry_ms, tsp_params.retry_ms, int, 0444);
MODULE_PARM_DESC(retry_ms, "milliseconds after which an idle CPT looks again for room in sockets");
module_param_named(backlog_kbytes, tsp_params.backlog_kbytes, int, 0444);
MODULE_PARM_DESC(backlog_kbytes, "KiB that may wait for a listener that does not say how much");
module_param_named(backlog_limit_kbytes, tsp_params.backlog_limit_kbytes, int, 0444);
MODULE_PARM_DESC(backlog_limit_kbytes, "KiB that may wait for all listeners together");
module_param_named(namespace_listeners, tsp_params.namespace_listeners, int, 0444);
MODULE_PARM_DESC(namespace_listeners, "listeners outside the initial pid namespace; 0: none");

module_param_named(relay, tsp_params.relay, charp, 0444);
MODULE_PARM_DESC(relay, "relay buffers in debugfs: off (default), lossless or overwrite");
module_param_named(subbuf_size, tsp_params.relay_setup.subbuf_size, uint, 0444);
MODULE_PARM_DESC(subbuf_size, "bytes of a relay sub-buffer; whole memory pages");
module_param_named(n_subbufs, tsp_params.relay_setup.n_subbufs, uint, 0444);
MODULE_PARM_DESC(n_subbufs, "sub-buffers of the relay buffer of each CPU partition");

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
	{ "retry_ms",		&tsp_params.retry_ms,		1,	60000 },
	{ "backlog_kbytes",	&tsp_params.backlog_kbytes,	0,	1 << 30 },
	{ "backlog_limit_kbytes", &tsp_params.backlog_limit_kbytes, 0,	1 << 30 },
	{ "namespace_listeners", &tsp_params.namespace_listeners, 0,	1024 },
};

static int check_backlog(void)
{
	if (tsp_params.backlog_kbytes <= tsp_params.backlog_limit_kbytes)
		return 0;
	pr_err("backlog_kbytes=%d is more than backlog_limit_kbytes=%d\n",
	       tsp_params.backlog_kbytes, tsp_params.backlog_limit_kbytes);
	return -EINVAL;
}

static int check_family(const char *family)
{
	size_t length = strlen(family);

	if (length >= 1 && length < GENL_NAMSIZ)
		return 0;
	pr_err("family=%s is %zu characters long: a name has 1 to %d\n", family, length,
	       GENL_NAMSIZ - 1);
	return -EINVAL;
}

static int check_relay(void)
{
	struct tsp_relay_setup *setup = &tsp_params.relay_setup;
	const char *fault;
	int mode;

	mode = tsp_relay_mode_of(tsp_params.relay);
	if (mode < 0) {
		pr_err("relay=%s is none of off, lossless and overwrite\n", tsp_params.relay);
		return mode;
	}
	setup->mode = mode;
	fault = tsp_relay_setup_fault(setup);
	if (!fault)
		return 0;
	pr_err("subbuf_size=%u n_subbufs=%u: %s\n", setup->subbuf_size, setup->n_subbufs, fault);
	return -EINVAL;
}

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
	return check_backlog() ?: check_family(tsp_params.family) ?: check_relay();
}
