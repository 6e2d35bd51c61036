// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/module.h>
#include <linux/printk.h>

#include "cpt.h"
#include "exit_hook.h"
#include "mnt_ns.h"
#include "netlink.h"
#include "params.h"
#include "pool.h"
#include "relay.h"
#include "relay_request.h"
#include "slot.h"
#include "subscribe.h"

static int __init tspool_init(void)
{
	int err;

	err = tsp_params_check();
	if (err)
		return err;
	err = tsp_cpt_init(tsp_params.npartitions, tsp_params.cpu_pattern);
	if (err)
		return err;
	tsp_mnt_ns_init();
	err = tsp_slots_init();
	if (err)
		goto err_exit_cpt;
	err = tsp_relay_init();
	if (err)
		goto err_exit_slots;
	err = tsp_pools_init();
	if (err)
		goto err_exit_relay;
	err = tsp_exit_hook_init();
	if (err)
		goto err_exit_pools;
	err = tsp_relay_prepare_at_load();
	if (err)
		goto err_exit_hook;
	/*
	 * From here on everybody may come in, and nothing may fail: a dump that is not read to its
	 * end, or an open file of relay, keeps the module, but not one whose load fails.
	 */
	err = tsp_netlink_init();
	if (err)
		goto err_exit_hook;
	tsp_relay_let_readers_in();

	pr_info("loaded: %u CPT%s\n", tsp_cpts.count, tsp_cpts.count == 1 ? "" : "s");
	return 0;

err_exit_hook:
	tsp_exit_hook_exit();
err_exit_pools:
	tsp_pools_stop();
	tsp_pools_exit();
err_exit_relay:
	tsp_relay_exit();
err_exit_slots:
	tsp_slots_exit();
err_exit_cpt:
	tsp_cpt_exit();
	return err;
}

static void __exit tspool_exit(void)
{
	tsp_netlink_exit();
	tsp_exit_hook_exit();
	/* What was captured is still delivered; only then are the listeners sent away. */
	tsp_pools_stop();
	tsp_subscribe_exit();
	tsp_netlink_forget_sockets();
	tsp_pools_exit();
	tsp_relay_exit();
	tsp_slots_exit();
	tsp_cpt_exit();
	pr_info("unloaded\n");
}

module_init(tspool_init);
module_exit(tspool_exit);

MODULE_DESCRIPTION("Task exit records through per-CPT scheduler pools");
MODULE_AUTHOR("The tspool developers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
