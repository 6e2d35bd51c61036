// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of fail-nth. The ones that talk to the loaded module go by way of libtspool, so that it
 * meets every failure, too.
 *
 *	load MODULE [PARAMETERS]	finit_module(2); unloaded again
 *	unload MODULE [PARAMETERS]	delete_module(2)
 *	open				a session
 *	subscribe [CPTS]		a listener; if it came to be, it gets a record
 *	filter				the same with a filter, which the record meets
 *	unsubscribe [CPTS]		a refused one still listens, and gets a record
 *	task, process			what this process has used so far
 *	cpts, scheds, listeners, stats	the tables and totals; all there if told at all
 *	relay-start, relay-stop		all of its buffers are there, or none of them
 */
#include "fail-steps.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <tspool/tspool.h>
#include <unistd.h>

#include "storm.h"

#define PATIENCE_MS	60000

static noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "fail-nth: %s: %s\n", what, why);
	exit(1);
}

/* The module. */

static int module_fd;
static const char *module_parameters;

static bool is_loaded(void)
{
	return !access("/sys/module/tspool", F_OK);
}

static void open_module(char **arguments)
{
	if (!arguments[0])
		die("load", "of which module?");
	module_fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	if (module_fd < 0)
		storm_die(arguments[0], errno);
	module_parameters = arguments[1] ? arguments[1] : "";
}

static int load(void)
{
	return syscall(SYS_finit_module, module_fd, module_parameters, 0) ? -errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "tspool", O_NONBLOCK) ? -errno : 0;
}

static void load_surely(void)
{
	int ret = load();

	if (ret)
		storm_die("finit_module", -ret);
}

static void check_load(int ret)
{
	if (is_loaded() != !ret)
		die("load", ret ? "failed, but the module is there" : "no module");
	if (!ret)
		ret = unload();
	else
		ret = 0;
	if (ret)
		storm_die("delete_module", -ret);
}

static void check_unload(int ret)
{
	if (is_loaded() != !!ret)
		die("unload", ret ? "failed, but the module is gone" : "the module is still there");
	if (ret && unload())
		storm_die("delete_module", errno);
}

/* Sessions. */

static struct tspool_session *session;

static noreturn void die_of_session(const char *what)
{
	die(what, tspool_error(session));
}

static int open_session(void)
{
	return tspool_open_backend(&session, TSPOOL_BACKEND_TSPOOL);
}

static void check_session(int ret)
{
	struct tspool_stats *stats;

	if (!ret && tspool_get_stats(session, &stats))
		die_of_session("the new session");
	if (!ret)
		tspool_free_stats(stats);
	tspool_close(session);
}

static void open_session_surely(char **arguments)
{
	(void)arguments;
	if (tspool_open_backend(&session, TSPOOL_BACKEND_TSPOOL))
		die_of_session("session");
}

/* Listeners. */

static struct tspool_listen_options choice;
static struct tspool_listener *listener;
static pid_t child;
static bool child_arrived;

static void choose_cpts(char **arguments)
{
	open_session_surely(arguments);
	choice.cpts = arguments[0];
}

static void choose_records(char **arguments)
{
	static const struct tspool_uid_range root;
	static const struct tspool_filter filter = {
		.uids = &root,
		.n_uids = 1,
		.cgroup_id = 1, /* of the hierarchy's root */
		.comm = "fail-*",
		.type = TSPOOL_FRAME_TASK,
	};

	open_session_surely(arguments);
	choice.filter = &filter;
}

static int listen_to_choice(void)
{
	return tspool_listen(session, &choice, &listener);
}

static void listen_surely(void)
{
	if (listen_to_choice())
		die_of_session("listen");
}

static bool look_for_child(const struct tspool_record *record, void *arg)
{
	(void)arg;
	child_arrived |= record->frame.type == TSPOOL_FRAME_TASK && record->pid == (uint32_t)child;
	return true;
}

static bool pass_over_lost(const struct tspool_lost *lost, void *arg)
{
	(void)lost;
	(void)arg;
	return true;
}

static const struct tspool_handler handler = { .record = look_for_child, .lost = pass_over_lost };

static void end_a_child(void)
{
	child_arrived = false;
	child = storm_fork();
	if (!child)
		_exit(0);
	storm_await_child(child);
}

static void expect_record(void)
{
	struct pollfd input = { .fd = tspool_listener_fd(listener), .events = POLLIN };

	end_a_child();
	while (!child_arrived) {
		if (poll(&input, 1, PATIENCE_MS) != 1)
			die("listener", "the record of a child does not come");
		if (tspool_drain(listener, &handler, NULL) < 0)
			die_of_session("listener");
	}
}

static bool is_listening(uint32_t portid)
{
	struct tspool_listener_info *listeners;
	bool found = false;
	size_t count;

	if (tspool_get_listeners(session, &listeners, &count))
		die_of_session("listeners");
	for (size_t i = 0; i < count; i++)
		found |= listeners[i].portid == portid && listeners[i].pid == (uint32_t)getpid();
	tspool_free_listeners(listeners, count);
	return found;
}

/* Returns 0 once the module has answered, or a negative errno. */
static int unsubscribe(void)
{
	int ret = tspool_unsubscribe(listener);

	if (!ret)
		ret = tspool_drain(listener, &handler, NULL);
	return ret < 0 ? ret : 0;
}

static void check_subscribe(int ret)
{
	if (!ret != !!listener)
		die("subscribe", ret ? "failed with a listener" : "no listener");
	if (ret)
		return;
	expect_record();
	if (unsubscribe())
		die_of_session("unsubscribe");
	if (is_listening(tspool_listener_portid(listener)))
		die("unsubscribe", "it is still in the list");
	tspool_listener_close(listener);
}

