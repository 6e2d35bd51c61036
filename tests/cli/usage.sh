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
refused 2 "tsctl get-pid: one PID at a time, '2' is one too many" tsctl get-pid 1 2
refused 2 "tsctl get-pid: --raw is for text; numbers in JSON are always plain" \
	tsctl get-pid --raw --format json 1

refused 2 "tslisten: --format 'xml' is none of text, json and none" tslisten --format xml
refused 2 "tslisten: there is an argument too many: '1'" tslisten 1
refused 2 "tslisten: --cpt and --cpus can't be combined" tslisten --cpt 0 --cpus 0
refused 2 "tslisten: --cpt 'x' is not a number from 0 to 65535" tslisten --cpt x
refused 2 "tslisten: --cpt '0-1' is not a number from 0 to 65535" tslisten --cpt 0-1
refused 2 "tslisten: --cpt '65536' is not a number from 0 to 65535" tslisten --cpt 65536
refused 2 "tslisten: --count '0' is not a number from 1 to 4294967295" tslisten --count 0
for size in 65535 63K 1025M 1073741825 '' K -1 8G 8MB 8m8 99999999999999999999; do
	refused 2 "tslisten: --buffer '$size' is not a size from 65536 to 1073741824 bytes, such as \
512K or 8M" tslisten "--buffer=$size"
done
for duration in 0 -1 '' nan inf 1e10 1s 0x1; do
	refused 2 "tslisten: --duration '$duration' is not a number of seconds, more than 0 and up to \
1000000000" tslisten "--duration=$duration"
done

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
	for command in 'get-pid 1' 'get-tgid 1' sched-show listeners stats 'cpt-show --check' \
		'cpt-show --source kernel'; do
		# shellcheck disable=SC2086 # a command and its argument
		refused 1 "tsctl: $not_loaded" tsctl $command
	done
	refused 1 "tslisten: $not_loaded" tslisten
	refused 1 "tslisten: $not_loaded" tslisten --cpt 0 --format json

	try tsctl cpt-show
	equal 'status of cpt-show without the module' "$status" 0
	equal 'word of cpt-show without the module' "$err" \
		"tsctl: the tspool module is not loaded; the table is hwloc's"
fi

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
