#compdef kitchen
# Completions of kitchen for zsh.

_kitchen() {
    local context state state_descr line result=1
    local -A opt_args
    _arguments -C -s -S \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(--version)--version[Show the version.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]' \
        '1:subcommand:->subcommand' \
        '*::argument:->argument' && result=0
    case $state in
    subcommand)
        local -a subcommands=(
            'cook:Cook a recipe.'
            'shelf:Look after the shelf.'
            'help:Show subcommand help information.'
        )
        _describe -t commands subcommand subcommands && result=0
        ;;
    argument)
        case $line[1] in
        'cook'|'make') _kitchen_cook && result=0 ;;
        'shelf') _kitchen_shelf && result=0 ;;
        'debug') _kitchen_debug && result=0 ;;
        'help') _kitchen_help && result=0 ;;
        esac
        ;;
    esac
    return result
}

_kitchen_cook() {
    _arguments -s -S \
        '(-q --quick)-q[Leave out what takes long.]' \
        '(-q --quick)--quick[Leave out what takes long.]' \
        '*-w[Replace an ingredient.]:name=value: ' \
        '*--with=[Replace an ingredient.]:name=value: ' \
        '(--heat)--heat=[How hot the stove is.]:level:(low medium high)' \
        '(-o --output)-o[Where to write.]:file:_files -g "*.txt *.md"' \
        '(-o --output)--output=[Where to write.]:file:_files -g "*.txt *.md"' \
        '(--pantry --larder)--pantry=[Where to look.]:folder:_files -/' \
        '(--pantry --larder)--larder=[Where to look.]:folder:_files -/' \
        '(-n --portions)-n[How many eat.]:number: ' \
        '(-n --portions)--portions=[How many eat.]:number: ' \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]' \
        ':recipe:_files -g "*.recipe"' \
        '*:guest:(Ada Brian)'
}

_kitchen_shelf() {
    local context state state_descr line result=1
    local -A opt_args
    _arguments -C -s -S \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]' \
        '1:subcommand:->subcommand' \
        '*::argument:->argument' && result=0
    case $state in
    subcommand)
        local -a subcommands=(
            'list:List what is there.'
            'clear:Throw away.'
        )
        _describe -t commands subcommand subcommands && result=0
        ;;
    argument)
        case $line[1] in
        'list') _kitchen_shelf_list && result=0 ;;
        'clear') _kitchen_shelf_clear && result=0 ;;
        esac
        ;;
    esac
    return result
}

_kitchen_shelf_list() {
    _arguments -s -S \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]' \
        '::kind:(fresh frozen)'
}

_kitchen_shelf_clear() {
    _arguments -s -S \
        '(--before)--before=[Only what is older.]:day: ' \
        '(--dry-run)--dry-run[Only say what would be thrown away.]' \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]' \
        '*:item: '
}

_kitchen_debug() {
    _arguments -s -S \
        '(--color --no-color)--color[Colour the output.]' \
        '(--color --no-color)--no-color[Colour the output.]' \
        '(-v --verbose)-v[Say more.]' \
        '(-v --verbose)--verbose[Say more.]' \
        '(-h --help)-h[Show help information.]' \
        '(-h --help)--help[Show help information.]'
}

_kitchen_help() {
    local context state state_descr line result=1
    local -A opt_args
    _arguments -C -s -S \
        '1:subcommand:->subcommand' \
        '*::argument:->argument' && result=0
    case $state in
    subcommand)
        local -a subcommands=(
            'cook:Cook a recipe.'
            'shelf:Look after the shelf.'
            'units:What amounts are given in.'
        )
        _describe -t commands subcommand subcommands && result=0
        ;;
    argument)
        case $line[1] in
        'cook'|'make') _kitchen_help_cook && result=0 ;;
        'shelf') _kitchen_help_shelf && result=0 ;;
        'units') _kitchen_help_units && result=0 ;;
        esac
        ;;
    esac
    return result
}

_kitchen_help_cook() {
    _arguments -s -S \
        :
}

_kitchen_help_shelf() {
    local context state state_descr line result=1
    local -A opt_args
    _arguments -C -s -S \
        '1:subcommand:->subcommand' \
        '*::argument:->argument' && result=0
    case $state in
    subcommand)
        local -a subcommands=(
            'list:List what is there.'
            'clear:Throw away.'
        )
        _describe -t commands subcommand subcommands && result=0
        ;;
    argument)
        case $line[1] in
        'list') _kitchen_help_shelf_list && result=0 ;;
        'clear') _kitchen_help_shelf_clear && result=0 ;;
        esac
        ;;
    esac
    return result
}

_kitchen_help_shelf_list() {
    _arguments -s -S \
        :
}

_kitchen_help_shelf_clear() {
    _arguments -s -S \
        :
}

_kitchen_help_units() {
    _arguments -s -S \
        :
}

if [[ $funcstack[1] == _kitchen ]]; then
    _kitchen "$@"
else
    compdef _kitchen 'kitchen'
fi
