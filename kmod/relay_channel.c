// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "batch.h"
#include "compat/relay.h"
#include "cpt.h"
#include "relay_channel.h"
#include "relay_file.h"

static struct tspool_subbuf *current_subbuf(const struct tsp_relay_channel *channel)
{
	return channel->buf->data;
}

/* Relay asks whether there is room for a new sub-buffer, when it has none yet as well. */
static int start_subbuf(TSP_SUBBUF_START_ARGS(buf, subbuf))
{
	struct tsp_relay_channel *channel = buf->chan->private_data;
	struct tspool_subbuf *head = subbuf;

	if (relay_buf_full(buf)) {
		if (channel->setup.mode == TSPOOL_RELAY_LOSSLESS)
			return 0;
		channel->overwritten += head->next_seq - head->first_seq;
	}
	*head = (struct tspool_subbuf){
		.magic = TSPOOL_SUBBUF_MAGIC,
		.version = TSPOOL_SUBBUF_VERSION,
		.head_bytes = sizeof(*head),
		.cpt = channel->cpt,
		.number = buf->subbufs_produced,
	};
	subbuf_start_reserve(buf, sizeof(*head));
	return 1;
}

/* One buffer, not one a CPU. The files are ours: relay is to know none. */
static struct dentry *create_no_file(const char *name, struct dentry *parent, umode_t mode,
				     struct rchan_buf *buf, int *is_global)
{
	const struct tsp_relay_channel *channel = buf->chan->private_data;

	*is_global = 1;
	return channel->dir;
}

static int remove_no_file(struct dentry *dentry)
{
	return 0;
}

static const struct rchan_callbacks callbacks = {
	.subbuf_start = start_subbuf,
	.create_buf_file = create_no_file,
	.remove_buf_file = remove_no_file,
};

static long open_buffer(void *arg)
{
	struct tsp_relay_channel *channel = arg;

	channel->chan = relay_open(NULL, NULL, channel->setup.subbuf_size, channel->setup.n_subbufs,
				   &callbacks, channel);
	return channel->chan ? 0 : -ENOMEM;
}

/* Relay takes pages from the node of whoever asks: a CPU of the CPT does. */
static int open_buffer_nearby(struct tsp_relay_channel *channel)
{
	unsigned int cpu = cpumask_any_and(tsp_cpts.cpt[channel->cpt].cpus, cpu_online_mask);
	int err = -ENODEV;

	if (cpu < nr_cpu_ids)
		err = work_on_cpu_safe(cpu, open_buffer, channel);
	/* None of them is online, or this one no more. */
	if (err == -ENODEV)
		err = open_buffer(channel);
	if (!err)
		channel->buf = *per_cpu_ptr(channel->chan->buf, 0);
	return err;
}

static struct dentry *create_file(const struct tsp_relay_channel *channel, const char *suffix,
				  const struct file_operations *ops)
{
	char name[32];

	snprintf(name, sizeof(name), "cpt%u%s", channel->cpt, suffix);
	return debugfs_create_file_unsafe(name, 0400, channel->dir, channel->buf, ops);
}

static void remove_files(struct tsp_relay_channel *channel)
{
	debugfs_remove(channel->mapped_file);
	debugfs_remove(channel->read_file);
}

static int create_files(struct tsp_relay_channel *channel)
{
	channel->mapped_file = create_file(channel, "", &tsp_relay_mapped_file_ops);
	channel->read_file = create_file(channel, ".read", &tsp_relay_read_file_ops);
	if (!IS_ERR(channel->mapped_file) && !IS_ERR(channel->read_file))
		return 0;
	remove_files(channel);
	return -ENOMEM;
}

/**
 * tsp_relay_channel_open() - make the buffer of a CPT, and its files
 * @relay: that it is for; not told of it yet
 * @cpt: its number
 * @setup: mode and sizes, in range
 * @dir: in debugfs, for the files
 *
 * Return: the channel, or NULL without memory.
 */
struct tsp_relay_channel *tsp_relay_channel_open(struct tsp_relay *relay, unsigned int cpt,
						 const struct tsp_relay_setup *setup,
						 struct dentry *dir)
{
	struct tsp_relay_channel *channel = kzalloc(sizeof(*channel), GFP_KERNEL);

	if (!channel)
		return NULL;
	kref_init(&channel->kref);
	init_waitqueue_head(&channel->wait);
	channel->relay = relay;
	channel->setup = *setup;
	channel->cpt = cpt;
	channel->dir = dir;
	if (open_buffer_nearby(channel))
		goto err_free;
	if (create_files(channel))
		goto err_close_buffer;
	return channel;

err_close_buffer:
	relay_close(channel->chan);
err_free:
	kfree(channel);
	return NULL;
}

