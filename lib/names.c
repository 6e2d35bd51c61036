// SPDX-License-Identifier: LGPL-2.1-or-later
#include <tspool/record.h>

const char *tspool_frame_type_name(unsigned int type)
{
	switch (type) {
	case TSPOOL_FRAME_TASK:
		return "task";
	case TSPOOL_FRAME_PROCESS:
		return "process";
	case TSPOOL_FRAME_LOST:
		return "lost";
	default:
		return "unknown";
	}
}

const char *tspool_cause_name(unsigned int cause)
{
	switch (cause) {
	case TSPOOL_CAUSE_NO_SLOT:
		return "no_slot";
	case TSPOOL_CAUSE_SOCKET_FULL:
		return "socket_full";
	case TSPOOL_CAUSE_NO_MEMORY:
		return "no_memory";
	case TSPOOL_CAUSE_HOOK_MISSED:
		return "hook_missed";
	case TSPOOL_CAUSE_RECEIVE_OVERRUN:
		return "receive_overrun";
	default:
		return "unknown";
	}
}
