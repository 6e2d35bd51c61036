/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A filter: which records are wanted. For a listener it is the kernel that matches them, so those
 * that are not wanted cost neither a copy nor a message. What was lost because an exit found no
 * slot is told of whatever the filter says: nobody knows what those records would have been.
 *
 * A pattern of names is one as fnmatch(3) has it, but without classes by name ([:alpha:]); it has
 * up to TSPOOL_FILTER_COMM_MAX bytes.
 */
#ifndef TSPOOL_FILTER_H
#define TSPOOL_FILTER_H

#include <tspool/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A record must meet all that is set. All zero: every record. */
struct tspool_filter {
	const struct tspool_uid_range *uids; /* real user: in one of these */
	size_t n_uids;		/* up to TSPOOL_FILTER_UIDS_MAX; 0: any user */
	uint64_t cgroup_id;	/* this cgroup (tspool_cgroup_id()) and all below it; 0: any */
	const char *comm;	/* pattern that the name matches; NULL: any */
	uint32_t pid_ns;	/* inode number of the pid namespace; 0: any */
	uint32_t type;		/* TSPOOL_FRAME_TASK or TSPOOL_FRAME_PROCESS; 0: both */
	uint64_t min_run_time_ns; /* at least so much time on a CPU (run_time_ns) */
	bool failed;		/* exit_code is not 0: a status other than 0, or a signal */
	const char *cgroup_path; /* as cgroup_id, and for tspool_filter_accepts() only; NULL: any */
};

/*
 * Whether a record, of a file perhaps, meets a valid filter. cgroup is the path of its cgroup, NULL
 * if that is not known: then no path meets it, and an id only by itself. A field that is absent
 * meets nothing that is asked of it.
 */
bool tspool_filter_accepts(const struct tspool_filter *filter, const struct tspool_record *record,
			   const char *cgroup);

/* What makes the filter one that nobody can match, as a sentence; NULL: nothing. */
const char *tspool_filter_fault(const struct tspool_filter *filter);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_FILTER_H */
