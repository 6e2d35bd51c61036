#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tsctl cpt-show --source hwloc on made-up machines, against tables worked out by hand.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

four_nodes='numa:4 core:4 pu:1'
siblings='numa:1 core:8 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)'

# show MACHINE OPTION...
show()
{
	machine=$1
	shift
	try env HWLOC_SYNTHETIC="$machine" tsctl cpt-show --source hwloc "$@"
}

# cpus MACHINE LIST... -- OPTION...: the CPTs' CPUs; nothing is said on stderr.
cpus()
{
	machine=$1 lists=''
	shift
	while [ "$1" != -- ]; do
		lists="$lists $1"
		shift
	done
	shift
	show "$machine" --format json "$@"
	equal "CPUs on $machine with $*" " $(echo "$out" | jq -r '.[].cpus' | xargs)" "$lists"
	equal "word on $machine with $*" "$status:$err" 0:
}

# fault STATUS OFFSET PATTERN [OPTION...]: refused with a caret under this byte, -1: with none.
fault()
{
	wanted=$1 offset=$2 pattern=$3
	shift 3
	show "$four_nodes" --cpu-pattern "$pattern" "$@"
	equal "status of $pattern" "$status" "$wanted"
	equal "output of $pattern" "$out" ''
	check "sentence of $pattern" grep -q '^tsctl: no CPT table: ..*[^.]$' "$scratch/err"
	caret=''
	[ "$offset" -lt 0 ] || caret=$(printf '  %s\n  %*s' "$pattern" $((offset + 1)) '^')
	equal "caret of $pattern" "$(sed 1d "$scratch/err")" "$caret"
}

show "$four_nodes"
equal 'text' "$out" "$(
	cat <<-EOF
	CPT CPUS  WEIGHT NODES DISTANCES
	  0 0-3        4 0     10 20 20 20
	  1 4-7        4 1     20 10 20 20
	  2 8-11       4 2     20 20 10 20
	  3 12-15      4 3     20 20 20 10
	EOF
)"
equal 'word' "$status:$err" 0:

show "$four_nodes" --cpu-pattern 'N 0[0,1] 1[2-3]' --format lustre
equal 'lustre' "$out" "$(
	printf '%s\n' cpu_partition_table= '0	: 0 1 2 3 4 5 6 7' '1	: 8 9 10 11 12 13 14 15' \
		cpu_partition_distance= '0	: 0:20 1:20' '1	: 0:20 1:20'
)"

show "$four_nodes" --cpu-pattern 'N X[0]' --format json
equal 'json' "$(echo "$out" | jq -c '.[0]')" \
	'{"cpt":0,"cpus":"1-3","weight":3,"nodes":"0","distances":[10,20,20,20]}'

cpus "$four_nodes" 0-5 6-10 11-15 -- --npartitions 3
cpus "$four_nodes" 0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15 -- --cpu-pattern ''
cpus "$four_nodes" 2-3 6-7 10-11 14-15 -- --cpu-pattern 'N C[0,1]'
cpus "$four_nodes" 0-3 4-7 -- --cpu-pattern '1[4-7] 0[0-3]'
cpus "$four_nodes" 0,2,4,6,8,10,12,14 1,3,5,7,9,11,13,15 -- --cpu-pattern '0[0-14/2] 1[1-15/2]'
cpus "$siblings" 0-1,8-9 2-3,10-11 4-5,12-13 6-7,14-15 -- --cpu-pattern N
cpus "$siblings" 8-9 10-11 12-13 14-15 -- --npartitions 4 --cpu-pattern 'C[0,1]'

fault 2 5 '0[0-3'
fault 2 2 '0[]'
fault 2 7 '0[0-3] x'
fault 2 2 '0[0-99]'
fault 2 7 '1[0-3] 2[4-7]'
fault 2 7 '0[0-3] 0[4-7]'
fault 2 -1 N --npartitions 17
fault 2 3 'N X[0-3]'

# What is said to be this machine, and has CPUs that this has not: told, and no fault of the command line.
possible=$(cat /sys/devices/system/cpu/possible)
cores=$((${possible##*[,-]} + 10))
try env HWLOC_SYNTHETIC="numa:2 core:$cores pu:1" HWLOC_THISSYSTEM=1 tsctl cpt-show --source hwloc
equal "status of more CPUs than this machine's" "$status:$out" 1:
equal "sentence of more CPUs than this machine's" "$err" "tsctl: no CPT table: the topology is of \
CPUs 0-$((2 * cores - 1)), but this machine's are $possible"

# 64 CPTs of 32 CPUs, whole.
show 'numa:64 core:32 pu:1' --format lustre
equal 'CPTs of a large machine' "$(echo "$out" | grep -c '	: [0-9]* ')" 64
equal 'CPUs of a large machine' "$(echo "$out" | sed '/distance/,$d; s/.*	: *//' | tr ' ' '\n' |
	grep -c '^[0-9]')" 2048

finish
