#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# taskstats.sh DIRECTORY STORMS: the programs without the module, on the running kernel's own
# taskstats. Truth is /proc, and the tids that a storm of threads wrote down. STORMS is the directory of
# thread-storm. What can't be tested here is skipped with status 77 and a reason: without root, without
# taskstats, outside the initial pid namespace.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
storms=$(cd "$2" && pwd)
threads=${TSPOOL_THREADS-50000}
some=$((threads / 10))

skip()
{
	echo "skipped: $1"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip 'listening takes root'
try tsctl get-pid --backend taskstats $$
case $err in
*'this kernel has no taskstats'* | *'CAP_NET_ADMIN is missing'*)
	skip "$err"
	;;
esac
equal 'a word about the backend that was asked for' "$(echo "$err" | grep -c 'not loaded')" 0

# number FIELD FILE: of the JSON record there.
number()
{
	jq -r ".$1" "$2"
}

# of_proc NAME FILE: a number of /proc/PID/status or /proc/PID/io.
of_proc()
{
	sed -n "s/^$1:[[:blank:]]*\([0-9]*\).*/\1/p" "$2"
}

# A process that has run and read, and now stands still.
sh -c 'i=0; while [ $i -lt 40000 ]; do i=$((i + 1)); done; dd if=/dev/zero of=/dev/null bs=1k count=3000 \
	2>/dev/null; kill -STOP $$' &
stopped=$!
trap 'kill -KILL $stopped 2>/dev/null; rm -rf "$scratch"' EXIT
until grep -q '^State:.*T (stopped)' /proc/$stopped/status; do
	sleep 0.1
done
for kind in pid tgid; do
	tsctl get-$kind --backend taskstats --format json $stopped >"$scratch/$kind" 2>"$scratch/err"
	check "status of get-$kind" [ $? -eq 0 ]
	record=$scratch/$kind
	status=/proc/$stopped/status
	equal "pid of get-$kind" "$(number pid "$record")" $stopped
	equal "tgid of get-$kind" "$(number tgid "$record")" $stopped
	equal "ppid of get-$kind" "$(number ppid "$record")" "$(of_proc PPid $status)"
	equal "name of get-$kind" "$(number comm "$record")" "$(cat /proc/$stopped/comm)"
	equal "user of get-$kind" "$(number uid "$record")" 0
	equal "executable of get-$kind" "$(number exe_inode "$record")" \
		"$(stat -L -c %i /proc/$stopped/exe)"
	# On overlayfs stat(2) tells the device of another layer.
	[ "$(stat -L -f -c %T /proc/$stopped/exe)" = overlayfs ] ||
		equal "device of get-$kind" "$(number exe_dev "$record")" \
			"$(stat -L -c %d /proc/$stopped/exe)"
	equal "switches of get-$kind" \
		"$(number voluntary_switches "$record") $(number involuntary_switches "$record")" \
		"$(of_proc voluntary_ctxt_switches $status) $(of_proc nonvoluntary_ctxt_switches $status)"
	equal "run time of get-$kind" "$(number run_time_ns "$record")" \
		"$(cut -d ' ' -f 1 /proc/$stopped/schedstat)"
	equal "run delay of get-$kind" "$(number run_delay_ns "$record")" \
		"$(cut -d ' ' -f 2 /proc/$stopped/schedstat)"
	equal "highest size of get-$kind" "$(number hiwater_vm_bytes "$record")" \
		$(($(of_proc VmPeak $status) * 1024))
	equal "no exit of get-$kind" "$(jq -c '[.exit_code, .exit_wall_time_ns, .seq, .cpt]' "$record")" \
		'[null,null,null,null]'
done
equal 'faults of get-pid' "$(number minor_faults "$scratch/pid")" \
	"$(cut -d ' ' -f 10 /proc/$stopped/stat)"
