#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# tsctl read on archives that make_archive has written: what it gives is what a reader of another make
# (archive_reader.py) gives, whole and damaged; ranges of times, filters and formats against what is
# picked out of the whole; --follow over rotation.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$PATH:$2
reader="/usr/bin/python3 $source/tests/cli/archive_reader.py"
archive=$scratch/archive
frames=1000

# same FILE...: both readers give the same of each file, and tell of the same damages.
# shellcheck disable=SC2317 # called by check
same()
{
	for file; do
		$reader "$file" >"$scratch/theirs" 2>"$scratch/their-damage" || return
		tsctl read --format json "$file" >"$scratch/ours" 2>"$scratch/our-damage"
		sed 's/.*at byte \([0-9]*\):/\1/; s/ passed over//; s/^\([0-9]*\) \([0-9]* records\)/\1 0 bytes, \2/
			s/ bytes,//; s/ records lost//' "$scratch/our-damage" >"$scratch/our-damage-numbers"
		sed 's/.*at byte \([0-9]*\):/\1/; s/ bytes,//; s/ records lost//' "$scratch/their-damage" |
			cmp -s - "$scratch/our-damage-numbers" || return
		/usr/bin/python3 -c '
import json, sys
a, b = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
sys.exit(a != b or not a)' "$scratch/theirs" "$scratch/ours" || return
	done
}

# of_json CONDITION: how many of the objects of the whole archive meet it.
of_json()
{
	jq -c "select($1)" "$scratch/whole" | wc -l
}

# Whole: two sections.
make_archive "$archive" $frames 20000 >"$scratch/figures"
make_archive "$archive" $frames-$((frames + 500)) 20000 >>"$scratch/figures"
check 'whole archive as another reader has it' same "$archive"
equal 'nothing damaged' "$(cat "$scratch/our-damage")" ''
tsctl read --format json "$archive" >"$scratch/whole"
equal 'all frames' "$(wc -l <"$scratch/whole")" $((frames + 500))
equal 'index' "$($reader --index "$archive" | awk '{ n++ } END { print(n > 20) }')" 1

# Damaged, in many ways that come out the same each time.
size=$(stat -c %s "$archive")
damaged=0
place=7
while [ $damaged -lt 40 ]; do
	place=$(((place * 7919 + 12345) % size))
	cp "$archive" "$scratch/damaged"
	case $((damaged % 4)) in
	0) printf '\125\252' | dd of="$scratch/damaged" bs=1 seek=$place conv=notrunc 2>/dev/null ;;
	1) truncate -s $place "$scratch/damaged" ;;
	2) { head -c $place "$archive" && tail -c +$((place + 1000)) "$archive"; } >"$scratch/damaged" ;;
	3) { head -c $place "$archive" && echo inserted && tail -c +$((place + 1)) "$archive"; } \
		>"$scratch/damaged" ;;
	esac
	check "archive damaged at $place as another reader has it" same "$scratch/damaged" || break
	check "damage at $place is told" grep -q 'at byte' "$scratch/our-damage"
	damaged=$((damaged + 1))
done
try tsctl read --format none "$scratch/damaged"
equal 'status of a damaged archive' "$status" 1
cat "$archive" "$archive" >"$scratch/both"
check 'two archives in one file' same "$scratch/both"

# Formats.
tsctl read --format csv "$archive" >"$scratch/csv"
check 'CSV as JSON has it' /usr/bin/python3 -c '
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
objects = [json.loads(line) for line in open(sys.argv[2])]
plain = [{name: value for name, value in row.items() if value != ""} for row in rows]
same = [{name: str(value) for name, value in each.items()} for each in objects]
sys.exit(plain != same or len(rows) < 1000)' "$scratch/csv" "$scratch/whole"
equal 'columns' "$(head -n 1 "$scratch/csv" | tr ',' '\n')" \
	"$(tslisten --help-fields --format json | jq -r '.[].name')"
equal 'lines of text' "$(tsctl read "$archive" | wc -l)" $((frames + 500))
equal 'names of cgroups in text' "$(tsctl read "$archive" | grep -c 'system.slice/job')" \
	"$(of_json .cgroup)"
tsctl read --info "$archive" >"$scratch/info"
equal 'records of --info' "$(awk '$1 == "records" || $1 == "losses" { n += $2 } END { print n }' \
	"$scratch/info")" $((frames + 500))
