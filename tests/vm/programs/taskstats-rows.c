// SPDX-License-Identifier: GPL-2.0-only
#include "taskstats-rows.h"

#include <linux/cgroupstats.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define ANY_ATTRIBUTE	100
#define COMMAS		60000

#define NUMBER(attribute, who, bytes) \
	{ \
		.type = TASKSTATS_CMD_ATTR_##attribute, .cast = CAST_##who, .size = (bytes), \
	}
#define TEXT(attribute, string, bytes) \
	{ \
		.type = TASKSTATS_CMD_ATTR_##attribute##_CPUMASK, .text = (string), \
		.size = (bytes), \
	}
#define GET(description, ...) \
	{ \
		.what = (description), .command = TASKSTATS_CMD_GET, .attributes = { __VA_ARGS__ } \
	}
#define LIST(string)	GET("register", TEXT(REGISTER, string, ROW_TEXT_WITH_END))
#define UNLIST(string)	GET("deregister", TEXT(DEREGISTER, string, ROW_TEXT_WITH_END))

const struct row rows[] = {
	GET("no attribute"),
	GET("an unknown attribute", { .type = ANY_ATTRIBUTE, .cast = CAST_SELF, .size = 4 }),
	GET("pid", NUMBER(PID, SELF, 4)),
	GET("pid of a thread", NUMBER(PID, THREAD, 4)),
	GET("pid of a zombie", NUMBER(PID, ZOMBIE, 4)),
	GET("pid 0", NUMBER(PID, ZERO, 4)),
	GET("pid that is none", NUMBER(PID, ABSENT, 4)),
	GET("pid -1", NUMBER(PID, NEGATIVE, 4)),
	GET("pid of no bytes", NUMBER(PID, SELF, 0)),
	GET("pid of 2 bytes", NUMBER(PID, SELF, 2)),
	GET("pid of 8 bytes", NUMBER(PID, SELF, 8)),
	GET("pid, after an unknown attribute", { .type = ANY_ATTRIBUTE, .size = 3, .text = "x" },
	    NUMBER(PID, SELF, 4)),
	GET("pid as a nest",
	    { .type = TASKSTATS_CMD_ATTR_PID | NLA_F_NESTED, .cast = CAST_SELF, .size = 4 }),
	GET("pid twice", NUMBER(PID, ABSENT, 4), NUMBER(PID, SELF, 4)),
	GET("tgid", NUMBER(TGID, SELF, 4)),
	GET("tgid of a thread", NUMBER(TGID, THREAD, 4)),
	GET("tgid of a zombie", NUMBER(TGID, ZOMBIE, 4)),
	GET("tgid 0", NUMBER(TGID, ZERO, 4)),
	GET("tgid that is none", NUMBER(TGID, ABSENT, 4)),
	GET("tgid of 2 bytes", NUMBER(TGID, SELF, 2)),
	GET("tgid of 8 bytes", NUMBER(TGID, SELF, 8)),
	GET("tgid, then pid", NUMBER(TGID, SELF, 4), NUMBER(PID, THREAD, 4)),
	GET("tgid, then pid that is none", NUMBER(TGID, SELF, 4), NUMBER(PID, ABSENT, 4)),

	GET("register of no bytes", TEXT(REGISTER, "", 0)),
	GET("deregister of no bytes", TEXT(DEREGISTER, "", 0)),
	GET("register \"0\" without its end", TEXT(REGISTER, "0", 1)),
	GET("register \"0\" with something behind", TEXT(REGISTER, "0\0x", 4)),
	LIST(""),
	UNLIST(""),
	LIST("0"),
	UNLIST("0"),
	LIST(" 0, "),
	UNLIST(" 0, "),
	LIST(" 0,"),
	UNLIST(" 0,"),
	LIST("0-1,3"),
	UNLIST("0-1,3"),
	LIST("0-3:1/2"),
	UNLIST("0-3:1/2"),
	LIST("all"),
	UNLIST("all"),
	LIST("0-N"),
	UNLIST("0-N"),
	LIST("N"),
	UNLIST("N"),
	LIST("abc"),
	UNLIST("abc"),
	LIST("0x1"),
	UNLIST("0x1"),
	LIST("3-1"),
	UNLIST("3-1"),
	LIST("0-"),
	UNLIST("0-"),
	LIST("-1"),
	UNLIST("-1"),
	LIST("4"),
	UNLIST("4"),
	LIST("0-4"),
	UNLIST("0-4"),
	LIST("99999"),
	UNLIST("99999"),
	LIST("4294967295"),
	UNLIST("4294967295"),
	LIST("4294967296"),
	UNLIST("4294967296"),
	LIST("99999999999"),
	UNLIST("99999999999"),
	GET("register, too long",
	    { .type = TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, .cast = CAST_COMMAS, .size = COMMAS }),
	GET("deregister, too long",
	    { .type = TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, .cast = CAST_COMMAS, .size = COMMAS }),
	GET("deregister, then register", TEXT(DEREGISTER, "abc", 4), TEXT(REGISTER, "0", 2)),
	GET("deregister, then a bad register", TEXT(DEREGISTER, "0", 2), TEXT(REGISTER, "abc", 4)),
	GET("pid, then register", NUMBER(PID, ABSENT, 4), TEXT(REGISTER, "1", 2)),
	GET("tgid, then deregister", NUMBER(TGID, ABSENT, 4), TEXT(DEREGISTER, "1", 2)),

	{ .what = "command 0" },
	{ .what = "command 2", .command = TASKSTATS_CMD_NEW },
	{ .what = "command 3", .command = TASKSTATS_CMD_NEW + 1 },
	{ .what = "command 4 (cgroup statistics)",
	  .command = CGROUPSTATS_CMD_GET,
	  .differs = "cgroupstats_build() is not exported" },
	{ .what = "command 5", .command = CGROUPSTATS_CMD_NEW },
	{ .what = "command 15", .command = 15 },
	{ .what = "command 255", .command = 255 },
	{ .what = "a dump", .command = TASKSTATS_CMD_GET, .flags = NLM_F_DUMP },
	{ .what = "a dump with a pid",
	  .command = TASKSTATS_CMD_GET,
	  .flags = NLM_F_DUMP,
	  .attributes = { NUMBER(PID, SELF, 4) } },
	{ .what = "a dump of command 2", .command = TASKSTATS_CMD_NEW, .flags = NLM_F_DUMP },
	{ .what = "flags of no meaning",
	  .command = TASKSTATS_CMD_GET,
	  .flags = 0xf800,
	  .attributes = { NUMBER(PID, SELF, 4) } },
	{ .what = "something in the reserved bytes",
	  .command = TASKSTATS_CMD_GET,
	  .reserved = 7,
	  .attributes = { NUMBER(PID, SELF, 4) } },
	{ .what = "the same with command 5", .command = CGROUPSTATS_CMD_NEW, .reserved = 7 },
	{ .what = "version 99",
	  .command = TASKSTATS_CMD_GET,
	  .version = 99,
	  .attributes = { NUMBER(PID, SELF, 4) } },
};

const size_t n_rows = ARRAY_SIZE(rows);
