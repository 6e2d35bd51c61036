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

/* Takes back sub-buffers from the reader and tells it which are ready, as the ioctl describes. */
static int exchange(struct tsp_relay_channel *channel, struct tspool_relay_ready *told)
{
	struct tsp_relay_range ready;
	int err;

	mutex_lock(&channel->relay->lock);
	err = tsp_relay_channel_consume(channel, told->first);
	if (err)
		goto unlock;
	tsp_relay_channel_ready(channel, &ready);
	if (told->flush && ready.first == ready.next) {
		tsp_relay_channel_flush(channel);
		tsp_relay_channel_ready(channel, &ready);
	}
	told->first = ready.first;
	told->next = ready.next;
	told->ended = is_ended(channel);
unlock:
	mutex_unlock(&channel->relay->lock);
	return err;
}

static long file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *pointer = (void __user *)arg;
	struct tspool_relay_ready told;
	int err;

	if (cmd != TSPOOL_RELAY_IOC_READY)
		return -ENOTTY;
	if (copy_from_user(&told, pointer, sizeof(told)))
		return -EFAULT;
	err = exchange(channel_of(file), &told);
	if (err)
		return err;
	return copy_to_user(pointer, &told, sizeof(told)) ? -EFAULT : 0;
}

/* One sub-buffer each time, head and frames, which is consumed by that. */
static ssize_t file_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	struct tsp_relay_channel *channel = channel_of(file);
	struct tspool_relay_ready told = { .flush = 1 };
	const struct tspool_subbuf *head;
	size_t bytes;
	int err;

	err = exchange(channel, &told);
	if (err)
		return err;
	if (told.first == told.next)
		return told.ended ? 0 : -EAGAIN;
	head = tsp_relay_channel_subbuf(channel, told.first);
	bytes = sizeof(*head) + head->bytes;
	if (size < bytes)
		return -EINVAL;
	if (copy_to_user(to, head, bytes))
		return -EFAULT;
	told = (struct tspool_relay_ready){ .first = told.first + 1 };
	err = exchange(channel, &told);
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