equal 'host of --info' "$(awk '$1 == "host" { print $2 }' "$scratch/info")" "$(uname -n)"
equal 'CPTs of --info' "$(grep '^cpt' "$scratch/info" | tr '\t' ,)" 'cpt,0,0-3,0
cpt,1,4-7,1\x1b[2J\xc2\x9bm'

# Filters: losses are always there. A pattern is not for the shell.
set -f
for filter in '--only process:.type == "process"' '--uid 1000,3000-4000:.uid == 1000 or .uid == 3000' \
	'--failed:.exit_code > 0' '--comm a*:(.comm // "x")[:1] == "a"' '--min-run 0.001:.run_time_ns >= 1000000' \
	'--cgroup 103:.cgroup_id == 103' '--pidns 4026531836:.pid_ns == 4026531836' '--pidns 5:false' \
	'--cgroup /system.slice:.cgroup' '--cgroup /system:false' '--cgroup /sys/fs/cgroup/system.slice:.cgroup' \
	'--cgroup /:.cgroup' '--cgroup /sys/fs/cgroup:.cgroup'; do
	option=${filter%%:*} condition=${filter#*:}
	# shellcheck disable=SC2086 # an option and its value
	equal "records with $option" "$(tsctl read --format json $option "$archive" | wc -l)" \
		"$(of_json ".type == \"lost\" or ($condition)")"
done
set +f

# A full disk is told as such, a reader of the output that has gone is none.
for format in text json; do
	try sh -c 'exec tsctl read --format "$0" "$1" >/dev/full' $format "$archive"
	equal "status of a full disk, $format" "$status" 1
	equal "word of a full disk, $format" "$err" "tsctl: output can't be written: No space left on device"
done
(
	trap '' PIPE
	tsctl read "$archive"
	echo $? >"$scratch/status"
) 2>"$scratch/err" | :
equal 'status where nobody reads the output' "$(cat "$scratch/status")" 0
equal 'word where nobody reads the output' "$(cat "$scratch/err")" ''

# Times: the archive's frames are 20 us apart, from this one on.
begin=1795362003
for range in '0.01 0.02' '0 0.005' '0.0212345 0.03' '1 2'; do
	since=$begin.$(printf '%09.0f' "$(echo "${range% *} * 1000000000" | bc)")
	until=$begin.$(printf '%09.0f' "$(echo "${range#* } * 1000000000" | bc)")
	[ "$range" != '1 2' ] || since=$((begin + 1)) until=$((begin + 2))
	equal "frames from $since to $until" \
		"$(tsctl read --format json --since "@$since" --until "@$until" "$archive" | wc -l)" \
		"$(/usr/bin/python3 -c '
import json, sys
from decimal import Decimal
since, until = (int(Decimal(text) * 10 ** 9) for text in sys.argv[2:])
times = [each.get("exit_wall_time_ns", each["wall_time_ns"] if each["type"] == "lost" else None)
         for each in map(json.loads, open(sys.argv[1]))]
print(sum(since <= time <= until for time in times))' "$scratch/whole" "$since" "$until")"
done

for until in @0 @0.0 @1; do
	equal "frames until $until" "$(tsctl read --format json --until $until "$archive" | wc -l)" 0
done

# wait_for COUNT: frames in what --follow has printed.
wait_for()
{
	tries=0
	while [ "$(wc -l <"$scratch/followed")" -lt "$1" ] && [ $tries -lt 200 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# Followed from the first file to the next ones of its name.
live=$scratch/live
make_archive "$live" 100 >"$scratch/figures"
tsctl read --follow --format json "$live" >"$scratch/followed" 2>"$scratch/err" &
follower=$!
wait_for 100
make_archive "$live" 100-200 >"$scratch/figures"
wait_for 200
mv "$live" "$live.1"
make_archive "$live" 200-300 >"$scratch/figures"
wait_for 300
# An empty file of the name is not the next one before something is in it: the writer has still the old one.
mv "$live" "$live.2"
: >"$live"
sleep 1
make_archive "$live.2" 300-400 >"$scratch/figures"
wait_for 400
make_archive "$live" 400-500 >"$scratch/figures"
wait_for 500
kill $follower
wait $follower
equal 'followed frames' "$(jq -r '.seq // .first_seq' "$scratch/followed" | uniq | sort -n | uniq | wc -l)" 500
equal 'words of the follower' "$(cat "$scratch/err")" ''

# Rotation by size.
make_archive "$scratch/rotated" 20000 20000 200000 >"$scratch/figures"
check 'files of a rotation' [ "$(find "$scratch" -name 'rotated.2*' | wc -l)" -ge 3 ]
equal 'frames in all files' "$(tsctl read --format json "$scratch"/rotated* | wc -l)" 20000

cat "$scratch/figures"
finish
