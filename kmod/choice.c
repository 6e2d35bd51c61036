// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/tspool.h>
#include <net/genetlink.h>

#include "choice.h"
#include "cpt.h"

/* To who asks, a number of more than 32 bits is just one too high for the list. */
static int parse_list(const struct nlattr *attr, unsigned long *bits, unsigned int count)
{
	int err = bitmap_parselist(nla_data(attr), bits, count);

	return err == -EOVERFLOW ? -ERANGE : err;
}

static int parse_cpus(const struct nlattr *attr, struct cpumask *cpus,
		      struct netlink_ext_ack *extack)
{
	int err = parse_list(attr, cpumask_bits(cpus), nr_cpu_ids);

	if (err) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "not a list of CPUs, or a CPU number too high");
		return err;
	}
	if (!cpumask_subset(cpus, cpu_possible_mask)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the list holds an impossible CPU");
		return -ERANGE;
	}
	return 0;
}

static int parse_cpts(const struct nlattr *attr, struct cpumask *cpus,
		      struct netlink_ext_ack *extack)
{
	unsigned long *cpts = bitmap_zalloc(tsp_cpts.count, GFP_KERNEL);
	unsigned int cpt;
	int err;

	if (!cpts) {
		NL_SET_ERR_MSG(extack, "no memory for the list of CPTs");
		return -ENOMEM;
	}
	err = parse_list(attr, cpts, tsp_cpts.count);
	if (err) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "not a list of CPTs, or a CPT number too high");
		goto free_cpts;
	}
	for_each_set_bit(cpt, cpts, tsp_cpts.count)
		cpumask_or(cpus, cpus, tsp_cpts.cpt[cpt].served);

free_cpts:
	bitmap_free(cpts);
	return err;
}

/**
 * tsp_choice_parse() - find the CPUs that a request chooses, by CPTs or by CPUs
 * @info: of the request; its extack gets the reason of a refusal
 * @cpus: empty; set to the CPUs, all of them where nothing is chosen
 *
 * Return: 0, or -EINVAL, -ERANGE, -ENOMEM.
 */
int tsp_choice_parse(struct genl_info *info, struct cpumask *cpus)
{
	const struct nlattr *cpts_attr = info->attrs[TSPOOL_A_CPTS];
	const struct nlattr *cpus_attr = info->attrs[TSPOOL_A_CPUS];
	int err = 0;

	if (cpts_attr && cpus_attr) {
		NL_SET_ERR_MSG_ATTR(info->extack, cpus_attr, "choose by CPTs or by CPUs, not both");
		return -EINVAL;
	}
	if (cpts_attr)
		err = parse_cpts(cpts_attr, cpus, info->extack);
	else if (cpus_attr)
		err = parse_cpus(cpus_attr, cpus, info->extack);
	else
		cpumask_copy(cpus, cpu_possible_mask);
	if (err)
		return err;
	if (cpumask_empty(cpus)) {
		NL_SET_ERR_MSG(info->extack, "the list is empty");
		return -EINVAL;
	}
	return 0;
}
