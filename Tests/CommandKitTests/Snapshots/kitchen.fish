# Completions of kitchen for fish.

# Whether a command is being written and, when two numbers follow, between which of its arguments.
function __kitchen_at
    set -l path 'kitchen'
    set -l position 0
    set -l is_value 0
    set -l is_terminated 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
            continue
        end
        if test $is_terminated = 1
            set position (math $position + 1)
            continue
        end
        switch "$path $word"
            case 'kitchen --generate-completion-script'
                set is_value 1
            case 'kitchen cook -w' 'kitchen cook --with' 'kitchen cook --heat' 'kitchen cook -o' 'kitchen cook --output' 'kitchen cook --pantry' 'kitchen cook --larder' 'kitchen cook -n' 'kitchen cook --portions'
                set is_value 1
            case 'kitchen shelf clear --before'
                set is_value 1
            case 'kitchen cook' 'kitchen make'
                set path 'kitchen cook'
            case 'kitchen shelf'
                set path 'kitchen shelf'
            case 'kitchen debug'
                set path 'kitchen debug'
            case 'kitchen help'
                set path 'kitchen help'
            case 'kitchen shelf list'
                set path 'kitchen shelf list'
            case 'kitchen shelf clear'
                set path 'kitchen shelf clear'
            case 'kitchen help cook' 'kitchen help make'
                set path 'kitchen help cook'
            case 'kitchen help shelf'
                set path 'kitchen help shelf'
            case 'kitchen help units'
                set path 'kitchen help units'
            case 'kitchen help shelf list'
                set path 'kitchen help shelf list'
            case 'kitchen help shelf clear'
                set path 'kitchen help shelf clear'
            case '* --'
                set is_terminated 1
            case '* -?*'
            case '*'
                set position (math $position + 1)
        end
    end
    test "$path" = $argv[1]; or return 1
    set -q argv[2]; or return 0
    test $position -ge $argv[2] -a $position -le $argv[3]
end

# Offers folders, and files with one of the given extensions.
function __kitchen_paths
    set -l current (string replace -r -- '^--[^=]+=' '' (commandline -ct))
    # The argument of a command that fish does not know is completed with all files.
    complete -C "__kitchen_paths_of_nothing $current" | string match -r -- '^.*(?:/|[.](?:'(string join '|' $argv)'))$'
end

complete -c 'kitchen' -f
complete -c 'kitchen' -n '__kitchen_at \'kitchen\' 0 0' -a 'cook' -d 'Cook a recipe.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\' 0 0' -a 'shelf' -d 'Look after the shelf.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\' 0 0' -a 'help' -d 'Show subcommand help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\'' -l 'version' -d 'Show the version.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\' 0 0' -f -a '(__kitchen_paths recipe)'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\' 1 9999' -f -a 'Ada Brian'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'q' -l 'quick' -d 'Leave out what takes long.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'w' -l 'with' -r -f -d 'Replace an ingredient.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -l 'heat' -r -f -a 'low medium high' -d 'How hot the stove is.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'o' -l 'output' -r -f -a '(__kitchen_paths txt md)' -d 'Where to write.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -l 'pantry' -l 'larder' -r -f -a '(__kitchen_paths /)' -d 'Where to look.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'n' -l 'portions' -r -f -d 'How many eat.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen cook\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\' 0 0' -a 'list' -d 'List what is there.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\' 0 0' -a 'clear' -d 'Throw away.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf list\' 0 0' -f -a 'fresh frozen'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf list\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf list\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf list\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf list\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -l 'before' -r -f -d 'Only what is older.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -l 'dry-run' -d 'Only say what would be thrown away.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen shelf clear\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen debug\'' -l 'color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen debug\'' -l 'no-color' -d 'Colour the output.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen debug\'' -s 'v' -l 'verbose' -d 'Say more.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen debug\'' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen help\' 0 0' -a 'cook' -d 'Cook a recipe.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen help\' 0 0' -a 'shelf' -d 'Look after the shelf.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen help\' 0 0' -a 'units' -d 'What amounts are given in.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen help shelf\' 0 0' -a 'list' -d 'List what is there.'
complete -c 'kitchen' -n '__kitchen_at \'kitchen help shelf\' 0 0' -a 'clear' -d 'Throw away.'
