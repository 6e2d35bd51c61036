# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the scenarios share. Sourced by each, in a guest of 4 CPUs and 2 nodes unless the scenario says
# otherwise. A scenario prints its figures as its last line, and ends at the first thing that is
# not as it must be.
set -eu

# shellcheck disable=SC2034 # the scenarios load it
module=${TSPOOL_MODULE-$TSPOOL_BUILD/kmod-$(uname -r)/tspool.ko}
PATH=$TSPOOL_BUILD/cli:$TSPOOL_BUILD/tests/vm/programs:$PATH
# Text is bytes: several times faster where the CPU is emulated.
LC_ALL=C
export LC_ALL
scenario=${0##*/}
cd "$(mktemp -d)"
trap keep_files EXIT

# What a scenario that failed leaves behind is kept beside its log.
keep_files()
{
	[ $? -eq 0 ] || cp -r . "$TSPOOL_OUT/$scenario.files"
}

die()
{
	echo "$*" >&2
	exit 1
}

# long_or_short FULL DEFAULT: prints the one for this run.
long_or_short()
{
	if [ "${TSPOOL_LENGTH-}" = full ]; then
		echo "$1"
	else
		echo "$2"
	fi
}

# expect WHAT GOT WANTED
expect()
{
	[ "$2" = "$3" ] || die "$1: \"$2\" instead of \"$3\""
}

# expect_same WHAT FILE FILE: two files of equal text.
expect_same()
{
	cmp -s "$2" "$3" && return
	diff -u "$2" "$3" | head -n 20 >&2
	die "$1: $2 and $3 differ"
}

# expect_match WHAT TEXT PATTERN: an extended regular expression, somewhere in the text.
expect_match()
{
	printf '%s\n' "$2" | grep -qE -- "$3" || die "$1: \"$2\" does not match \"$3\""
}

# wait_until WHAT COMMAND...: two minutes at most, which a busy emulator may need.
wait_until()
{
	what=$1
	shift
	deadline=$(($(date +%s) + 120))
	until "$@"; do
		[ "$(date +%s)" -lt $deadline ] || die "waited in vain: $what"
		sleep 0.5
	done
}

is_listening()
{
	grep -q '^listening on' "$1.err"
}

# listen NAME OPTION...: a listener in the background whose subscription is in force on return.
# Its JSON Lines go to NAME, what it says to NAME.err, its pid to NAME.pid.
listen()
{
	name=$1
	shift
	# Not what one of the same name has said: the child opens the file only when it comes to run.
	rm -f "$name.err"
	tslisten --format json "$@" >"$name" 2>"$name.err" &
	echo $! >"$name.pid"
	wait_until "$name listens" is_listening "$name"
}

# stop NAME: lets the program in the background end, a listener after it has drained its socket; its
# status must be 0.
stop()
{
	# It may have ended by itself; wait knows how.
	kill -TERM "$(cat "$1.pid")" 2>/dev/null || :
	status=0
	wait "$(cat "$1.pid")" || status=$?
	expect "status of $1" "$status" 0
}

# threads_named PREFIX: the ids of the kernel's threads whose names begin so.
threads_named()
{
	grep -l "^$1" /proc/[0-9]*/comm 2>/dev/null | cut -d / -f 3
}

# pool_threads: the names of the module's threads, and the CPUs on which each may run, as /proc tells.
pool_threads()
{
	# Some that the shell still saw are gone when cat comes to them.
	cat /proc/[0-9]*/status 2>/dev/null | awk '$1 == "Name:" { name = $2 }
		$1 == "Cpus_allowed_list:" && name ~ /^tspool_/ { print name, $2 }' | sort
}

# count_of TGID NAME: records of a process in what a listener has written so far.
count_of()
{
	grep -c "\"tgid\": *$1\\b" "$2" || :
}

has_records()
{
	[ "$(count_of "$2" "$3")" -ge "$1" ]
}

# to_table NAME: the records as NAME.table, one a line: type cpt cpu seq pid tgid ppid uid exit_code
# comm. None may be lost.
to_table()
{
	jq -r '[.type, .cpt, .cpu, .seq, .pid, .tgid, .ppid, .uid, .exit_code, .comm] | @tsv' \
		"$1" >"$1.table"
	expect "lost records of $1" "$(grep -c ^lost "$1.table" || :)" 0
}

# no_gaps NAME...: in the tables, taken together, the numbers of each CPT are each there once, without
# a gap from the first to the last.
no_gaps()
{
	for name; do
		cat "$name.table"
	done | sort -n -k 2,2 -k 4,4 | awk '
		NR > 1 && $2 == cpt && $4 != seq + 1 { print "CPT " $2 ": " $4 " follows " seq; bad = 1 }
		{ cpt = $2; seq = $4 }
		END { exit bad }' >&2 || die "sequence numbers of $*"
}

# coverage NAME: one line for each record or loss: CPT, first and last sequence number, count, cause.
coverage()
{
	jq -r 'if .type == "lost" then [.cpt, .first_seq, .last_seq, .count, .cause]
		else [.cpt, .seq, .seq, 1, "-"] end | @tsv' "$1" | sort -n -k 1,1 -k 2,2
}

# expect_coverage NAME: each number of a CPT once, from the first to the last; prints how many.
expect_coverage()
{
	coverage "$1" >"$1.coverage"
	awk '
		NR > 1 && $1 == cpt && $2 != next_seq || $4 != $3 - $2 + 1 { print; bad = 1 }
		{ cpt = $1; next_seq = $3 + 1 }
		END { exit bad }' "$1.coverage" >odd ||
		die "coverage of $1 (CPT, first, last, count, cause): $(head -n 3 odd)"
	awk '{ sum += $4 } END { print sum }' "$1.coverage"
}

# lost NAME CAUSE: how many records, by LOST frames.
lost()
{
	awk -v cause="$2" '$5 == cause { sum += $4 } END { print sum + 0 }' "$1.coverage"
}

# received NAME, told_lost NAME: how many records, by the last line of a listener that has ended.
received()
{
	sed -nE 's/^tslisten: received ([0-9]+) .*/\1/p' "$1.err"
}

told_lost()
{
	sed -nE 's/^tslisten: received .*, lost ([0-9]+).*/\1/p' "$1.err"
}

# given_out: how many sequence numbers.
given_out()
{
	tsctl stats --format json | jq '.captured + .dropped.no_slot'
}

# has_disks: kernels of our own have neither disks nor modules for them.
has_disks()
{
	[ -d "/lib/modules/$(uname -r)" ]
}

# make_disks: one for files, at ./disk, and /dev/nullb1. They take their time: 0.2 ms a request.
make_disks()
{
	modprobe null_blk nr_devices=2 gb=1 memory_backed=1 irqmode=2 completion_nsec=200000
	mkfs.ext4 -q /dev/nullb0
	mkdir disk
	mount /dev/nullb0 disk
}

# memory_is_short, memory_is_back: in between the kernel may say, with a stack, that it had no memory.
memory_is_short()
{
	echo 'tspool-test: memory is short' >/dev/kmsg
}

memory_is_back()
{
	echo 'tspool-test: memory is back' >/dev/kmsg
}

# is_debug_kernel: where exits take ten times as long.
is_debug_kernel()
{
	[ -e $kmemleak ]
}

# forget_leaks, expect_no_leaks: in between nothing was lost that kmemleak knows of. An object counts
# once it was found twice, and is some seconds old.
kmemleak=/sys/kernel/debug/kmemleak

scan_for_leaks()
{
	sleep 6
	echo scan >$kmemleak
	echo scan >$kmemleak
}

forget_leaks()
{
	scan_for_leaks
	echo clear >$kmemleak
}

expect_no_leaks()
{
	scan_for_leaks
	expect "objects nobody refers to" "$(cat $kmemleak)" ""
}
