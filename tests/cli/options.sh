#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every option stands in --help, in the man page and in the completion, and these name no other. The
# fields of records and their flags are told as the module's header has them.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# The options that a help text explains, long and short. Two blanks end an option.
options_in_help()
{
	"$@" --help | sed -n 's/^ \{2,6\}\(-.*\)/\1/p' | sed 's/  .*//' |
		grep -oE -- '-(-[a-z][a-z-]*|[?a-zA-Z])'
}

# The options that a man page explains, each of which has an item.
options_in_man()
{
	sed -n 's/ Ar .*//; s/\\&//; s/^\.It Fl //p' "$1" | tr -s ' ,' '\n' |
		grep -oE -- '^(-[a-z][a-z-]*|[?a-zA-Z]$)' | sed 's/^/-/'
}

# complete_words PROGRAM WORD...: what the completion offers for the last of the words.
complete_words()
{
	# shellcheck disable=SC2016 # for bash to expand
	bash -c '
		_init_completion()
		{
			words=("${COMP_WORDS[@]}")
			cword=$COMP_CWORD
			cur=${words[cword]}
			prev=${words[cword - 1]}
		}
		source "$0"
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		"_$1"
		printf "%s\n" "${COMPREPLY[@]}"' "$source/cli/completion/$1" "$@"
}

sorted()
{
	sort -u
}

long_only()
{
	grep '^--'
}

# tsctl: its man page is of all its commands together.
commands=$(tsctl --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
equal 'commands of tsctl' "$(echo "$commands" | xargs)" \
	'cpt-show get-pid get-tgid sched-show listeners read report stats relay snapshot'
options_in_help tsctl >"$scratch/tsctl"
for command in $commands; do
	options_in_help tsctl "$command" >"$scratch/$command"
	check "--help of tsctl $command" grep -q -- --format "$scratch/$command"
	cat "$scratch/$command" >>"$scratch/tsctl"
	equal "completion of tsctl $command" "$(complete_words tsctl "$command" -- | sorted)" \
		"$(long_only <"$scratch/$command" | sorted)"
	check "man page of tsctl $command" grep -q "^\\.It Cm.* $command\\b" \
		"$source/docs/man/tsctl.8"
done
equal 'man page of tsctl' "$(options_in_man "$source/docs/man/tsctl.8" | sorted)" \
	"$(sorted <"$scratch/tsctl")"
equal 'completion of tsctl' "$(complete_words tsctl '' | grep -v '^-' | sorted)" \
	"$(echo "$commands" | sorted)"

options_in_help tslisten >"$scratch/tslisten"
check '--help of tslisten' [ "$(wc -l <"$scratch/tslisten")" -ge 9 ]
equal 'man page of tslisten' "$(options_in_man "$source/docs/man/tslisten.8" | sorted)" \
	"$(sorted <"$scratch/tslisten")"
equal 'completion of tslisten' "$(complete_words tslisten -- | sorted)" \
	"$(long_only <"$scratch/tslisten" | sorted)"

# Values.
equal 'formats of tslisten' "$(complete_words tslisten --format '' | xargs)" 'text json csv none'
equal 'backends of tslisten' "$(complete_words tslisten --backend '' | xargs)" 'tspool taskstats'
equal 'backends of get-tgid' "$(complete_words tsctl get-tgid --backend '' | xargs)" 'tspool taskstats'
equal 'types of tslisten' "$(complete_words tslisten --only '' | xargs)" 'task process'
check 'users of tslisten' [ "$(complete_words tslisten --uid roo | grep -x root)" = root ]
equal 'formats of cpt-show' "$(complete_words tsctl cpt-show --format '' | xargs)" \
	'text json lustre'
equal 'formats of read' "$(complete_words tsctl read --format '' | xargs)" 'text json csv none'
equal 'files of read' "$(complete_words tsctl read "$source/cli/tsct" | xargs)" "$source/cli/tsctl.c"
equal 'times of fsync' "$(complete_words tslisten --fsync '' | xargs)" 'close block never'
equal 'formats of stats' "$(complete_words tsctl stats --format '' | xargs)" 'text json'
equal 'sources of cpt-show' "$(complete_words tsctl cpt-show --source k | xargs)" kernel
equal 'modes of relay' "$(complete_words tsctl relay start --mode '' | xargs)" 'lossless overwrite'
equal 'actions of relay' "$(complete_words tsctl relay '' | xargs)" 'start stop status'
check 'pids of get-pid' [ "$(complete_words tsctl get-pid 1 | grep -x 1)" = 1 ]

# Fields: those of the module's header in its order, and what userspace adds; the same in both formats.
{
	echo type
	echo cpt
	sed -n 's/^\tNUM(__[us][0-9]*, \([a-z_]*\),.*/\1/p; s/^\tTEXT([0-9]*, \([a-z_]*\),.*/\1/p' \
		"$source/kmod/include/uapi/linux/tspool.h" |
		sed 's/^cgroup_id$/&\ncgroup/; /^reserved$/d'
} >"$scratch/fields"
check 'number of fields' [ "$(wc -l <"$scratch/fields")" -ge 90 ]
equal 'fields as text' "$(tslisten --help-fields | awk 'NR > 1 { print $1 }')" \
	"$(cat "$scratch/fields")"
tslisten --help-fields --format json >"$scratch/json"
equal 'fields as JSON' "$(jq -r '.[].name' "$scratch/json")" "$(cat "$scratch/fields")"
equal 'a field as JSON' "$(jq -c '.[] | select(.name == "nice")' "$scratch/json")" \
	'{"name":"nice","in":"task, process","unit":"level",'\
'"description":"nice value","type":"s32","offset":472,"since":1,'\
'"process":"leader","source":"static_prio","stock":"ac_nice","stock_since":8}'
equal 'the cause as JSON' "$(jq -c '.[] | select(.name == "cause") | [.unit, .type, .offset]' \
	"$scratch/json")" '["text","u32",32]'
equal 'lost fields in the man page' \
	"$(sed -n '/^\.Ss In lost/,/^\.El/s/^\.It Va \([a-z_]*\)$/\1/p' "$source/docs/man/tslisten.8")" \
	"$(jq -r '.[] | select(.in == "lost").name' "$scratch/json")"

# Flags, in the man page as the module's header has them.
sed -n 's/^#define TSPOOL_FLAG_\([A-Z_]*\)[[:blank:]]*\(0x[0-9]*\).*/\2 \1/p' \
	"$source/kmod/include/uapi/linux/tspool.h" | tr '[:upper:]' '[:lower:]' >"$scratch/flags"
check 'number of flags' [ "$(wc -l <"$scratch/flags")" -ge 7 ]
equal 'flags in the man page' "$(sed -n '/^\.It 0x/{s/^\.It //;N;s/\n\.Em / /;s/ :$//;p}' \
	"$source/docs/man/tslisten.8")" "$(cat "$scratch/flags")"

finish
