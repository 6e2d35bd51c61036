// SPDX-License-Identifier: LGPL-2.1-or-later
/* Filters where no kernel matches them: of records in files. */
#include <string.h>
#include <tspool/filter.h>

#include "glob.h"

#define BAD_PATTERN \
	"the pattern of names is empty, ends in a backslash, or has a [ that is not closed or that names a class"

static bool accepts_uid(const struct tspool_filter *filter, const struct tspool_record *record)
{
	if (!filter->n_uids)
		return true;
	if (!tspool_record_has(record, TSPOOL_FIELD_uid))
		return false;
	for (size_t i = 0; i < filter->n_uids; i++)
		if (filter->uids[i].first <= record->uid && record->uid <= filter->uids[i].last)
			return true;
	return false;
}

static bool is_at_or_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	/* The root is above all. */
	if (length && top[length - 1] == '/')
		length--;
	return !strncmp(path, top, length) && (!path[length] || path[length] == '/');
}

static bool accepts_cgroup(const struct tspool_filter *filter, const struct tspool_record *record,
			   const char *cgroup)
{
	if (filter->cgroup_path)
		return cgroup && is_at_or_below(cgroup, filter->cgroup_path);
	return !filter->cgroup_id || (tspool_record_has(record, TSPOOL_FIELD_cgroup_id) &&
				      filter->cgroup_id == record->cgroup_id);
}

/* A name that fills its field has no NUL. */
static bool accepts_comm(const struct tspool_filter *filter, const struct tspool_record *record)
{
	char name[sizeof(record->comm) + 1];

	if (!filter->comm)
		return true;
	if (!tspool_record_has(record, TSPOOL_FIELD_comm))
		return false;
	memcpy(name, record->comm, sizeof(record->comm));
	name[sizeof(record->comm)] = '\0';
	return tsp_glob_match(filter->comm, name);
}

bool tspool_filter_accepts(const struct tspool_filter *filter, const struct tspool_record *record,
			   const char *cgroup)
{
	return (!filter->type || filter->type == record->frame.type) &&
	       (!filter->failed || record->exit_code) &&
	       record->run_time_ns >= filter->min_run_time_ns &&
	       (!filter->pid_ns || filter->pid_ns == record->pid_ns) &&
	       accepts_uid(filter, record) && accepts_cgroup(filter, record, cgroup) &&
	       accepts_comm(filter, record);
}

const char *tspool_filter_fault(const struct tspool_filter *filter)
{
	if (!filter->comm)
		return NULL;
	if (strlen(filter->comm) > TSPOOL_FILTER_COMM_MAX)
		return "the pattern of names is longer than 63 bytes";
	if (!tsp_glob_is_valid(filter->comm))
		return BAD_PATTERN;
	return NULL;
}
