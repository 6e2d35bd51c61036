// SPDX-License-Identifier: LGPL-2.1-or-later
#include "taskstats_listen.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/taskstats.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request.h"
#include "session.h"
#include "taskstats_decode.h"
#include "taskstats_message.h"

#define POSSIBLE_CPUS	"/sys/devices/system/cpu/possible"

/* What only the module has, as a sentence says it. NULL: nothing of that is asked for. */
static const char *beyond(const struct tspool_listen_options *options)
{
	if (options->filter && options->filter->cgroup_id)
		return "cgroups";
	if (options->filter && options->filter->pid_ns)
		return "pid namespaces";
	if (options->backlog_bytes)
		return "a backlog";
	if (options->drop)
		return "a choice of what is dropped";
	if (options->cpts)
		return "CPTs by their numbers";
	return NULL;
}

/* A list of all CPUs that this machine may have, to be freed; NULL with an errno. */
static char *possible_cpus(void)
{
	FILE *file = fopen(POSSIBLE_CPUS, "re");
	char *list = NULL;
	size_t size = 0;
	int error = 0;

	if (!file)
		return NULL;
	if (getline(&list, &size, file) < 0) {
		error = errno ? errno : EIO;
		free(list);
		list = NULL;
	} else {
		list[strcspn(list, "\n")] = '\0';
	}
	fclose(file);
	errno = error;
	return list;
}

static bool read_drops(const struct tspool_listener *listener, uint32_t *drops)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(info);

	if (getsockopt(listener->fd, SOL_SOCKET, SO_MEMINFO, info, &length) ||
	    length <= SK_MEMINFO_DROPS * sizeof(info[0]))
		return false;
	*drops = info[SK_MEMINFO_DROPS];
	return true;
}

/* Else each overrun comes as an error, and its count is unknown. */
static void count_drops(struct tspool_listener *listener)
{
	int on = 1;

	listener->taskstats.counts_drops = read_drops(listener, &listener->taskstats.drops) &&
					   !setsockopt(listener->fd, SOL_NETLINK,
						       NETLINK_NO_ENOBUFS, &on, sizeof(on));
}

/* Registers the listener's CPUs, or takes that back. */
static struct nl_msg *mask_request(const struct tspool_listener *listener, int attribute)
{
	struct nl_msg *request = tsp_request(listener->session, TASKSTATS_CMD_GET, 0);

