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
	tslisten --format json "$@" >"$name" 2>"$name.err" &
	echo $! >"$name.pid"
	wait_until "$name listens" is_listening "$name"
}

# stop NAME: lets the listener drain; it must end with status 0.
stop()
{
	kill -TERM "$(cat "$1.pid")"
	status=0
	wait "$(cat "$1.pid")" || status=$?
	expect "status of listener $1" "$status" 0
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

# memory_is_short, memory_is_back: in between the kernel may say, with a stack, that it had no memory.
memory_is_short()
{
	echo 'tspool-test: memory is short' >/dev/kmsg
}

memory_is_back()
{
	echo 'tspool-test: memory is back' >/dev/kmsg
}
