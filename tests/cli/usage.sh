#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Command lines that make no sense, and what else fails without the module: the sentence on stderr,
# nothing on stdout, the exit status.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# refused STATUS SENTENCE COMMAND...: the sentence is a whole line.
refused()
{
	wanted=$1 sentence=$2
	shift 2
	try "$@"
	equal "status of: $*" "$status" "$wanted"
	equal "output of: $*" "$out" ''
	check "sentence of: $*" grep -Fqx -- "$sentence" "$scratch/err" ||
		printf 'is:\n%s\nshould be:\n%s\n' "$err" "$sentence"
}

refused 2 "tsctl: no command given" tsctl
refused 2 "tsctl: there is no command 'frobnicate'" tsctl frobnicate
refused 2 "tsctl: unrecognized option '--frobnicate'" tsctl --frobnicate stats
refused 2 "tsctl stats: unrecognized option '--frobnicate'" tsctl stats --frobnicate
refused 2 "tsctl stats: Too many arguments" tsctl stats now

for command in sched-show listeners stats; do
	refused 2 "tsctl $command: --format 'xml' is none of text and json" \
		tsctl $command --format xml
done
refused 2 "tsctl cpt-show: --format 'xml' is none of text, json and lustre" \
	tsctl cpt-show --format xml
refused 2 "tsctl cpt-show: --source 'moon' is none of any, kernel and hwloc" \
	tsctl cpt-show --source moon
refused 2 "tsctl cpt-show: --check can't be combined with other options" \
	tsctl cpt-show --check --format json
refused 2 "tsctl cpt-show: --npartitions and --cpu-pattern are for --source hwloc" \
	tsctl cpt-show --source kernel --cpu-pattern N
refused 2 "tsctl cpt-show: --npartitions '-1' is not a number from 0 to 2147483647" \
	tsctl cpt-show --npartitions=-1
refused 2 "tsctl cpt-show: --npartitions '2x' is not a number from 0 to 2147483647" \
	tsctl cpt-show --npartitions 2x

for id in 0 abc '' ' 1' +1 1.5 0x10 1x 2147483648 99999999999999999999; do
	refused 2 "tsctl get-pid: PID '$id' is not a number from 1 to 2147483647" \
		tsctl get-pid "$id"
	refused 2 "tsctl get-tgid: TGID '$id' is not a number from 1 to 2147483647" \
		tsctl get-tgid "$id"
done
refused 2 "tsctl get-pid: PID '-1' is not a number from 1 to 2147483647" tsctl get-pid -- -1
refused 2 "tsctl get-pid: no PID given" tsctl get-pid
refused 2 "tsctl get-tgid: no TGID given" tsctl get-tgid --raw
refused 2 "tsctl get-pid: PID 'x' is not a number from 1 to 2147483647" tsctl get-pid 1 x 2
refused 2 "tsctl get-tgid: TGIDs and --comm can't be combined" tsctl get-tgid 1 --comm sh
refused 2 "tsctl get-pid: --comm can be given once" tsctl get-pid --comm sh --comm cat
for interval in 0 -1 '' 1s; do
	refused 2 "tsctl get-pid: --watch '$interval' is not a number of seconds, more than 0 and up \
to 1000000000" tsctl get-pid "--watch=$interval" 1
done
refused 2 "tsctl get-tgid: --raw is for text; numbers in JSON are always plain" \
	tsctl get-tgid --comm sh --watch 1 --raw --format json
refused 2 "tsctl get-pid: --raw is for text; numbers in JSON are always plain" \
	tsctl get-pid --raw --format json 1

refused 2 "tsctl stats: --watch '0' is not a number of seconds, more than 0 and up to 1000000000" \
	tsctl stats --watch 0