	if (request && nla_put_string(request, attribute, listener->taskstats.cpus)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

/* The kernel says of both, and without a word, that the argument is invalid. */
static int explain(struct tspool_session *session, int error, const char *what)
{
	if (error != -EINVAL)
		return error;
	return tsp_fail(session, error,
			"%s: refused: no such CPUs, or not in the initial pid and user namespaces",
			what);
}

static int register_cpus(struct tspool_listener *listener)
{
	struct tspool_session *session = listener->session;
	struct nl_msg *request;
	char what[96];
	int ret;

	snprintf(what, sizeof(what), "listen to CPUs \"%.48s\"", listener->taskstats.cpus);
	request = mask_request(listener, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);
	ret = tsp_listener_ask(listener, request, what);
	nlmsg_free(request);
	return explain(session, ret, what);
}

static void forget_cpus(struct tspool_listener *listener)
{
	free(listener->taskstats.cpus);
	listener->taskstats.cpus = NULL;
}

/* The library has to match it: the kernel does not. */
static int keep_filter(struct tspool_listener *listener, const struct tspool_filter *filter)
{
	const char *fault = filter ? tspool_filter_fault(filter) : NULL;

	if (fault)
		return tsp_fail(listener->session, -EINVAL, "listen: %s", fault);
	if (filter && tsp_filter_copy(&listener->taskstats.filter, filter))
		return tsp_fail(listener->session, -ENOMEM, "listen: no memory for the filter");
	return 0;
}

/*
 * The kernel registers whoever asks, and sends to sockets of the initial network namespace only. It
 * has no name for that one; what is set for the network of the whole machine is seen there alone.
 */
static bool gets_nothing(void)
{
	return !access("/proc/sys/net/core/somaxconn", F_OK) &&
	       access("/proc/sys/net/core/netdev_budget", F_OK);
}

int tsp_taskstats_subscribe(struct tspool_listener *listener,
			    const struct tspool_listen_options *options)
{
	const char *more = beyond(options);
	int ret;

	if (more)
		return tsp_fail(listener->session, -EOPNOTSUPP,
				"the kernel's taskstats know nothing of %s: %s", more,
				"that takes the tspool module");
	if (gets_nothing())
		return tsp_fail(listener->session, -EOPNOTSUPP,
				"listen: the kernel sends its taskstats to the initial network %s",
				"namespace only");
	ret = keep_filter(listener, options->filter);
	if (ret)
		return ret;
	listener->taskstats.cpus = options->cpus ? strdup(options->cpus) : possible_cpus();
	if (!listener->taskstats.cpus)
		return tsp_fail(listener->session, -errno, "the list of CPUs: %s", strerror(errno));

	listener->cpt = options->cpt ? *options->cpt : TSPOOL_CPT_ANY;
	count_drops(listener);
	ret = register_cpus(listener);
	if (ret)
		forget_cpus(listener);
	return ret;
}

int tsp_taskstats_unsubscribe(struct tspool_listener *listener)
{
	struct tspool_session *session = listener->session;
	struct nl_msg *request;
	int ret;

	if (!listener->taskstats.cpus)
		return 0;
	request = mask_request(listener, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
	if (!request)
		return tsp_fail(session, -ENOMEM, "deregister: no memory for the request");
	ret = tsp_listener_send(listener, request, "deregister");
	nlmsg_free(request);
	if (!ret)
		forget_cpus(listener);
	return ret;
}

/* The kernel would keep the port id, and send to whoever gets it next. */
void tsp_taskstats_close(struct tspool_listener *listener)
{
	if (listener->taskstats.cpus)
		tsp_taskstats_unsubscribe(listener);
	forget_cpus(listener);
	tsp_filter_copy_release(&listener->taskstats.filter);
}

bool tsp_taskstats_look_for_losses(struct tspool_listener *listener)
{
	struct tsp_taskstats_listener *taskstats = &listener->taskstats;
	uint32_t drops, count;

	if (!taskstats->counts_drops || !read_drops(listener, &drops) || drops == taskstats->drops)
		return false;

	count = drops - taskstats->drops;
	taskstats->drops = drops;
	listener->overrun = true;
	listener->lost = (struct tspool_lost){
		.frame.size = sizeof(listener->lost),
		.frame.type = TSPOOL_FRAME_LOST,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = listener->cpt,
		.count = count,
		.first_seq = taskstats->seq,
		.last_seq = taskstats->seq + count - 1,
		.cause = TSPOOL_CAUSE_RECEIVE_OVERRUN,
	};
	taskstats->seq += count;
	return true;
}

static void number(struct tspool_listener *listener, struct tspool_record *record)
{
	record->frame.cpt = listener->cpt;
	record->seq = listener->taskstats.seq++;
	record->present[TSPOOL_FIELD_seq / 64] |= UINT64_C(1) << TSPOOL_FIELD_seq % 64;
}

/* Has those frames of the message that are wanted decoded as if they had come like this. */
static void hand_on(struct tspool_listener *listener, unsigned int count)
{
	const struct tspool_filter *filter = &listener->taskstats.filter.filter;
	struct tspool_record *frames = listener->taskstats.frames;
	unsigned int wanted = 0;

	for (unsigned int i = 0; i < count; i++) {
		number(listener, &frames[i]);
		if (tspool_filter_accepts(filter, &frames[i], NULL))
			frames[wanted++] = frames[i];
	}
	tspool_decoder_continue(&listener->decoder, frames, wanted * sizeof(frames[0]));
}

int tsp_taskstats_open_message(struct tspool_listener *listener, struct nlmsghdr *message)
{
	struct tspool_session *session = listener->session;
	struct tspool_record *frames = listener->taskstats.frames;
	struct tsp_aggregate task, group;
	int tasks, groups;

	tasks = tsp_aggregate_read(session, message, TASKSTATS_TYPE_AGGR_PID, &task);
	if (tasks < 0)
		return tasks;
	if (!tasks)
		return tsp_aggregate_missing(session);
	groups = tsp_aggregate_read(session, message, TASKSTATS_TYPE_AGGR_TGID, &group);
	if (groups < 0)
		return groups;

	tsp_taskstats_task(&frames[0], &task.stats, true);
	if (groups) {
		/* Only a process of several threads has it. */
		frames[0].flags |= TSPOOL_FLAG_THREADED;
		tsp_taskstats_process(&frames[1], group.id, &group.stats, &frames[0]);
	}
	hand_on(listener, groups ? 2 : 1);
	return 0;
}
