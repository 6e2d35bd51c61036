// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a relay buffer in debugfs, two of them. Under lockdown, debugfs opens no file that
 * can be mapped or has an ioctl; the one that can be read has neither.
 *
 * Opening a file makes the reader, and closing it ends the reader, so that one who is killed leaves
 * nothing behind. While a file is open the module stays loaded.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/relay.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "relay_channel.h"
#include "relay_file.h"

/* The private data of inode and file is relay's, whose functions are used here. */
static struct tsp_relay_channel *channel_of(const struct file *file)
{
	const struct rchan_buf *buf = file->private_data;

	return buf->chan->private_data;
}

static int attach(struct tsp_relay_channel *channel)
{
	int err;

	mutex_lock(&channel->relay->lock);
	err = tsp_relay_channel_attach(channel, task_tgid_nr(current));
	mutex_unlock(&channel->relay->lock);
	return err;
}

static void detach(struct tsp_relay_channel *channel)
{
	mutex_lock(&channel->relay->lock);
	tsp_relay_channel_detach(channel);
	mutex_unlock(&channel->relay->lock);
}

static int file_open(struct inode *inode, struct file *file)
{
	const struct rchan_buf *buf = inode->i_private;
	struct tsp_relay_channel *channel = buf->chan->private_data;
	int err;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	err = attach(channel);
	if (err)
		return err;
	err = relay_file_operations.open(inode, file);
	if (err) {
		detach(channel);
		return err;
	}
	tsp_relay_channel_get(channel);
	return 0;
}

static int file_release(struct inode *inode, struct file *file)
{
	struct tsp_relay_channel *channel = channel_of(file);

	detach(channel);
	relay_file_operations.release(inode, file);
	tsp_relay_channel_put(channel);
	return 0;
}

/* Whether there will not be more than what is ready. */
static bool is_ended(const struct tsp_relay_channel *channel)
{
	return channel->closed || channel->frozen;
}

static __poll_t file_poll(struct file *file, poll_table *wait)
{
	struct tsp_relay_channel *channel = channel_of(file);
	struct tsp_relay_range ready;
	__poll_t events = 0;

	poll_wait(file, &channel->wait, wait);
	mutex_lock(&channel->relay->lock);
	tsp_relay_channel_ready(channel, &ready);
	if (ready.first < ready.next)
		events |= EPOLLIN | EPOLLRDNORM;
	if (is_ended(channel))
		events |= EPOLLHUP;
	mutex_unlock(&channel->relay->lock);
	return events;
}

/* Relay sees to the length, but takes the place of a page in the file for that in the buffer. */
static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff)
		return -EINVAL;
	return relay_file_operations.mmap(file, vma);
}

static int tell_ready(struct tsp_relay_channel *channel, void __user *to)
{
	struct tspool_relay_ready told = {};
	struct tsp_relay_range ready;

	mutex_lock(&channel->relay->lock);
	tsp_relay_channel_ready(channel, &ready);
	told.first = ready.first;
	told.next = ready.next;
	told.ended = is_ended(channel);
	mutex_unlock(&channel->relay->lock);
	return copy_to_user(to, &told, sizeof(told)) ? -EFAULT : 0;
}

static int consume(struct tsp_relay_channel *channel, u64 next)
{
	int err;

	mutex_lock(&channel->relay->lock);
	err = tsp_relay_channel_consume(channel, next);
	mutex_unlock(&channel->relay->lock);
	return err;
}

static void flush(struct tsp_relay_channel *channel)
{
	mutex_lock(&channel->relay->lock);
	tsp_relay_channel_flush(channel);
	mutex_unlock(&channel->relay->lock);
}

static long file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tsp_relay_channel *channel = channel_of(file);
	void __user *pointer = (void __user *)arg;
	u64 next;

	switch (cmd) {
	case TSPOOL_RELAY_IOC_READY:
		return tell_ready(channel, pointer);
	case TSPOOL_RELAY_IOC_CONSUME:
		if (copy_from_user(&next, pointer, sizeof(next)))
			return -EFAULT;
		return consume(channel, next);
	case TSPOOL_RELAY_IOC_FLUSH:
		flush(channel);
		return 0;
	default:
		return -ENOTTY;
	}
}

/* What is ready, or else what has been written so far. True: nothing will be, if nothing is. */
static bool find_ready(struct tsp_relay_channel *channel, struct tsp_relay_range *ready)
{
	bool ended;

	mutex_lock(&channel->relay->lock);
	tsp_relay_channel_ready(channel, ready);
	if (ready->first == ready->next) {
		tsp_relay_channel_flush(channel);
		tsp_relay_channel_ready(channel, ready);
	}
	ended = is_ended(channel);
	mutex_unlock(&channel->relay->lock);
	return ended;
}

/* One sub-buffer each time, head and frames, which is consumed by that. */
static ssize_t file_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	struct tsp_relay_channel *channel = channel_of(file);
	const struct tspool_subbuf *head;
	struct tsp_relay_range ready;
	size_t bytes;
	int err;

	if (find_ready(channel, &ready) && ready.first == ready.next)
		return 0;
	if (ready.first == ready.next)
		return -EAGAIN;
	head = tsp_relay_channel_subbuf(channel, ready.first);
	bytes = sizeof(*head) + head->bytes;
	if (size < bytes)
		return -EINVAL;
	if (copy_to_user(to, head, bytes))
		return -EFAULT;
	err = consume(channel, ready.first + 1);
	return err ?: bytes;
}

const struct file_operations tsp_relay_mapped_file_ops = {
	.owner = THIS_MODULE,
	.open = file_open,
	.release = file_release,
	.poll = file_poll,
	.mmap = file_mmap,
	.unlocked_ioctl = file_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

const struct file_operations tsp_relay_read_file_ops = {
	.owner = THIS_MODULE,
	.open = file_open,
	.release = file_release,
	.poll = file_poll,
	.read = file_read,
};