refused 2 "tsctl relay: no ACTION given: start, stop or status" tsctl relay
refused 2 "tsctl relay: ACTION 'pause' is none of start, stop and status" tsctl relay pause
refused 2 "tsctl relay: there is an argument too many: 'stop'" tsctl relay start stop
refused 2 "tsctl relay: --mode 'fast' is none of lossless and overwrite" tsctl relay start --mode fast
for size in 4095 16777217 0 4G ''; do
	refused 2 "tsctl relay: --subbuf-size '$size' is not a size from 4096 to 16777216 bytes, such as \
512K or 8M" tsctl relay start "--subbuf-size=$size"
done
for number in 1 4097 x; do
	refused 2 "tsctl relay: --n-subbufs '$number' is not a number from 2 to 4096" \
		tsctl relay start --n-subbufs $number
done
refused 2 "tsctl relay: --mode, --subbuf-size and --n-subbufs are for start" \
	tsctl relay stop --mode lossless
refused 2 "tsctl relay: --format is for status" tsctl relay stop --format json
refused 2 "tsctl relay: --format 'xml' is none of text and json" tsctl relay status --format xml
refused 2 "tsctl snapshot: no FILE given" tsctl snapshot
refused 2 "tsctl snapshot: there is an argument too many: 'b'" tsctl snapshot a b

for option in '--relay --cpus 0' '--relay --backlog 0' '--relay --drop oldest' \
	'--relay --buffer 1M'; do
	# shellcheck disable=SC2086 # words
	refused 2 "tslisten: --cpus, --buffer, --backlog and --drop are for records that come by netlink" \
		tslisten $option
done
for option in --listeners=1 --ordered; do
	refused 2 "tslisten: --listeners and --ordered are for records that come by netlink" \
		tslisten --relay $option
done
for option in '--format none' '--report' '--write x'; do
	# shellcheck disable=SC2086 # words
	refused 2 "tslisten: --ordered is for records that are printed" tslisten --ordered $option
done
refused 2 "tslisten: --comm '[': the pattern of names is empty, ends in a backslash, or has a [ that is \
not closed or that names a class" tslisten --relay --comm '['
refused 2 "tslisten: --backend and --relay can't be combined" tslisten --relay --backend tspool
refused 2 "tsctl get-pid: --backend 'stock' is none of tspool and taskstats" \
	tsctl get-pid --backend stock 1
refused 2 "tslisten: --backend '' is none of tspool and taskstats" tslisten --backend ''
refused 2 "tslisten: --format 'xml' is none of text, json, csv and none" tslisten --format xml
refused 2 "tslisten: there is an argument too many: '1'" tslisten 1
refused 2 "tslisten: --help-fields is shown as text or json" tslisten --help-fields --format none
refused 2 "tslisten: --help-fields is shown as text or json" tslisten --help-fields --format csv
for option in --append --rotate-size=1M --rotate-time=1 --compress=1 --fsync=never; do
	refused 2 "tslisten: ${option%=*} is for --write" tslisten $option
done
for size in 1048575 1023K 0 -1 1T; do
	refused 2 "tslisten: --rotate-size '$size' is not a size from 1048576 to 1125899906842624 \
bytes, such as 512K or 8M" tslisten --write x "--rotate-size=$size"
done
for level in 0 20 x; do
	refused 2 "tslisten: --compress '$level' is not a number from 1 to 19" \
		tslisten --write x --compress $level
done
refused 2 "tslisten: --fsync 'always' is none of close, block and never" \
	tslisten --write x --fsync always

