// SPDX-License-Identifier: GPL-2.0-only
/*
 * The number of a mount namespace. struct mnt_namespace is private to fs/, so where its number
 * stands is found at load: /proc/self/ns/mnt leads to the struct ns_common inside the namespace of
 * who loads the module.
 */
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/printk.h>
#include <linux/proc_ns.h>
#include <linux/sched.h>

#include "mnt_ns.h"

#define NOT_FOUND	(-1)
#define NAMESPACE_BYTES	512	/* more than any has */

static long offset_of_common = NOT_FOUND;

static long offset_in_namespace(const struct inode *inode)
{
	const void *common;
	long offset;

	if (inode->i_sb->s_magic != NSFS_MAGIC)
		return NOT_FOUND;
	common = get_proc_ns(inode);
	offset = common - (const void *)current->nsproxy->mnt_ns;
	return offset >= 0 && offset < NAMESPACE_BYTES ? offset : NOT_FOUND;
}

/* Without /proc the number is unknown, and the records say so. */
void tsp_mnt_ns_init(void)
{
	struct file *file = filp_open("/proc/self/ns/mnt", O_RDONLY, 0);

	if (!IS_ERR(file)) {
		offset_of_common = offset_in_namespace(file_inode(file));
		fput(file);
	}
	if (offset_of_common == NOT_FOUND)
		pr_info("no mount namespaces in records: can't read /proc/self/ns/mnt\n");
}

/**
 * tsp_mnt_ns_inum() - the inode number of a mount namespace
 * @nsproxy: that holds it; the caller keeps it from being freed
 *
 * Return: the number, or 0 where it is unknown.
 */
u32 tsp_mnt_ns_inum(const struct nsproxy *nsproxy)
{
	const struct ns_common *common = (const void *)nsproxy->mnt_ns + offset_of_common;

	return offset_of_common == NOT_FOUND ? 0 : common->inum;
}
