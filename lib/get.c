// SPDX-License-Identifier: LGPL-2.1-or-later
#include <tspool/get.h>

#include "backend.h"
#include "delays.h"

static int get_record(struct tspool_session *session, unsigned int type, uint32_t id,
		      struct tspool_record *record)
{
	struct tspool_record answer = { .frame.type = TSPOOL_FRAME_UNSPEC };
	struct tsp_delays delays;
	int ret;

	ret = tsp_backend_of(session)->get(session, type, id, &answer);
	if (ret)
		return ret;
	tsp_delays_init(&delays);
	*record = *tsp_delays_filter(&delays, &answer, &answer);
	return 0;
}

int tspool_get_task(struct tspool_session *session, uint32_t pid, struct tspool_record *record)
{
	return get_record(session, TSPOOL_FRAME_TASK, pid, record);
}

int tspool_get_process(struct tspool_session *session, uint32_t tgid, struct tspool_record *record)
{
	return get_record(session, TSPOOL_FRAME_PROCESS, tgid, record);
}
