// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdio.h>
#include <tspool/decode.h>
#include <tspool/get.h>

#include "request.h"

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

static int get_record(struct tspool_session *session, int attribute, const char *kind,
		      uint32_t number, struct tspool_record *record)
{
	struct tspool_record answer = { .frame.type = TSPOOL_FRAME_UNSPEC };
	struct nl_msg *request;
	char what[32];
	int ret;

	snprintf(what, sizeof(what), "%s %u", kind, number);
	request = tsp_request(session, TSPOOL_CMD_RECORD_GET, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);

	nla_put_u32(request, attribute, number);
	ret = tsp_exchange(session, request, what, on_record, &answer);
	nlmsg_free(request);
	if (ret)
		return ret;
	if (answer.frame.type == TSPOOL_FRAME_UNSPEC)
		return tsp_fail(session, -EBADMSG, "%s: no answer from the module", what);
	*record = answer;
	return 0;
}

int tspool_get_task(struct tspool_session *session, uint32_t pid, struct tspool_record *record)
{
	return get_record(session, TSPOOL_A_PID, "task", pid, record);
}

int tspool_get_process(struct tspool_session *session, uint32_t tgid, struct tspool_record *record)
{
	return get_record(session, TSPOOL_A_TGID, "process", tgid, record);
}
