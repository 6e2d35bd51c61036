// SPDX-License-Identifier: LGPL-2.1-or-later
/* The kernel's own taskstats. */
#include <errno.h>
#include <linux/taskstats.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>

#include "backend.h"
#include "request.h"
#include "taskstats_decode.h"
#include "taskstats_listen.h"
#include "taskstats_message.h"

static int find(struct tspool_session *session)
{
	int ret = tsp_find_family(session, TASKSTATS_GENL_NAME);

	if (ret != -ENOENT)
		return ret;
	return tsp_fail(session, ret, "this kernel has no taskstats (no generic netlink family %s)",
			TASKSTATS_GENL_NAME);
}

/* What an answer is made into. */
struct wanted {
	struct tspool_record *record;
	const struct tspool_record *leader; /* of the group; NULL: a task is wanted */
};

static int on_task(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	struct wanted *wanted = arg;
	struct tsp_aggregate task;
	int ret = tsp_aggregate_read(session, reply, TASKSTATS_TYPE_AGGR_PID, &task);

	if (ret > 0)
		tsp_taskstats_task(wanted->record, &task.stats, false);
	return ret < 0 ? ret : 0;
}

static int on_group(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	struct wanted *wanted = arg;
	struct tsp_aggregate group;
	int ret = tsp_aggregate_read(session, reply, TASKSTATS_TYPE_AGGR_TGID, &group);

	if (ret > 0)
		tsp_taskstats_process(wanted->record, group.id, &group.stats, wanted->leader);
	return ret < 0 ? ret : 0;
}

static int ask(struct tspool_session *session, const char *what, uint32_t id, struct wanted *wanted)
{
	struct nl_msg *request;
	int ret;

	request = tsp_request(session, TASKSTATS_CMD_GET, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);

	wanted->record->frame.type = TSPOOL_FRAME_UNSPEC;
	nla_put_u32(request, wanted->leader ? TASKSTATS_CMD_ATTR_TGID : TASKSTATS_CMD_ATTR_PID, id);
	ret = tsp_exchange(session, request, what, wanted->leader ? on_group : on_task, wanted);
	nlmsg_free(request);
	if (!ret && wanted->record->frame.type == TSPOOL_FRAME_UNSPEC)
		return tsp_fail(session, -EBADMSG, "%s: no answer from the kernel", what);
	wanted->record->frame.cpt = TSPOOL_CPT_ANY;
	return ret;
}

/*
 * The kernel adds up the group of any thread, and names what it was asked for; the group has the
 * number of its leader. Where the struct does not tell that, the one asked for is taken for it.
 */
static int get_process(struct tspool_session *session, const char *what, uint32_t id,
		       struct tspool_record *record)
{
	struct tspool_record leader = { .frame.type = TSPOOL_FRAME_UNSPEC };
	struct wanted wanted = { .record = &leader };
	int ret;

	ret = ask(session, what, id, &wanted);
	if (!ret && tspool_record_has(&leader, TSPOOL_FIELD_tgid) && leader.tgid != id) {
		id = leader.tgid;
		ret = ask(session, what, id, &wanted);
	}
	if (ret)
		return ret;
	wanted = (struct wanted){ .record = record, .leader = &leader };
	return ask(session, what, id, &wanted);
}

static int get(struct tspool_session *session, unsigned int type, uint32_t id,
	       struct tspool_record *record)
{
	struct wanted wanted = { .record = record };
	char what[32];

	snprintf(what, sizeof(what), "%s %u", tspool_frame_type_name(type), id);
	if (type == TSPOOL_FRAME_PROCESS)
		return get_process(session, what, id, record);
	return ask(session, what, id, &wanted);
}

const struct tsp_backend tsp_backend_taskstats = {
	.find = find,
	.get = get,
	.subscribe = tsp_taskstats_subscribe,
	.unsubscribe = tsp_taskstats_unsubscribe,
	.open_message = tsp_taskstats_open_message,
	.look_for_losses = tsp_taskstats_look_for_losses,
	.close = tsp_taskstats_close,
	.messages = TSP_MESSAGES_MAX,
	.message_bytes = 4096, /* no message has more than two structs of 688 bytes */
};