equal 'faults of get-tgid' "$(number minor_faults "$scratch/tgid")" null
# The kernel cuts them down to a multiple of 1,024. In /proc stand those of children, too.
check 'bytes read of get-pid' [ "$(number rchar_bytes "$scratch/pid")" -le "$(of_proc rchar /proc/$stopped/io)" ]
if [ "$(cat /proc/sys/kernel/task_delayacct 2>/dev/null)" = 0 ]; then
	equal 'delays while they are not accounted' "$(number blkio_delay_ns "$scratch/pid")" null
	check 'a word about delays' grep -q 'accounting is off' "$scratch/err"
fi
kill -KILL $stopped
wait $stopped 2>/dev/null
try tsctl get-pid --backend taskstats $stopped
equal 'status of get-pid of nobody' "$status" 1
equal 'word of get-pid of nobody' "$err" "tsctl: task $stopped: No such process"

# Without privilege.
if command -v setpriv >/dev/null; then
	try setpriv --bounding-set -net_admin --inh-caps -net_admin \
		tslisten --backend taskstats --duration 1 --write "$scratch/refused"
	equal 'status without CAP_NET_ADMIN' "$status" 1
	check 'no archive of who may not listen' [ ! -e "$scratch/refused" ]
	check 'word without CAP_NET_ADMIN' grep -q 'CAP_NET_ADMIN is missing$' "$scratch/err"
fi

try tslisten --backend taskstats --write "$scratch/refused" --comm '['
equal 'status of a pattern that makes no sense' "$status" 2
check 'no archive of a pattern that makes no sense' [ ! -e "$scratch/refused" ]

# beyond WORD OPTION...: what only the module has.
beyond()
{
	word=$1
	shift
	try tslisten --backend taskstats --duration 1 "$@"
	equal "status of $*" "$status" 1
	equal "word of $*" "$(grep -v '^tslisten: no delays' "$scratch/err")" \
		"tslisten: the kernel's taskstats know nothing of $word: that takes the tspool module"
}

beyond cgroups --cgroup 1
beyond 'pid namespaces' --pidns /proc/self/ns/pid
beyond 'a backlog' --backlog 1M
beyond 'a choice of what is dropped' --drop oldest
if unshare -n true 2>/dev/null; then
	try unshare -n "$(command -v tslisten)" --backend taskstats --duration 1
	equal 'status in another network namespace' "$status" 1
	equal 'word in another network namespace' "$(grep -v '^tslisten: no delays' "$scratch/err")" \
		"tslisten: listen: the kernel sends its taskstats to the initial network namespace only"
fi
# Output that nobody takes is no failure, and hides none; a full disk is one, and told as such.
(
	trap '' PIPE
	sleep 0.3
	tsctl get-pid --backend taskstats $$ 4194305
	echo $? >"$scratch/status"
) 2>"$scratch/err" | :
equal 'status with a reader of the output that has gone' "$(cat "$scratch/status")" 1
for watch in '' '--watch 0.1'; do
	# shellcheck disable=SC2086 # options
	tsctl get-pid --backend taskstats $watch $$ >/dev/full 2>"$scratch/err"
	equal "status of a full disk $watch" $? 1
	equal "word of a full disk $watch" "$(grep 'written' "$scratch/err")" \
		"tsctl: output can't be written: No space left on device"
done
try tslisten --backend taskstats --cpt 65000
equal 'status of a CPT that is not there' "$status" 2
check 'word of a CPT that is not there' grep -q 'there is no CPT 65000' "$scratch/err"
try tslisten --backend taskstats --cpus 0,9999
equal 'status of a CPU that is not there' "$status" 2
equal 'word of a CPU that is not there' "$err" 'tslisten: there is no CPU 9999'

if ! [ -d /sys/module/tspool ]; then
	try tslisten --format none --duration 0.1
	equal 'status without the module' "$status" 0
	check 'word without the module' grep -qx "tslisten: the tspool module is not loaded; records \
come from the kernel's taskstats, with what that can tell" "$scratch/err"
fi

