// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S	1000000000ULL

static uint64_t wall_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int tsp_section_init(struct tsp_section *section, int level)
{
	section->output.fd = -1;
	section->zstd = ZSTD_createCCtx();
	if (!section->zstd)
		return -ENOMEM;
	if (level > ZSTD_maxCLevel() ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(section->zstd, ZSTD_c_compressionLevel, level)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(section->zstd, ZSTD_c_checksumFlag, 1)))
		return -EINVAL;
	return 0;
}

void tsp_section_free(struct tsp_section *section)
{
	if (section->output.fd >= 0)
		tsp_output_close(&section->output);
	ZSTD_freeCCtx(section->zstd);
	free(section->stored);
}

static int make_room(struct tsp_section *section, size_t content_bytes)
{
	size_t needed = sizeof(struct tsp_block_head) + ZSTD_compressBound(content_bytes);
	unsigned char *stored;

	if (content_bytes > TSP_BLOCK_CONTENT_MAX)
		return -EMSGSIZE;
	if (needed <= section->stored_capacity)
		return 0;
	stored = realloc(section->stored, needed);
	if (!stored)
		return -ENOMEM;
	section->stored = stored;
	section->stored_capacity = needed;
	return 0;
}

/* Puts the compressed content behind where the head will be, and its length into the head. */
static int compress(struct tsp_section *section, struct tsp_block_head *head, const void *content,
		    size_t bytes)
{
	size_t stored;
	int err = make_room(section, bytes);

	if (err || !bytes)
		return err;
	stored = ZSTD_compress2(section->zstd, section->stored + sizeof(*head),
				section->stored_capacity - sizeof(*head), content, bytes);
	if (ZSTD_isError(stored))
		return -ENOMEM;
	head->content_bytes = (uint32_t)bytes;
	head->stored_bytes = (uint32_t)stored;
	return 0;
}

static int write_block(struct tsp_section *section, struct tsp_block_head *head,
		       const void *content, size_t bytes)
{
	struct tsp_block_head sealed;
	size_t block_bytes;
	int err;

	err = compress(section, head, content, bytes);
	if (err)
		return err;
	head->section = section->id;
	head->part = section->part;
	head->offset = section->output.bytes;
	head->previous_bytes = section->previous_bytes;
	head->records_before = section->records;

	sealed = *head;
	tsp_block_seal(&sealed, section->stored + sizeof(sealed));
	memcpy(section->stored, &sealed, sizeof(sealed));
	block_bytes = sizeof(sealed) + head->stored_bytes;
	err = tsp_output_write(&section->output, section->stored, block_bytes);
	if (err)
		return err;
	section->previous_bytes = (uint32_t)block_bytes;
	return 0;
}

int tsp_section_begin(struct tsp_section *section, uint32_t part, const char *machine,
		      size_t length)
{
	struct tsp_block_head head = { .type = TSP_BLOCK_MACHINE };
	uint64_t now = wall_time_ns();

	/* Clocks may be set back; two sections in a row must differ all the same. */
	section->id = now == section->id ? now + 1 : now;
	section->part = part;
	section->previous_bytes = 0;
	section->records = 0;
	tsp_index_init(&section->index);
	return write_block(section, &head, machine, length);
}

static int put_index(struct tsp_section *section)
{
	struct tsp_block_head head = { .type = TSP_BLOCK_INDEX };
	uint64_t offset = section->output.bytes;
	int err;

	err = write_block(section, &head, &section->index, tsp_index_bytes(&section->index));
	if (!err)
		tsp_index_next(&section->index, offset);
	return err;
}

int tsp_section_put(struct tsp_section *section, struct tsp_block_head head, const void *content,
		    size_t bytes)
{
	int err = 0;

	if (section->index.count == TSP_INDEX_ENTRIES)
		err = put_index(section);
	if (err)
		return err;
	head.type = TSP_BLOCK_FRAMES;
	err = write_block(section, &head, content, bytes);
	if (err)
		return err;
	tsp_index_add(&section->index, &head);
	section->records += head.records;
	return section->sync_blocks ? tsp_output_sync(&section->output) : 0;
}

int tsp_section_end(struct tsp_section *section)
{
	struct tsp_block_head head = { .type = TSP_BLOCK_END };
	int err = put_index(section);

	return err ? err : write_block(section, &head, NULL, 0);
}
