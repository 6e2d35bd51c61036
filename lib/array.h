/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_ARRAY_H
#define TSP_ARRAY_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif /* TSP_ARRAY_H */