# begin NAME OPTION...: a listener, from now on.
begin()
{
	name=$1
	shift
	: >"$scratch/$name.err"
	tslisten --backend taskstats "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" &
	listener=$!
	until grep -q '^listening on' "$scratch/$name.err"; do
		kill -0 $listener 2>/dev/null || return
		sleep 0.1
	done
}

# end NAME: its end, by a signal. Leaves the numbers of its summary in $received and $lost.
end()
{
	kill -TERM $listener
	wait $listener
	equal "status of $1" $? 0
	received=$(sed -n 's/^tslisten: received .*(task \([0-9]*\),.*/\1/p' "$scratch/$1.err")
	lost=$(sed -n 's/^tslisten: .* lost \([0-9]*\).*/\1/p' "$scratch/$1.err")
	check "records in the summary of $1" [ -n "$received" ]
	check "losses in the summary of $1" [ -n "$lost" ]
}

# Each tid of a storm is in exactly one record, and the process in one more.
begin whole --format json --buffer 256M
"$storms/thread-storm" -f "$scratch/tids" "$threads"
end whole
sort -n "$scratch/tids" >"$scratch/created"
storm=$(tail -n 1 "$scratch/tids")
jq -r --argjson storm "$storm" 'select(.type == "task" and .tgid == $storm) | .pid' \
	"$scratch/whole.out" | sort -n >"$scratch/recorded"
