// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "batch.h"
#include "cpt.h"
#include "relay.h"
#include "relay_channel.h"
#include "subscribe.h"

static DEFINE_MUTEX(relay_switch_lock);	/* whether relay is on, and how */
static struct tsp_relay_setup current_setup;
static struct dentry *directory;
static struct tsp_relay *relays;	/* one a CPT */

/**
 * tsp_relay_init() - make what is there while relay is off, too
 *
 * Return: 0 or -ENOMEM.
 */
int tsp_relay_init(void)
{
	unsigned int cpt;

	relays = kvcalloc(tsp_cpts.count, sizeof(*relays), GFP_KERNEL);
	if (!relays)
		return -ENOMEM;
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		mutex_init(&relays[cpt].lock);
	return 0;
}

static void set_channel(struct tsp_relay *relay, struct tsp_relay_channel *channel)
{
	mutex_lock(&relay->lock);
	WRITE_ONCE(relay->channel, channel);
	mutex_unlock(&relay->lock);
}

static void close_all(void)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_relay *relay = &relays[cpt];

		if (!relay->opened)
			continue;
		set_channel(relay, NULL);
		tsp_relay_channel_close(relay->opened);
		relay->opened = NULL;
	}
	debugfs_remove(directory);
	directory = NULL;
}

/* Relay allocates page by page, until the kernel would kill somebody to make room. */
static bool is_too_much(const struct tsp_relay_setup *setup)
{
	u64 bytes = tsp_relay_setup_bytes(setup) * tsp_cpts.count;

	return bytes >> PAGE_SHIFT > max(si_mem_available(), 0L);
}

static int open_directory(struct netlink_ext_ack *extack)
{
	struct dentry *dir = debugfs_create_dir("tspool", NULL);

	if (!IS_ERR(dir)) {
		directory = dir;
		return 0;
	}
	NL_SET_ERR_MSG(extack, "relay needs debugfs, which this kernel lacks or does not allow");
	return PTR_ERR(dir);
}

static int open_all(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack)
{
	unsigned int cpt;
	int err;

	if (is_too_much(setup)) {
		NL_SET_ERR_MSG(extack, "the relay buffers need more memory than there is free");
		return -ENOMEM;
	}
	err = open_directory(extack);
	if (err)
		return err;
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_relay *relay = &relays[cpt];

		relay->opened = tsp_relay_channel_open(relay, cpt, setup, directory);
		if (relay->opened)
			continue;
		NL_SET_ERR_MSG(extack, "no memory for the relay buffers");
		return -ENOMEM;
	}
	return 0;
}

/* Has all there that takes memory or may be refused, and nobody who reads. */
static int prepare(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack)
{
	int err;

	if (current_setup.mode != TSPOOL_RELAY_OFF) {
		NL_SET_ERR_MSG(extack, "relay is on already: stop it first");
		return -EBUSY;
	}
	err = open_all(setup, extack);
	if (!err)
		err = tsp_capture_for_relay(extack);
	if (err) {
		close_all();
		return err;
	}
	current_setup = *setup;
	return 0;
}

static void let_readers_in(void)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		set_channel(&relays[cpt], relays[cpt].opened);
}

/**
 * tsp_relay_prepare() - the part of tsp_relay_start() that may fail
 * @setup: how, not off
 * @extack: gets the reason of a refusal
 *
 * For the load, which must not fail any more once somebody may have a file of relay open. Nobody
 * else is there yet.
 *
 * Return: 0, or as tsp_relay_start().
 */
int tsp_relay_prepare(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&relay_switch_lock);
	err = prepare(setup, extack);
	mutex_unlock(&relay_switch_lock);
	return err;
}

/* The rest of it. Nothing is prepared where relay is off, be it by a request that came first. */
void tsp_relay_let_readers_in(void)
{
	mutex_lock(&relay_switch_lock);
	let_readers_in();
	mutex_unlock(&relay_switch_lock);
}

/**
 * tsp_relay_start() - have all exits written to relay buffers from now on
 * @setup: how, not off
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or -EBUSY if they are already, -ENOMEM, -ERESTARTSYS when the caller was killed, or
 * what debugfs or kprobes have to say.
 */
int tsp_relay_start(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack)
{
	int err = mutex_lock_killable(&relay_switch_lock);

	if (err)
		return err;
	err = prepare(setup, extack);
	if (!err)
		let_readers_in();
	mutex_unlock(&relay_switch_lock);
	return err;
}

static int stop(struct netlink_ext_ack *extack)
{
	int err;

	if (current_setup.mode == TSPOOL_RELAY_OFF) {
		NL_SET_ERR_MSG(extack, "relay is off already");
		return -EALREADY;
	}
	err = tsp_capture_for_relay_end();
	if (err)
		return err;
	close_all();
	current_setup.mode = TSPOOL_RELAY_OFF;
	return 0;
}

/**
 * tsp_relay_stop() - write nothing more, and free the buffers
 * @extack: gets the reason of a refusal
 *
 * What exited before is written. Readers of now can read what is in their buffers.
 *
 * Return: 0, or -EALREADY if it is off, -ERESTARTSYS when the caller was killed.
 */
int tsp_relay_stop(struct netlink_ext_ack *extack)
{
	int err = mutex_lock_killable(&relay_switch_lock);

	if (err)
		return err;
	err = stop(extack);
	mutex_unlock(&relay_switch_lock);
	return err;
}

/* The threads and the hook are gone, and so are requests and open files. */
void tsp_relay_exit(void)
{
	close_all();
	kvfree(relays);
}

static void fill_status(struct tsp_relay_status *status, const struct tsp_relay_channel *channel)
{
	*status = (struct tsp_relay_status){
		.setup = channel->setup,
		.reader = channel->reader,
		.written = channel->written,
		.overwritten = channel->overwritten,
		.produced = channel->produced,
		.consumed = channel->consumed,
	};
	memcpy(status->dropped, channel->dropped, sizeof(status->dropped));
}

/**
 * tsp_relay_get_status() - how the buffer of a CPT stands
 * @cpt: its number
 * @status: filled in
 *
 * Return: 0, or -ENOENT if there is none.
 */
int tsp_relay_get_status(unsigned int cpt, struct tsp_relay_status *status)
{
	const struct tsp_relay_channel *channel;

	if (cpt >= tsp_cpts.count)
		return -ENOENT;
	mutex_lock(&relays[cpt].lock);
	channel = relays[cpt].channel;
	if (channel)
		fill_status(status, channel);
	mutex_unlock(&relays[cpt].lock);
	return channel ? 0 : -ENOENT;
}

/**
 * tsp_relay_deliver() - put a batch into the buffer of its CPT, if relay is on
 * @batch: encoded or kept; it has its turn
 */
void tsp_relay_deliver(const struct tsp_batch *batch)
{
	struct tsp_relay *relay = &relays[batch->cpt];

	if (!READ_ONCE(relay->channel))
		return;
	mutex_lock(&relay->lock);
	if (relay->channel)
		tsp_relay_channel_write(relay->channel, batch);
	mutex_unlock(&relay->lock);
}
