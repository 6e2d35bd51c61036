// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_machine.h"

#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <tspool/record.h>

/* What a machine calls itself may hold any bytes. */
static void put_line(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s\t", name);
	for (; *value; value++)
		fputc(iscntrl((unsigned char)*value) ? '?' : *value, out);
	fputc('\n', out);
}

static void put_boot_id(FILE *out)
{
	char id[64] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!file)
		return;
	if (fgets(id, sizeof(id), file)) {
		id[strcspn(id, "\n")] = '\0';
		put_line(out, "boot_id", id);
	}
	fclose(file);
}

static void put_machine(FILE *out)
{
	struct utsname name;

	if (!uname(&name)) {
		put_line(out, "host", name.nodename);
		put_line(out, "system", name.sysname);
		put_line(out, "kernel", name.release);
		put_line(out, "kernel_version", name.version);
		put_line(out, "machine", name.machine);
	}
	put_boot_id(out);
	put_line(out, "byte_order", tsp_byte_order());
}

static void put_fields(FILE *out, const char *name, const struct tspool_field_info *fields,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char type[TSPOOL_TYPE_NAME_SIZE];

		fprintf(out, "%s\t%zu\t%s\t%s\t%u\t%s\n", name, i, fields[i].name,
			tspool_field_type_name(&fields[i], type), fields[i].offset,
			tspool_unit_name(fields[i].unit));
	}
}

static void put_frames(FILE *out)
{
	const struct tspool_field_info *fields;
	size_t count;

	fprintf(out, "frame_version\t%d\n", TSPOOL_FRAME_VERSION);
	for (unsigned int type = TSPOOL_FRAME_TASK; type <= TSPOOL_FRAME_TYPE_MAX; type++)
		fprintf(out, "frame_type\t%u\t%s\n", type, tspool_frame_type_name(type));
	for (unsigned int cause = TSPOOL_CAUSE_UNSPEC + 1; cause <= TSPOOL_CAUSE_MAX; cause++)
		fprintf(out, "cause\t%u\t%s\n", cause, tspool_cause_name(cause));
	fprintf(out, "cause\t%u\t%s\n", TSPOOL_CAUSE_RECEIVE_OVERRUN,
		tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN));
	fprintf(out, "cause\t%u\t%s\n", TSPOOL_CAUSE_FILE_DAMAGED,
		tspool_cause_name(TSPOOL_CAUSE_FILE_DAMAGED));
	fields = tspool_record_fields(&count);
	put_fields(out, "field", fields, count);
	fields = tspool_lost_fields(&count);
	put_fields(out, "lost_field", fields, count);
}

static void put_cpts(FILE *out, const char *cpts)
{
	while (*cpts) {
		size_t length = strcspn(cpts, "\n");

		fprintf(out, "cpt\t%.*s\n", (int)length, cpts);
		cpts += length + !!cpts[length];
	}
}

char *tsp_machine_text(const char *writer, const char *cpts, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (!out)
		return NULL;
	if (writer)
		put_line(out, "writer", writer);
	put_machine(out);
	if (cpts)
		put_cpts(out, cpts);
	put_frames(out);
	if (!ferror(out) && !fclose(out))
		return text;
	free(text);
	return NULL;
}

const char *tsp_byte_order(void)
{
	return htole16(1) == 1 ? "little" : "big";
}

const char *tsp_machine_find(const char *text, const char *name, size_t *length)
{
	size_t name_length = strlen(name);

	while (*text) {
		size_t line = strcspn(text, "\n");

		if (line > name_length && !strncmp(text, name, name_length) &&
		    text[name_length] == '\t') {
			*length = line - name_length - 1;
			return text + name_length + 1;
		}
		text += line + !!text[line];
	}
	return NULL;
}
