// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin for QEMU that counts what a machine of one CPU executes between two markers.
 *
 *	-plugin libprofile-count.so,out=DIRECTORY,section=ADDRESS
 *
 * The marker is the instruction "xchg %bx,%bx" in user mode: the first begins a measurement, the
 * next ends it, and so on. The n-th measurement goes to the file DIRECTORY/counts.n, a line each:
 *
 *	user COUNT			instructions outside the kernel
 *	section CALLS COUNT		between each call of the function at ADDRESS and its return,
 *					whatever runs meanwhile
 *	ADDRESS COUNT			how often the kernel's instruction at ADDRESS was executed
 */
#include "qemu-plugin.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS		262144U
#define CALL_BYTES	5

/* What the kernel's half of the addresses begins with. */
#define KERNEL_ADDRESS	0xffff000000000000ULL

struct counter {
	struct counter *next;	/* in its bucket */
	uint64_t address;
	uint64_t count;
};

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct counter *buckets[BUCKETS];
static const char *out = ".";
static bool measuring;
static unsigned int measurements;
static uint64_t all, user;

static struct section {
	uint64_t address;	/* of the function; 0: none is looked at */
	uint64_t calls;
	uint64_t begin;		/* all at the call; 0: not inside */
	uint64_t count;
} section;

/* Where the section's function returns to: one of them is enough, a small one. */
#define RETURNS_MAX	16
static uint64_t returns[RETURNS_MAX];
static unsigned int return_count;

static void die(const char *what)
{
	fprintf(stderr, "profile: %s\n", what);
	exit(1);
}

static struct counter *counter_of(uint64_t address)
{
	struct counter **bucket = &buckets[(address ^ address >> 18) % BUCKETS];
	struct counter *counter;

	for (counter = *bucket; counter; counter = counter->next)
		if (counter->address == address)
			return counter;
	counter = calloc(1, sizeof(*counter));
	if (!counter)
		die("no memory");
	counter->address = address;
	counter->next = *bucket;
	*bucket = counter;
	return counter;
}

static void clear(void)
{
	all = 0;
	user = 0;
	section.calls = 0;
	section.begin = 0;
	section.count = 0;
	for (unsigned int i = 0; i < BUCKETS; i++)
		for (struct counter *counter = buckets[i]; counter; counter = counter->next)
			counter->count = 0;
}

static void write_counts(void)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/counts.%u", out, ++measurements);
	file = fopen(path, "w");
	if (!file)
		die(path);
	fprintf(file, "user %" PRIu64 "\n", user);
	fprintf(file, "section %" PRIu64 " %" PRIu64 "\n", section.calls, section.count);
	for (unsigned int i = 0; i < BUCKETS; i++)
		for (struct counter *counter = buckets[i]; counter; counter = counter->next)
			if (counter->count)
				fprintf(file, "%016" PRIx64 " %" PRIu64 "\n", counter->address,
					counter->count);
	if (fclose(file))
		die(path);
}

static void on_marker(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	if (measuring)
		write_counts();
	clear();
	measuring = !measuring;
}

static void on_section_call(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	section.begin = all;
}

static void on_section_return(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	if (!section.begin)
		return;
	section.calls++;
	section.count += all - section.begin;
	section.begin = 0;
}

static bool is_marker(const struct qemu_plugin_insn *insn)
{
	static const uint8_t marker[] = { 0x66, 0x87, 0xdb };

	return qemu_plugin_insn_size(insn) == sizeof(marker) &&
	       !memcmp(qemu_plugin_insn_data(insn), marker, sizeof(marker));
}

static bool calls_section(const struct qemu_plugin_insn *insn, uint64_t address)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	int32_t offset;

	if (!section.address || qemu_plugin_insn_size(insn) != CALL_BYTES || *code != 0xe8)
		return false;
	memcpy(&offset, code + 1, sizeof(offset));
	return address + CALL_BYTES + (uint64_t)(int64_t)offset == section.address;
}

static bool is_return(uint64_t address)
{
	for (unsigned int i = 0; i < return_count; i++)
		if (returns[i] == address)
			return true;
	return false;
}

static void note_return(uint64_t address)
{
	if (is_return(address))
		return;
	if (return_count == RETURNS_MAX)
		die("the section's function is called from too many places");
	returns[return_count++] = address;
}

static void on_kernel_insn(struct qemu_plugin_insn *insn, uint64_t address)
{
	if (is_return(address))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_section_return,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (calls_section(insn, address)) {
		note_return(address + CALL_BYTES);
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_section_call,
						       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
						   &counter_of(address)->count, 1);
}

static void on_user_insn(struct qemu_plugin_insn *insn)
{
	if (is_marker(insn))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &user, 1);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address >= KERNEL_ADDRESS)
			on_kernel_insn(insn, address);
		else
			on_user_insn(insn);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &all,
							   1);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
		else if (!strncmp(argv[i], "section=", 8))
			section.address = strtoull(argv[i] + 8, NULL, 16);
		else
			die("what is wanted is out=DIRECTORY and section=ADDRESS");
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
