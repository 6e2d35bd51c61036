#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tsctl report on an archive that make_archive has written: rows, sums and order against what jq makes of
# the records that tsctl read prints.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:$2
archive=$scratch/archive
make_archive "$archive" 5000 20000 >"$scratch/figures"
tsctl read --format json "$archive" >"$scratch/whole"

# expected TYPE KEY FIELD: a row each of key, count, failed, run time, sum of delays, largest delays.
# shellcheck disable=SC2016 # jq's variables
expected()
{
	jq -s -r --arg type "$1" --arg key "$2" '
		def delays: [to_entries[] | select(.key | endswith("_delay_ns")) | .value] | add;
		[.[] | select(.type == $type)] | group_by(.[$key])[] |
		[.[0][$key], length, ([.[] | select(.exit_code != 0)] | length),
			([.[].run_time_ns] | add), ([.[] | delays] | add), ([.[] | delays] | max)] | @tsv' \
		"$scratch/whole" | LC_ALL=C sort
}

# reported KEY OPTION...
reported()
{
	key=$1
	shift
	tsctl report --format json "$@" "$archive" | jq -r --arg key "$key" '.rows[] |
		select(.count > 0) | [.[$key], .count, .failed, .run_time_ns, .delay_ns, .delay_max_ns] | @tsv'
}

for by in comm uid cpt; do
	equal "tasks by $by" "$(reported $by --by $by | LC_ALL=C sort)" "$(expected task $by)"
done
# Not every cgroup has a path.
equal 'tasks by cgroup' "$(reported cgroup_id --by cgroup | LC_ALL=C sort)" "$(expected task cgroup_id)"
equal 'processes by status' "$(reported status --by status --only process | LC_ALL=C sort)" \
	"$(expected process exit_code)"
# What is lost has no name, but a CPT.
lost=$(jq -s '[.[] | select(.type == "lost") | .count] | add' "$scratch/whole")
equal 'lost' "$(tsctl report --format json "$archive" | jq .lost)" "$lost"
equal 'lost by CPT' \
	"$(tsctl report --by cpt --format json "$archive" | jq '[.rows[].lost] | add')" "$lost"

expected task comm >"$scratch/rows"
tab=$(printf '\t')
equal 'the first five by count' "$(reported comm --sort count --top 5 | cut -f 2)" \
	"$(sort -t "$tab" -k 2,2nr "$scratch/rows" | head -n 5 | cut -f 2)"
equal 'the first by run time' "$(reported comm --top 1)" \
	"$(sort -t "$tab" -k 4,4nr "$scratch/rows" | head -n 1)"
# A table for people has the same rows, and a line of headings.
equal 'lines of the table' "$(tsctl report "$archive" | wc -l)" $(($(wc -l <"$scratch/rows") + 1))

# Half of the values are not above the median, which is an eighth too high at most.
# shellcheck disable=SC2016
jq -s -r 'def delays: [to_entries[] | select(.key | endswith("_delay_ns")) | .value] | add;
	[.[] | select(.type == "task")] | group_by(.comm)[] |
	([.[] | delays] | sort) as $sorted | [.[0].comm, $sorted[((length + 1) / 2 | floor) - 1]] | @tsv' \
	"$scratch/whole" | sort >"$scratch/medians"
tsctl report --format json "$archive" | jq -r '.rows[] | [.comm, .delay_p50_ns] | @tsv' | sort |
	join -t "$tab" "$scratch/medians" - |
	awk '$3 < $2 || $3 > $2 * 1.125 { print } END { print NR }' >"$scratch/odd"
equal 'medians out of bounds, and rows' "$(cat "$scratch/odd")" "$(wc -l <"$scratch/rows")"

try tsctl report --since @1 --until @2 --format json "$archive"
equal 'nothing in that time' "$status $(echo "$out" | jq -c '[.count, .rows]')" '0 [0,[]]'
try tsctl report "$scratch/missing"
equal 'status of what is not there' "$status" 1
try tsctl report --format csv "$archive"
equal 'status of a format that it has not' "$status" 2
try tslisten --by uid
equal 'what is for --report' "$status $(echo "$err" | head -n 1)" '2 tslisten: --by is for --report'
finish