void tsp_relay_channel_get(struct tsp_relay_channel *channel)
{
	kref_get(&channel->kref);
}

static void free_channel(struct kref *kref)
{
	kfree(container_of(kref, struct tsp_relay_channel, kref));
}

void tsp_relay_channel_put(struct tsp_relay_channel *channel)
{
	kref_put(&channel->kref, free_channel);
}

/* Relay has moved on; what it left behind can be read. */
static void announce(struct tsp_relay_channel *channel)
{
	u64 produced = channel->buf->subbufs_produced;

	if (produced == channel->produced)
		return;
	WRITE_ONCE(channel->produced, produced);
	wake_up_interruptible(&channel->wait);
}

/* Room for frames that bring the sequence numbers from @first_seq to @next_seq - 1; or NULL. */
static void *reserve(struct tsp_relay_channel *channel, size_t bytes, u64 first_seq, u64 next_seq)
{
	struct rchan_buf *buf = channel->buf;
	struct tspool_subbuf *head;
	void *room;

	if (channel->frozen)
		return NULL;
	if (buf->offset + bytes > channel->setup.subbuf_size) {
		bool has_room = relay_switch_subbuf(buf, bytes);

		announce(channel);
		if (!has_room)
			return NULL;
	}
	head = current_subbuf(channel);
	if (!head->bytes)
		head->first_seq = first_seq;
	head->next_seq = next_seq;
	head->bytes += bytes;
	room = buf->data + buf->offset;
	buf->offset += bytes;
	return room;
}

/* The sequence numbers that are to be told of as lost. */
static struct tsp_loss_range pending_range(const struct tsp_relay_channel *channel)
{
	struct tsp_loss_range all = { .first_seq = U64_MAX };
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++) {
		const struct tsp_loss_range *range = &channel->pending.range[cause];

		if (!range->count)
			continue;
		all.first_seq = min(all.first_seq, range->first_seq);
		all.count += range->count;
	}
	return all;
}

/* Tells of earlier losses, if there is room by now. False: it is still to be done. */
static bool settle(struct tsp_relay_channel *channel)
{
	struct tsp_loss_range all = pending_range(channel);
	void *frames;

	if (!all.count)
		return true;
	frames = reserve(channel, tsp_losses_bytes(&channel->pending), all.first_seq,
			 all.first_seq + all.count);
	if (!frames)
		return false;
	tsp_losses_encode(&channel->pending, channel->cpt, frames);
	channel->pending = (struct tsp_losses){};
	return true;
}

static void lose(struct tsp_relay_channel *channel, u64 seq)
{
	const struct tsp_loss_range range = {
		.count = 1,
		.first_seq = seq,
		.last_seq = seq,
		.time = ktime_get_boottime_ns(),
	};

	tsp_loss_add(&channel->pending.range[TSPOOL_CAUSE_RELAY_FULL], &range);
	channel->dropped[TSPOOL_CAUSE_RELAY_FULL]++;
}

/* How many records a sub-buffer has room for, the one that is being written or else the next. */
static unsigned int count_room(const struct tsp_relay_channel *channel)
{
	size_t used = channel->buf->offset, size = channel->setup.subbuf_size;

	if (used + TSP_RECORD_BYTES > size)
		used = sizeof(struct tspool_subbuf);
	return (size - used) / TSP_RECORD_BYTES;
}

/* So many records from @first on as a sub-buffer takes, or one that is lost. Return: how many. */
static unsigned int write_records(struct tsp_relay_channel *channel, const struct tsp_batch *batch,
				  unsigned int first)
{
	u64 seq = batch->contents.records.first_seq + first;
	unsigned int count = batch->record_count - first;
	void *room = NULL;

	if (settle(channel)) {
		count = min(count, count_room(channel));
		room = reserve(channel, count * TSP_RECORD_BYTES, seq, seq + count);
	}
	if (!room) {
		lose(channel, seq);
		return 1;
	}
	tsp_batch_put_records(batch, first, count, room);
	channel->written += count;
	return count;
}

/* The records that it tells of are lost either way. */
static void write_loss(struct tsp_relay_channel *channel, const struct tsp_batch *batch,
		       unsigned int index)
{
	const struct tsp_loss_range *lost = &batch->loss[index].range;
	void *room = NULL;

	channel->dropped[TSPOOL_CAUSE_NO_SLOT] += lost->count;
	if (settle(channel))
		room = reserve(channel, sizeof(struct tspool_lost), lost->first_seq,
			       lost->first_seq + lost->count);
	if (room)
		tsp_batch_put_loss(batch, index, room);
	else
		tsp_loss_add(&channel->pending.range[TSPOOL_CAUSE_NO_SLOT], lost);
}