equal 'tids of the storm' "$(wc -l <"$scratch/created")" $((threads + 1))
equal 'losses with a large buffer' "$lost" 0
check 'the same tids in the records' cmp -s "$scratch/created" "$scratch/recorded"
equal 'the process of the storm' \
	"$(jq -c --argjson storm "$storm" 'select(.type == "process" and .tgid == $storm) |
		[.pid, .comm, (.run_time_ns > 0), (.elapsed_ns > 0)]' "$scratch/whole.out" |
		sed 's/,null,/,"thread-storm",/')" "[$storm,\"thread-storm\",true,true]"

# contiguous NAME: its records have each number from 0 on once, alone or in a loss.
contiguous()
{
	jq -r '[if .type == "lost" then .first_seq, .last_seq else .seq, .seq end, .cpt] | @tsv' \
		"$scratch/$1.out" | sort -k 3n -k 1n | awk '
		$3 != cpt { cpt = $3; next_one = 0 }
		$1 != next_one { print "gap before " $1; exit }
		{ next_one = $2 + 1 }'
}

equal 'numbers of the records' "$(contiguous whole)" ''

# The same by two listeners of one CPT, and in the order of exits. A record that comes before one of an
# earlier exit is one that is told of as late.
spread_over_two()
{
	begin two --format json --buffer 256M --listeners 2 "$@"
	"$storms/thread-storm" -f "$scratch/tids" "$threads"
	end two
	sort -n "$scratch/tids" >"$scratch/created"
	storm=$(tail -n 1 "$scratch/tids")
	jq -r --argjson storm "$storm" '[.type, .tgid == $storm, .pid, .exit_wall_time_ns] | @tsv' \
		"$scratch/two.out" >"$scratch/two.table"
	awk '$1 == "task" && $2 == "true" { print $3 }' "$scratch/two.table" | sort -n >"$scratch/recorded"
	equal "losses of two listeners $*" "$lost" 0
	check "the same tids in the records of two listeners $*" \
		cmp -s "$scratch/created" "$scratch/recorded"
}

# late NAME: how many records came too late, as it says itself.
late()
{
	sed -n 's/^tslisten: \([0-9]*\) records came too late .*/\1/p' "$scratch/$1.err"
}

# out_of_order NAME: how many do, by its table.
out_of_order()
{
	awk -F '\t' '
		last != "" && ($4 "") < last { n++ }
		last == "" || ($4 "") > last { last = $4 "" }
		END { print n + 0 }' "$scratch/$1.table"
}

# The same by two listeners that stood still while the one got a few exits of two seconds, the other many:
# those few come before most of the many, and all are in order only if the former wait for the latter, as
# they may for half a minute. A window that hardly waits has nearly half of them late.
hold_up_two()
{
	begin held --format json --buffer 256M --listeners 2 --ordered=30
	kill -STOP $listener
	for round in 1 2; do
		[ $round -eq 1 ] || sleep 1.1
		"$storms/thread-storm" -c 0 -f "$scratch/tids" 50
		"$storms/thread-storm" -c $(($(nproc) - 1)) -f "$scratch/more" $some
	done
	kill -CONT $listener
	end held
	jq -r '[.type, .tgid, .pid, .exit_wall_time_ns] | @tsv' "$scratch/held.out" >"$scratch/held.table"
	equal 'losses of two that stood still' "$lost" 0
	check 'records of two that stood still' [ "$(wc -l <"$scratch/held.table")" -ge $((2 * some + 100)) ]
	equal 'records too late for two that stood still' "$(late held)" 0
	equal 'exits of a second told of after one of the next' "$(out_of_order held)" 0
}

if [ "$(nproc)" -ge 2 ]; then
	spread_over_two
	spread_over_two --ordered
	too_late=$(late two)
	equal 'exits told of after a later one' "$(out_of_order two)" "$too_late"
	# Of the 2 seconds of the window one is for times of whole seconds; a busy machine may hold up some
	# records for longer than the other.
	check "records too late, $too_late" [ "$too_late" -le $((threads / 100)) ]
	echo "$(wc -l <"$scratch/two.table") records in the order of exits, but for $too_late"
	hold_up_two
fi

# More than there are CPUs.
try tslisten --backend taskstats --listeners 5000
equal 'status of more listeners than CPUs' "$status" 2
check 'word of more listeners than CPUs' grep -q '^tslisten: --listeners 5000: .* CPT 0, which has [0-9]* CPU' \
	"$scratch/err"

# What a filter lets through is what meets it of the whole.
begin chosen --format json --buffer 256M --comm 'thread-*' --only process
"$storms/thread-storm" -f "$scratch/tids" "$some"
sh -c 'exit 3'
end chosen
equal 'what a filter lets through' "$(jq -c --argjson storm "$(tail -n 1 "$scratch/tids")" \
	'select(.tgid == $storm or .comm != "thread-storm") | [.type, .tgid == $storm]' "$scratch/chosen.out")" \
	'["process",true]'

# The same into an archive, and a report of it.
begin written --write "$scratch/exits" --buffer 256M
"$storms/thread-storm" -f "$scratch/tids" "$some"
end written
storm=$(tail -n 1 "$scratch/tids")
tsctl read --format json "$scratch/exits" | jq -r --argjson storm "$storm" \
	'select(.type == "task" and .tgid == $storm) | .pid' | sort -n >"$scratch/recorded"
sort -n "$scratch/tids" >"$scratch/created"
check 'the same tids in the archive' cmp -s "$scratch/created" "$scratch/recorded"
# A sanitizer's own helpers have the same name.
helpers=$(tsctl read --format json --comm thread-storm "$scratch/exits" | jq -r --argjson storm "$storm" \
	'select(.type == "task" and .tgid != $storm) | .pid' | wc -l)
equal 'tasks of the storm in the report' \
	"$(tsctl report --comm thread-storm --format json "$scratch/exits" | jq '.rows[].count')" \
	$((some + 1 + helpers))

# While nobody reads the output, what is to be printed goes to the archive, and a signal ends what comes; sent
# twice, as by timeout(1), it is one. Another one a second later ends the program.
mkfifo "$scratch/unread.out"
sleep 1000 <"$scratch/unread.out" &
sleeper=$!
begin unread --format json --buffer 256M --write "$scratch/unread.exits"
"$storms/thread-storm" -f "$scratch/tids" 1000
archived()
{
	tsctl read --format csv "$scratch/unread.exits" 2>/dev/null | grep -c '^task'
}
for _ in $(seq 100); do
	[ "$(archived)" -ge 1 ] && break
	sleep 0.1
done
check 'records in the archive while nobody reads the output' [ "$(archived)" -ge 1 ]
kill -TERM $listener
kill -TERM $listener
sleep 0.2
check 'it waits for the reader of its output' kill -0 $listener
sleep 1
kill -TERM $listener
wait $listener
equal 'status after a second signal' $? $((128 + 15))
tsctl get-pid --backend taskstats --format json --watch 0.001 $$ >"$scratch/unread.out" 2>/dev/null &
watcher=$!
sleep 2
kill -TERM $watcher
sleep 1.2
check 'a watch waits for the reader of its output' kill -0 $watcher
kill -TERM $watcher
wait $watcher
equal 'status of a watch after a second signal' $? $((128 + 15))
kill -KILL $sleeper
wait $sleeper 2>/dev/null

# A process that ends alone, so far as this machine allows. Prints its pid.
mark()
{
	sleep 0.3
	sh -c 'echo $$'
	sleep 0.3
}

# between NAME: the tasks recorded or lost after the exit of $first up to that of $last.
between()
{
	jq -r '[.type, .pid // 0, .count // 1] | @tsv' "$scratch/$1.out" | awk -v first="$first" \
		-v last="$last" '
		on && $1 != "process" { n += $3 }
		$1 == "task" && $2 == first { on = 1 }
		on && $1 == "task" && $2 == last { print n; exit }'
}

# A listener with hardly a buffer, and one that stands still for a while: what it got and what it says it
# lost is together exactly what another one got, that lost none. Where another process of the machine
# ends at the same moment as one of the two that mark the time, they may come in either order: then again.
lose_some()
{
	begin all --format json --buffer 256M
	all=$listener
	begin small --format json --buffer 64K
	first=$(mark)
	kill -STOP $listener
	"$storms/thread-storm" -f "$scratch/tids" $some
	kill -CONT $listener
	"$storms/thread-storm" -f "$scratch/more" $some
	last=$(mark)
	end small
	small_received=$received
	small_lost=$lost
	listener=$all
	end all
	by_all=$(between all)
	by_small=$(between small)
	[ -n "$by_small" ] && [ "$by_small" = "$by_all" ]
}

lose_some || lose_some || lose_some || :
check 'losses with a small buffer' [ "$small_lost" -ge 1 ]
check 'records with a small buffer' [ "$small_received" -ge 1 ]
check 'all that the storms made' [ "$by_small" -ge $((2 * (some + 1))) ]
equal 'received and lost, and what the other one got' "$by_small" "$by_all"
equal 'losses of the other one' "$lost" 0
equal 'numbers of records and losses' "$(contiguous small)" ''
equal 'losses told of' "$(jq -s 'map(select(.type == "lost").count) | add' "$scratch/small.out")" \
	"$small_lost"
echo "$by_all exits: $small_received received, $small_lost lost with a small buffer, none with a large one"

# By CPU, and by CPT; a CPU not listened to gives nothing.
if [ "$(nproc)" -ge 2 ]; then
	begin one --format json --cpus 1
	"$storms/thread-storm" -c 0 -f "$scratch/tids" 1000
	"$storms/thread-storm" -c 1 -f "$scratch/more" 1000
	end one
	for file in tids more; do
		storm=$(tail -n 1 "$scratch/$file")
		jq -r --argjson storm "$storm" 'select(.type == "task" and .tgid == $storm) | .pid' \
			"$scratch/one.out" | sort -n >"$scratch/$file.recorded"
		sort -n "$scratch/$file" >"$scratch/$file.created"
	done
	equal 'records of a CPU not listened to' "$(wc -l <"$scratch/tids.recorded")" 0
	check 'records of the CPU listened to' cmp -s "$scratch/more.created" "$scratch/more.recorded"
fi

# Whoever gets the port id of a listener that has gone gets no records with it: it was deregistered. A
# count ends it, too.
begin limited --format none --count 3
"$storms/thread-storm" -f "$scratch/tids" 50
wait $listener
equal 'status after a count' $? 0
equal 'records after a count' "$(sed -n 's/^tslisten: received \([0-9]*\) .*/\1/p' \
	"$scratch/limited.err")" 3

finish
