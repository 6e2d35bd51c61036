// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/printk.h>
#include <net/netlink.h>

#include "params.h"
#include "relay.h"
#include "relay_request.h"

const struct nla_policy tsp_relay_policy[TSPOOL_RELAY_A_N_SUBBUFS + 1] = {
	[TSPOOL_RELAY_A_MODE] = { .type = NLA_U32 },
	[TSPOOL_RELAY_A_SUBBUF_SIZE] = { .type = NLA_U32 },
	[TSPOOL_RELAY_A_N_SUBBUFS] = { .type = NLA_U32 },
};

/**
 * tsp_relay_prepare_at_load() - do what the module parameters say about relay
 *
 * But for the readers: tsp_relay_let_readers_in().
 *
 * Return: 0, or a negative errno with the reason in the kernel log.
 */
int tsp_relay_prepare_at_load(void)
{
	struct netlink_ext_ack extack = {};
	int err;

	if (tsp_params.relay_setup.mode == TSPOOL_RELAY_OFF)
		return 0;
	err = tsp_relay_prepare(&tsp_params.relay_setup, &extack);
	if (err)
		pr_err("relay=%s: %s (error %d)\n", tsp_params.relay,
		       extack._msg ?: "it can't be started", err);
	return err;
}

static u32 number_or(const struct nlattr *attr, u32 fallback)
{
	return attr ? nla_get_u32(attr) : fallback;
}

static int check_setup(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack)
{
	const char *fault = tsp_relay_setup_fault(setup);

	if (!fault)
		return 0;
	extack->_msg = fault;
	return -ERANGE;
}

/**
 * tsp_relay_set() - TSPOOL_CMD_RELAY_SET, of somebody who may
 * @info: the request
 *
 * Return: 0, or a negative errno with a sentence.
 */
int tsp_relay_set(struct genl_info *info)
{
	const struct nlattr *mode = info->attrs[TSPOOL_RELAY_A_MODE];
	struct tsp_relay_setup setup;
	int err;

	if (!mode) {
		NL_SET_ERR_MSG(info->extack, "the mode is missing");
		return -EINVAL;
	}
	if (nla_get_u32(mode) > TSPOOL_RELAY_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, mode, "there is no such mode");
		return -ERANGE;
	}
	setup.mode = nla_get_u32(mode);
	if (setup.mode == TSPOOL_RELAY_OFF)
		return tsp_relay_stop(info->extack);

	setup.subbuf_size = number_or(info->attrs[TSPOOL_RELAY_A_SUBBUF_SIZE],
				      tsp_params.relay_setup.subbuf_size);
	setup.n_subbufs = number_or(info->attrs[TSPOOL_RELAY_A_N_SUBBUFS],
				    tsp_params.relay_setup.n_subbufs);
	err = check_setup(&setup, info->extack);
	return err ?: tsp_relay_start(&setup, info->extack);
}