static void check_unsubscribe(int ret)
{
	uint32_t portid = tspool_listener_portid(listener);

	if (is_listening(portid) != !!ret)
		die("unsubscribe", ret ? "refused, but done" : "it is still in the list");
	if (ret)
		expect_record();
	tspool_listener_close(listener);
	if (is_listening(portid))
		die("closed listener", "it is still in the list");
}

/* What can be asked. Each answer is held against the one that nothing disturbed. */

static struct tspool_record record;

static int get_task(void)
{
	record.pid = 0;
	return tspool_get_task(session, getpid(), &record);
}

static int get_process(void)
{
	record.pid = 0;
	return tspool_get_process(session, getpid(), &record);
}

static void check_record(int ret)
{
	if (record.pid != (ret ? 0 : (uint32_t)getpid()))
		die("record", ret ? "failed with a record" : "of another process");
}

static size_t rows, all_rows;

static int get_cpts(void)
{
	struct tspool_cpt_info *cpts;
	int ret = tspool_get_cpts(session, &cpts, &rows);

	tspool_free_cpts(cpts, rows);
	return ret;
}

static int get_scheds(void)
{
	struct tspool_sched_info *scheds;
	int ret = tspool_get_scheds(session, &scheds, &rows);

	tspool_free_scheds(scheds, rows);
	return ret;
}

static int get_listeners(void)
{
	struct tspool_listener_info *listeners;
	int ret = tspool_get_listeners(session, &listeners, &rows);

	tspool_free_listeners(listeners, rows);
	return ret;
}

static int get_stats(void)
{
	struct tspool_stats *stats;
	int ret = tspool_get_stats(session, &stats);

	rows = stats ? stats->cpts : 0;
	tspool_free_stats(stats);
	return ret;
}

static void count_rows(char **arguments, int (*get)(void))
{
	open_session_surely(arguments);
	if (get())
		die_of_session("table");
	all_rows = rows;
}

static void prepare_cpts(char **arguments)
{
	count_rows(arguments, get_cpts);
}

static void prepare_scheds(char **arguments)
{
	count_rows(arguments, get_scheds);
}

static void prepare_listeners(char **arguments)
{
	count_rows(arguments, get_listeners);
}

static void prepare_stats(char **arguments)
{
	count_rows(arguments, get_stats);
}

/* Relay. */

static int get_relays(void)
{
	struct tspool_relay_info *relays;
	int ret = tspool_get_relays(session, &relays, &rows);

	tspool_free_relays(relays, rows);
	return ret;
}

static int relay_start(void)
{
	const struct tspool_relay_setup setup = {
		.mode = TSPOOL_RELAY_LOSSLESS,
		.subbuf_size = 4096,
		.n_subbufs = 2,
	};

	return tspool_relay_set(session, &setup);
}

static int relay_stop(void)
{
	const struct tspool_relay_setup setup = { .mode = TSPOOL_RELAY_OFF };

	return tspool_relay_set(session, &setup);
}

static void prepare_relay(char **arguments)
{
	count_rows(arguments, get_cpts);
}

static void relay_start_surely(void)
{
	if (relay_start())
		die_of_session("relay");
}

/* All of it is on or off. */
static bool is_relay_on(void)
{
	struct tspool_stats *stats;

	if (get_relays() || tspool_get_stats(session, &stats))
		die_of_session("relay");
	if (rows && rows != all_rows)
		die("relay", "not all buffers");
	if (stats->hook_armed != (rows || stats->listeners))
		die("relay", stats->hook_armed ? "exits are caught" : "nothing is caught");
	tspool_free_stats(stats);
	return rows;
}

static void end_relay(bool is_on)
{
	if (is_on && relay_stop())
		die_of_session("relay");
}

/* A request whose answer had no memory may have been granted. */
static void check_relay_start(int ret)
{
	bool is_on = is_relay_on();

	if (!ret && !is_on)
		die("relay start", "there are no buffers");
	end_relay(is_on);
}

static void check_relay_stop(int ret)
{
	bool is_on = is_relay_on();

	if (!ret && is_on)
		die("relay stop", "there are buffers");
	end_relay(is_on);
}

static void check_rows(int ret)
{
	if (rows != (ret ? 0 : all_rows))
		die("table", ret ? "failed, but there are rows" : "not all rows");
}

const struct fail_step fail_steps[] = {
	{ "load", open_module, NULL, load, check_load },
	{ "unload", open_module, load_surely, unload, check_unload },
	{ "open", NULL, NULL, open_session, check_session },
	{ "subscribe", choose_cpts, NULL, listen_to_choice, check_subscribe },
	{ "filter", choose_records, NULL, listen_to_choice, check_subscribe },
	{ "unsubscribe", choose_cpts, listen_surely, unsubscribe, check_unsubscribe },
	{ "task", open_session_surely, NULL, get_task, check_record },
	{ "process", open_session_surely, NULL, get_process, check_record },
	{ "cpts", prepare_cpts, NULL, get_cpts, check_rows },
	{ "scheds", prepare_scheds, NULL, get_scheds, check_rows },
	{ "listeners", prepare_listeners, NULL, get_listeners, check_rows },
	{ "stats", prepare_stats, NULL, get_stats, check_rows },
	{ "relay-start", prepare_relay, NULL, relay_start, check_relay_start },
	{ "relay-stop", prepare_relay, relay_start_surely, relay_stop, check_relay_stop },
	{ 0 }
};
