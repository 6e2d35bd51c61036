/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_RELAY_FILE_H
#define TSP_RELAY_FILE_H

#include <linux/fs.h>

extern const struct file_operations tsp_relay_mapped_file_ops;
extern const struct file_operations tsp_relay_read_file_ops;

#endif /* TSP_RELAY_FILE_H */