refused 2 "tsctl read: no FILE given" tsctl read
refused 2 "tsctl read: no FILE given" tsctl read --follow
refused 2 "tsctl read: --follow is for one FILE" tsctl read --follow a b
refused 2 "tsctl read: --follow and --info can't be combined" tsctl read --follow --info a
refused 2 "tsctl read: --format 'xml' is none of text, json, csv and none" tsctl read --format xml a
refused 2 "tsctl read: --until is before --since" tsctl read --since @2 --until @1 a
for time in '' now 25:00 2026-13-01 2026-02-31 '2026-11-22 x' @ @x -5 -5y ' 12:00' 12:00x; do
	refused 2 "tsctl read: --since '$time' is not a time, such as '2026-11-22 15:40', 15:40:30, \
-10m or @1795362003.5" tsctl read "--since=$time" a
done
refused 2 "tsctl read: --cgroup 'a': neither an id nor a path" tsctl read --cgroup a a
refused 2 "tsctl read: --comm '[': the pattern of names is empty, ends in a backslash, or has a [ that \
is not closed or that names a class" tsctl read --comm '[' a
refused 1 "tsctl: '/nowhere' can't be read: No such file or directory" tsctl read /nowhere
refused 1 "tsctl: '/' can't be read: Is a directory" tsctl read /
refused 1 "tsctl: '/dev/null' can't be read: it is no regular file" tsctl read /dev/null
refused 1 "tsctl: '$source/COPYING' can't be read: it is no archive" tsctl read "$source/COPYING"
: >"$scratch/empty"
refused 1 "tsctl: '$scratch/empty' can't be read: it is empty" tsctl read "$scratch/empty"
refused 2 "tslisten: --cpt and --cpus can't be combined" tslisten --cpt 0 --cpus 0
refused 2 "tslisten: --cpt 'x' is not a number from 0 to 65535" tslisten --cpt x
refused 2 "tslisten: --cpt '0-1' is not a number from 0 to 65535" tslisten --cpt 0-1
refused 2 "tslisten: --cpt '65536' is not a number from 0 to 65535" tslisten --cpt 65536
for listeners in 0 -1 65537 '' x 1-2; do
	refused 2 "tslisten: --listeners '$listeners' is not a number from 1 to 65536" \
		tslisten "--listeners=$listeners"
done
for window in 0 -1 '' 1s; do
	refused 2 "tslisten: --ordered '$window' is not a number of seconds, more than 0 and up to \
1000000000" tslisten "--ordered=$window"
done
refused 2 "tslisten: --count '0' is not a number from 1 to 4294967295" tslisten --count 0
for size in 65535 63K 1025M 1073741825 '' K -1 8G 8MB 8m8 99999999999999999999; do
	refused 2 "tslisten: --buffer '$size' is not a size from 65536 to 1073741824 bytes, such as \
512K or 8M" tslisten "--buffer=$size"
done
for size in 1025M 1073741825 '' K -1 8MB; do
	refused 2 "tslisten: --backlog '$size' is not a size from 0 to 1073741824 bytes, such as \
512K or 8M" tslisten "--backlog=$size"
done
refused 2 "tslisten: --drop 'both' is none of newest and oldest" tslisten --drop both
for duration in 0 -1 '' nan inf 1e10 1s 0x1; do
	refused 2 "tslisten: --duration '$duration' is not a number of seconds, more than 0 and up to \
1000000000" tslisten "--duration=$duration"
done

for uid in nobody-is-called-so '' 4294967296 1x x-1; do
	refused 2 "tslisten: --uid '$uid' is neither a user, nor an id up to 4294967295" \
		tslisten "--uid=$uid"
done
refused 2 "tslisten: --uid '1000-' is not a range such as 1000-1999" tslisten --uid 0,1000-
refused 2 "tslisten: --uid '9-5' runs backwards" tslisten --uid 9-5
many=$(seq -s , 65)
refused 2 "tslisten: --uid '$many': more than 64 users and ranges" tslisten --uid "$many"
for cgroup in 0 18446744073709551616; do
	refused 2 "tslisten: --cgroup '$cgroup' is not a number from 1 to 18446744073709551615" \
		tslisten --cgroup $cgroup
done
for inode in 0 -1 4294967296 ns/pid; do
	refused 2 "tslisten: --pidns '$inode' is not a number from 1 to 4294967295" \
		tslisten "--pidns=$inode"
done
refused 2 "tslisten: --pidns '/nowhere': No such file or directory" tslisten --pidns /nowhere
for file in /etc/passwd /proc/self/ns/net; do
	refused 2 "tslisten: --pidns '$file': this is no pid namespace" tslisten --pidns $file