/**
 * tsp_relay_channel_write() - put the frames of a batch into the buffer
 * @channel: of its CPT
 * @batch: encoded or kept; it has its turn, so that the frames of all batches come in order
 *
 * What finds no room is counted, and told of where it is missing as soon as there is some.
 */
void tsp_relay_channel_write(struct tsp_relay_channel *channel, const struct tsp_batch *batch)
{
	unsigned int i = 0;

	while (i < batch->record_count)
		i += write_records(channel, batch, i);
	for (i = 0; i < batch->loss_count; i++)
		write_loss(channel, batch, i);
}

/* Lets the reader have what is in a sub-buffer that is not full yet. */
void tsp_relay_channel_flush(struct tsp_relay_channel *channel)
{
	bool is_started = channel->buf->offset <= channel->setup.subbuf_size;

	if (channel->setup.mode != TSPOOL_RELAY_LOSSLESS || !is_started ||
	    !current_subbuf(channel)->bytes)
		return;
	relay_switch_subbuf(channel->buf, 0);
	announce(channel);
}

/**
 * tsp_relay_channel_close() - take the buffer off its CPT
 * @channel: its relay has forgotten it
 *
 * A reader still gets what is in it.
 */
void tsp_relay_channel_close(struct tsp_relay_channel *channel)
{
	struct mutex *lock = &channel->relay->lock;

	mutex_lock(lock);
	settle(channel);
	tsp_relay_channel_flush(channel);
	WRITE_ONCE(channel->closed, true);
	mutex_unlock(lock);

	wake_up_interruptible(&channel->wait);
	/* Those who are just opening a file are waited for. */
	remove_files(channel);
	relay_close(channel->chan);
	tsp_relay_channel_put(channel);
}

/* The sub-buffer that is being written counts where nothing is written any more. */
static u64 readable_end(const struct tsp_relay_channel *channel)
{
	if (!channel->frozen)
		return channel->produced;
	return channel->produced + (current_subbuf(channel)->bytes > 0);
}

/* An overwritten buffer is written no more from here on until the reader goes. */
static void freeze(struct tsp_relay_channel *channel)
{
	u64 begun = channel->produced + 1;
	u64 count = min_t(u64, begun, channel->setup.n_subbufs);

	channel->frozen = true;
	WRITE_ONCE(channel->consumed, begun - count);
}

static void restart(struct tsp_relay_channel *channel)
{
	relay_reset(channel->chan);
	channel->frozen = false;
	WRITE_ONCE(channel->produced, 0);
	WRITE_ONCE(channel->consumed, 0);
	settle(channel);
}

/**
 * tsp_relay_channel_attach() - make somebody the reader
 * @channel: to be read
 * @reader: its process
 *
 * Return: 0, or -EBUSY if there is one, -ENXIO if relay is just starting or stopping.
 */
int tsp_relay_channel_attach(struct tsp_relay_channel *channel, pid_t reader)
{
	if (channel->relay->channel != channel)
		return -ENXIO;
	if (channel->reader)
		return -EBUSY;
	channel->reader = reader;
	if (channel->setup.mode == TSPOOL_RELAY_OVERWRITE)
		freeze(channel);
	return 0;
}

/* The reader is gone, however it went. The next one goes on where it stopped. */
void tsp_relay_channel_detach(struct tsp_relay_channel *channel)
{
	channel->reader = 0;
	if (channel->frozen && !channel->closed)
		restart(channel);
}

/* A sub-buffer that the reader may read. */
const struct tspool_subbuf *tsp_relay_channel_subbuf(const struct tsp_relay_channel *channel,
						     u64 number)
{
	return channel->buf->start + number % channel->setup.n_subbufs * channel->setup.subbuf_size;
}

/* What the reader may read now. */
void tsp_relay_channel_ready(const struct tsp_relay_channel *channel, struct tsp_relay_range *range)
{
	range->first = channel->consumed;
	range->next = readable_end(channel);
}

/**
 * tsp_relay_channel_consume() - take back sub-buffers from the reader
 * @channel: that it reads
 * @next: the number of the first one that it keeps
 *
 * Return: 0, or -EINVAL if it has not got those before that one.
 */
int tsp_relay_channel_consume(struct tsp_relay_channel *channel, u64 next)
{
	if (next > readable_end(channel))
		return -EINVAL;
	if (next <= channel->consumed)
		return 0;
	if (!channel->frozen)
		relay_subbufs_consumed(channel->chan, 0, next - channel->consumed);
	WRITE_ONCE(channel->consumed, next);
	settle(channel);
	if (channel->closed)
		tsp_relay_channel_flush(channel);
	return 0;
}
