// SPDX-License-Identifier: GPL-2.0-only
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "interval.h"

enum {
	KEY_UID = 0x200,
	KEY_CGROUP,
	KEY_COMM,
	KEY_PIDNS,
	KEY_ONLY,
	KEY_MIN_RUN,
	KEY_FAILED,
};

/* clang-format off */
static const struct argp_option options[] = {
	{ .doc = "Only records that meet all of these:" },
	{ .name = "uid", .key = KEY_UID, .arg = "LIST",
	  .doc = "Of these users: www-data,1000-1999; may be given several times" },
	{ .name = "cgroup", .key = KEY_CGROUP, .arg = "PATH",
	  .doc = "Of this cgroup, or one below it; its id will do, too" },
	{ .name = "comm", .key = KEY_COMM, .arg = "PATTERN",
	  .doc = "With a name that matches, as the shell matches names of files" },
	{ .name = "pidns", .key = KEY_PIDNS, .arg = "INODE",
	  .doc = "Of this pid namespace; or a path, such as /proc/1/ns/pid" },
	{ .name = "only", .key = KEY_ONLY, .arg = "TYPE",
	  .doc = "task (threads) or process" },
	{ .name = "min-run", .key = KEY_MIN_RUN, .arg = "SECONDS",
	  .doc = "With at least so much time on a CPU" },
	{ .name = "failed", .key = KEY_FAILED,
	  .doc = "With an exit status other than 0, or killed by a signal" },
	{ 0 }
};

/* clang-format on */

static void refuse_user(const struct argp_state *state, const char *part)
{
	argp_error(state, "--uid '%s' is neither a user, nor an id up to %u", part, UINT32_MAX);
}

static void take_named_user(const struct argp_state *state, struct tspool_uid_range *range,
			    const char *name)
{
	const struct passwd *user = getpwnam(name);

	if (!user) {
		refuse_user(state, name);
		return;
	}
	range->first = user->pw_uid;
	range->last = user->pw_uid;
}

/* "1000", "1000-1999" or a name, which does not begin with a digit. */
static void take_users(const struct argp_state *state, struct tspool_uid_range *range,
		       const char *part)
{
	const char *rest;

	if (!tsp_arg_parse_u32(part, &range->first, &rest)) {
		take_named_user(state, range, part);
		return;
	}
	range->last = range->first;
	if (*rest == '-' && !tsp_arg_parse_u32(rest + 1, &range->last, &rest))
		argp_error(state, "--uid '%s' is not a range such as 1000-1999", part);
	else if (*rest)
		refuse_user(state, part);
	else if (range->last < range->first)
		argp_error(state, "--uid '%s' runs backwards", part);
}

static void take_uids(const struct argp_state *state, struct tsp_filter_args *args,
		      const char *list)
{
	char *parts = strdup(list), *next = parts;

	if (!parts)
		argp_failure(state, TSP_EXIT_FAILURE, ENOMEM, "--uid '%s'", list);
	while (next) {
		const char *part = strsep(&next, ",");

		if (args->filter.n_uids == TSPOOL_FILTER_UIDS_MAX) {
			argp_error(state, "--uid '%s': more than %d users and ranges", list,
				   TSPOOL_FILTER_UIDS_MAX);
			break;
		}
		take_users(state, &args->uids[args->filter.n_uids++], part);
	}
	args->filter.uids = args->uids;
	free(parts);
}

static const char *cgroup_fault(int err)
{
	switch (err) {
	case -EINVAL:
		return "neither an id nor a path in the unified hierarchy";
	case -ENOENT:
	case -ENOTDIR:
		return "there is no such cgroup";
	default:
		return strerror(-err);
	}
}

/*
 * For who matches records himself. The path in the hierarchy, as the records have it, may stand
 * behind where it is mounted.
 */
static void take_cgroup_path(const struct argp_state *state, struct tspool_filter *filter,
			     const char *text)
{
	static const char mount[] = "/sys/fs/cgroup";

	if (text[0] != '/')
		argp_error(state, "--cgroup '%s': neither an id nor a path", text);
	filter->cgroup_path = text;
	if (!strcmp(text, mount))
		filter->cgroup_path = "/";
	else if (!strncmp(text, mount, strlen(mount)) && text[strlen(mount)] == '/')
		filter->cgroup_path = text + strlen(mount);
}

static void take_cgroup(const struct argp_state *state, struct tsp_filter_args *args,
			const char *text)
{
	struct tspool_filter *filter = &args->filter;
	struct tspool_cgroups *cgroups;
	int err;

	if (text[0] && !text[strspn(text, "0123456789")]) {
		filter->cgroup_id = tsp_arg_id(state, "--cgroup", text);
		return;
	}
	if (args->of_file) {
		take_cgroup_path(state, filter, text);
		return;
	}
	err = tspool_cgroups_open(&cgroups);
	if (err) {
		argp_failure(state, TSP_EXIT_FAILURE, -err,
			     "--cgroup '%s': the unified hierarchy can't be read", text);
		return;
	}
	err = tspool_cgroup_id(cgroups, text, &filter->cgroup_id);
	tspool_cgroups_close(cgroups);
	if (err)
		argp_error(state, "--cgroup '%s': %s", text, cgroup_fault(err));
	take_cgroup_path(state, filter, text);
}

/* The inode number; 0 if the file is no pid namespace. */
static uint32_t pid_ns_of(int fd)
{
	struct stat file;

	if (ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWPID || fstat(fd, &file))
		return 0;
	return (uint32_t)file.st_ino;
}

static void take_pid_ns(const struct argp_state *state, struct tspool_filter *filter,
			const char *text)
{
	int fd;

	if (text[0] != '/') {
		filter->pid_ns = tsp_arg_number(state, "--pidns", text, 1, UINT32_MAX);
		return;
	}
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		argp_error(state, "--pidns '%s': %s", text, strerror(errno));
		return;
	}
	filter->pid_ns = pid_ns_of(fd);
	close(fd);
	if (!filter->pid_ns)
		argp_error(state, "--pidns '%s': this is no pid namespace", text);
}

static uint32_t take_type(const struct argp_state *state, const char *text)
{
	static const char *const names[] = { "task", "process", NULL };
	static const uint32_t types[] = { TSPOOL_FRAME_TASK, TSPOOL_FRAME_PROCESS };

	return types[tsp_arg_choice(state, "--only", text, names)];
}

static uint64_t take_time(const struct argp_state *state, const char *text)
{
	struct timespec time = tsp_arg_seconds(state, "--min-run", text);

	return (uint64_t)tsp_timespec_ns(&time);
}

static error_t take_option(const struct argp_state *state, struct tsp_filter_args *args, int key,
			   const char *arg)
{
	switch (key) {
	case KEY_UID:
		take_uids(state, args, arg);
		return 0;
	case KEY_CGROUP:
		take_cgroup(state, args, arg);
		return 0;
	case KEY_COMM:
		args->filter.comm = arg;
		return 0;
	case KEY_PIDNS:
		take_pid_ns(state, &args->filter, arg);
		return 0;
	case KEY_ONLY:
		args->filter.type = take_type(state, arg);
		return 0;
	case KEY_MIN_RUN:
		args->filter.min_run_time_ns = take_time(state, arg);
		return 0;
	case KEY_FAILED:
		args->filter.failed = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tsp_filter_args *args = state->input;
	error_t err = take_option(state, args, key, arg);

	args->given |= !err;
	return err;
}

const struct argp tsp_filter_argp = { .options = options, .parser = parse };