done
refused 2 "tslisten: --only 'lost' is none of task and process" tslisten --only lost
refused 2 "tslisten: --min-run '-1' is not a number of seconds, more than 0 and up to 1000000000" \
	tslisten --min-run -1
if grep -q ' - cgroup2 ' /proc/self/mountinfo; then
	refused 2 "tslisten: --cgroup '/nowhere': there is no such cgroup" tslisten --cgroup /nowhere
	for cgroup in nowhere '' 1x; do
		refused 2 "tslisten: --cgroup '$cgroup': neither an id nor a path in the unified \
hierarchy" tslisten "--cgroup=$cgroup"
	done
fi

# place LIST OFFSET: --cpus is refused with a caret under this byte.
place()
{
	try tslisten "--cpus=$1"
	equal "status of --cpus $1" "$status" 2
	equal "caret of --cpus $1" "$(sed -n '2,3p' "$scratch/err")" \
		"$(printf '  %s\n  %*s' "$1" $(($2 + 1)) '^')"
	check "offset of --cpus $1" grep -q ", at offset $2\$" "$scratch/err"
}

place 0- 2
place -1 0
place 0,,1 2
place 0,x 2
place 3-1 0
place 1-3/0 4
place 99999999 0

# Where the module is loaded, all of this would work.
if ! [ -d /sys/module/tspool ]; then
	not_loaded="the tspool module is not loaded (no generic netlink family TSPOOL);\
 'modprobe tspool' or 'insmod tspool.ko' loads it"
	for command in '--backend tspool 1' '--backend tspool --comm sh' '--backend tspool --watch 1 1'; do
		# shellcheck disable=SC2086 # options and an argument
		refused 1 "tsctl: $not_loaded" tsctl get-pid $command
		# shellcheck disable=SC2086
		refused 1 "tsctl: $not_loaded" tsctl get-tgid $command
	done
	for command in sched-show listeners stats 'listeners --per-cpt' \
		'stats --watch 1' 'relay status' 'relay start' \
		'relay stop' 'snapshot file' 'cpt-show --check' \
		'cpt-show --source kernel'; do
		# shellcheck disable=SC2086 # a command and its argument
		refused 1 "tsctl: $not_loaded" tsctl $command
	done
	refused 1 "tslisten: $not_loaded" tslisten --backend tspool
	refused 1 "tslisten: $not_loaded" tslisten --backend tspool --cpt 0 --format json
	refused 1 "tslisten: $not_loaded" tslisten --backend tspool --uid root,1-2,3 \
		--pidns /proc/self/ns/pid --failed
	refused 1 "tslisten: $not_loaded" tslisten --relay
	check 'no file of a snapshot that failed' [ ! -e file ]

	try tsctl cpt-show
	equal 'status of cpt-show without the module' "$status" 0
	equal 'word of cpt-show without the module' "$err" \
		"tsctl: the tspool module is not loaded; the table is hwloc's"
fi

# Archives.
missing=$scratch/missing empty=$scratch/empty other=$scratch/other
: >"$empty"
head -c 100 "$0" >"$other"
refused 1 "tsctl: '$missing' can't be read: No such file or directory" tsctl read "$missing"
refused 1 "tsctl: '$empty' can't be read: it is empty" tsctl read "$empty"
refused 1 "tsctl: '$other' can't be read: it is no archive" tsctl read "$other"
refused 1 "tsctl: '/' can't be read: Is a directory" tsctl read /

# A full disk is told, a reader that has gone is not.
try sh -c 'tsctl cpt-show --source hwloc >/dev/full'
equal 'status with a full disk' "$status" 1
equal 'word with a full disk' "$err" \
	"tsctl: output can't be written: No space left on device"
try sh -c 'tslisten --help-fields >/dev/full'
equal 'status of tslisten with a full disk' "$status" 1
try sh -c 'tslisten >&-'
equal 'status without output' "$status" 1
equal 'word without output' "$err" "tslisten: output can't be written: Bad file descriptor"

finish
