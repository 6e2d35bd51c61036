// SPDX-License-Identifier: LGPL-2.1-or-later
/* The tspool module's own way. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/tspool.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "filter.h"
#include "listener.h"
#include "request.h"

#define FAMILY_PARAMETER	"/sys/module/tspool/parameters/family"

/* 0 or a positive errno. */
static int read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	int error = 0;

	if (!file)
		return errno;
	errno = EIO;
	if (!fgets(line, size, file))
		error = errno;
	fclose(file);
	return error;
}

/* The name that the module was loaded with; its own where that is not told. */
static int read_family_name(struct tspool_session *session, char name[GENL_NAMSIZ])
{
	int error = read_line(FAMILY_PARAMETER, name, GENL_NAMSIZ);

	/* ENODEV: the module is just being unloaded. */
	if (error == ENOENT || error == ENODEV) {
		memcpy(name, TSPOOL_GENL_NAME, sizeof(TSPOOL_GENL_NAME));
		return 0;
	}
	if (error)
		return tsp_fail(session, -error, FAMILY_PARAMETER ": %s", strerror(error));
	name[strcspn(name, "\n")] = '\0';
	return 0;
}

static int find(struct tspool_session *session)
{
	char name[GENL_NAMSIZ];
	int ret;

	ret = read_family_name(session, name);
	if (!ret)
		ret = tsp_find_family(session, name);
	if (ret != -ENOENT)
		return ret;
	return tsp_fail(session, ret,
			"the tspool module is not loaded (no generic netlink family %s)", name);
}

static int on_record(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	const struct tspool_record *record;
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	struct tspool_record *result = arg;
	struct nlattr *frames;

	frames = nlmsg_find_attr((struct nlmsghdr *)reply, GENL_HDRLEN, TSPOOL_A_FRAMES);
	if (!frames)
		return tsp_fail(session, -EBADMSG, "the module's answer has no frame");

	tspool_decoder_init(&decoder, nla_data(frames), nla_len(frames));
	if (tspool_decode(&decoder, &frame) != 1)
		return tsp_fail(session, -EBADMSG, "the module's answer has no whole frame");

	record = tspool_frame_record(frame);
	if (!record)
		return tsp_fail(session, -EBADMSG, "the module's answer is not a record");
	*result = *record;
	return 0;
}

static int get(struct tspool_session *session, unsigned int type, uint32_t id,
	       struct tspool_record *record)
{
	bool is_task = type == TSPOOL_FRAME_TASK;
	struct nl_msg *request;
	char what[32];
	int ret;

	snprintf(what, sizeof(what), "%s %u", tspool_frame_type_name(type), id);
	request = tsp_request(session, TSPOOL_CMD_RECORD_GET, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);

	nla_put_u32(request, is_task ? TSPOOL_A_PID : TSPOOL_A_TGID, id);
	ret = tsp_exchange(session, request, what, on_record, record);
	nlmsg_free(request);
	if (!ret && record->frame.type == TSPOOL_FRAME_UNSPEC)
		return tsp_fail(session, -EBADMSG, "%s: no answer from the module", what);
	return ret;
}

static void describe(char *what, size_t size, const struct tspool_listen_options *options)
{
	if (options->cpts)
		snprintf(what, size, "listen to CPTs \"%.48s\"", options->cpts);
	else if (options->cpus)
		snprintf(what, size, "listen to CPUs \"%.48s\"", options->cpus);
	else
		snprintf(what, size, "listen to all CPTs");
	if (options->filter)
		tsp_filter_describe(what, size, options->filter);
}

static int put_options(struct nl_msg *request, const struct tspool_listen_options *options)
{
	uint64_t backlog = options->backlog_bytes == TSPOOL_NO_BACKLOG ? 0 : options->backlog_bytes;
	int ret = 0;

	if (options->cpts)
		ret = nla_put_string(request, TSPOOL_A_CPTS, options->cpts);
	if (!ret && options->cpus)
		ret = nla_put_string(request, TSPOOL_A_CPUS, options->cpus);
	if (!ret && options->backlog_bytes)
		ret = nla_put_u64(request, TSPOOL_A_BACKLOG, backlog);
	if (!ret && options->drop)
		ret = nla_put_u32(request, TSPOOL_A_DROP, options->drop);
	if (!ret && options->filter && !tsp_filter_put(request, options->filter))
		ret = -E2BIG;
	return ret;
}

static int subscribe(struct tspool_listener *listener, const struct tspool_listen_options *options)
{
	struct tspool_session *session = listener->session;
	struct nl_msg *request;
	char what[256];
	int ret;

	describe(what, sizeof(what), options);
	request = tsp_request(session, TSPOOL_CMD_SUBSCRIBE, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);

	/* libnl's message is as long as a page. */
	if (put_options(request, options))
		ret = tsp_fail(session, -E2BIG, "%s: %s", what, strerror(E2BIG));
	else
		ret = tsp_listener_ask(listener, request, what);
	nlmsg_free(request);
	return ret;
}

static int unsubscribe(struct tspool_listener *listener)
{
	static const char what[] = "unsubscribe";
	struct nl_msg *request;
	int ret;

	request = tsp_request(listener->session, TSPOOL_CMD_UNSUBSCRIBE, 0);
	if (!request)
		return tsp_fail(listener->session, -ENOMEM, "%s: no memory for the request", what);

	ret = tsp_listener_send(listener, request, what);
	nlmsg_free(request);
	return ret;
}

static int no_frames(struct tspool_listener *listener)
{
	return tsp_fail(listener->session, -EBADMSG,
			"receiving records: a message of the module without frames");
}

/* The answer to UNSUBSCRIBE brings the losses not told of before, if there are any. */
static int open_message(struct tspool_listener *listener, struct nlmsghdr *message)
{
	struct nlattr *frames;

	if (!genlmsg_valid_hdr(message, 0))
		return no_frames(listener);
	frames = nlmsg_find_attr(message, GENL_HDRLEN, TSPOOL_A_FRAMES);
	if (!frames && genlmsg_hdr(message)->cmd == TSPOOL_CMD_EVENT)
		return no_frames(listener);
	if (frames) {
		listener->attribute = nlmsg_attrdata(message, GENL_HDRLEN);
		listener->attributes_left = nlmsg_attrlen(message, GENL_HDRLEN);
	}
	return 0;
}

const struct tsp_backend tsp_backend_tspool = {
	.find = find,
	.get = get,
	.subscribe = subscribe,
	.unsubscribe = unsubscribe,
	.open_message = open_message,
	.messages = 32,
	.message_bytes = (size_t)64 << 10, /* no message of the module is longer */
};
