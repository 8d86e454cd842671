# Completions of kitchen for bash.

_kitchen_enter() {
    case "$path $word" in
    'kitchen cook'|'kitchen make') path='kitchen cook' ;;
    'kitchen shelf') path='kitchen shelf' ;;
    'kitchen debug') path='kitchen debug' ;;
    'kitchen help') path='kitchen help' ;;
    'kitchen shelf list') path='kitchen shelf list' ;;
    'kitchen shelf clear') path='kitchen shelf clear' ;;
    'kitchen help cook'|'kitchen help make') path='kitchen help cook' ;;
    'kitchen help shelf') path='kitchen help shelf' ;;
    'kitchen help units') path='kitchen help units' ;;
    'kitchen help shelf list') path='kitchen help shelf list' ;;
    'kitchen help shelf clear') path='kitchen help shelf clear' ;;
    *) return 1 ;;
    esac
}

_kitchen_takes_value() {
    case "$path $word" in
    'kitchen --generate-completion-script') ;;
    'kitchen cook -w'|'kitchen cook --with'|'kitchen cook --heat'|'kitchen cook -o'|'kitchen cook --output'|'kitchen cook --pantry'|'kitchen cook --larder'|'kitchen cook -n'|'kitchen cook --portions') ;;
    'kitchen shelf clear --before') ;;
    *) return 1 ;;
    esac
}

_kitchen_value() {
    case "$path $option" in
    'kitchen --generate-completion-script') _kitchen_words 'bash' 'zsh' 'fish' ;;
    'kitchen cook --heat') _kitchen_words 'low' 'medium' 'high' ;;
    'kitchen cook -o'|'kitchen cook --output') _kitchen_paths 'txt' 'md' ;;
    'kitchen cook --pantry'|'kitchen cook --larder') _kitchen_paths / ;;
    esac
}

_kitchen_options() {
    case "$path" in
    'kitchen') _kitchen_words '--color' '--no-color' '-v' '--verbose' '--version' '-h' '--help' ;;
    'kitchen cook') _kitchen_words '-q' '--quick' '-w' '--with' '--heat' '-o' '--output' '--pantry' '--larder' '-n' '--portions' '--color' '--no-color' '-v' '--verbose' '-h' '--help' ;;
    'kitchen shelf') _kitchen_words '--color' '--no-color' '-v' '--verbose' '-h' '--help' ;;
    'kitchen shelf list') _kitchen_words '--color' '--no-color' '-v' '--verbose' '-h' '--help' ;;
    'kitchen shelf clear') _kitchen_words '--before' '--dry-run' '--color' '--no-color' '-v' '--verbose' '-h' '--help' ;;
    'kitchen debug') _kitchen_words '--color' '--no-color' '-v' '--verbose' '-h' '--help' ;;
    esac
}

_kitchen_argument() {
    case "$path $position" in
    'kitchen 0') _kitchen_words 'cook' 'shelf' 'help' ;;
    'kitchen cook 0') _kitchen_paths 'recipe' ;;
    'kitchen cook '*) _kitchen_words 'Ada' 'Brian' ;;
    'kitchen shelf 0') _kitchen_words 'list' 'clear' ;;
    'kitchen shelf list 0') _kitchen_words 'fresh' 'frozen' ;;
    'kitchen help 0') _kitchen_words 'cook' 'shelf' 'units' ;;
    'kitchen help shelf 0') _kitchen_words 'list' 'clear' ;;
    esac
}

# Offers those of the given words that begin like the current one.
_kitchen_words() {
    local candidate
    for candidate in "$@"; do
        if [[ $candidate == "$current"* ]]; then COMPREPLY+=("$prefix$candidate"); fi
    done
}

# Offers folders, and files with one of the given extensions; all files when none is given, no files for '/'.
_kitchen_paths() {
    local candidate extension
    compopt -o filenames 2>/dev/null
    while IFS= read -r candidate; do
        if [[ $# -eq 0 || -d ${candidate/#\~/$HOME} ]]; then
            COMPREPLY+=("$prefix$candidate")
            continue
        fi
        for extension in "$@"; do
            if [[ $candidate == *."$extension" ]]; then
                COMPREPLY+=("$prefix$candidate")
                break
            fi
        done
    done < <(compgen -f -- "$current")
}

_kitchen() {
    local path='kitchen' current="${COMP_WORDS[COMP_CWORD]}" prefix='' option='' word
    local -i index=1 position=0 terminated=0
    COMPREPLY=()
    while ((index < COMP_CWORD)); do
        word="${COMP_WORDS[index]}"
        index+=1
        if ((terminated)); then
            position+=1
            continue
        fi
        case "$word" in
        --) terminated=1 ;;
        -?*)
            if _kitchen_takes_value; then
                # bash gives '--name=value' as three words.
                if ((index < COMP_CWORD)) && [[ ${COMP_WORDS[index]} == '=' ]]; then index+=1; fi
                if ((index < COMP_CWORD)); then index+=1; else option="$word"; fi
            fi
            ;;
        *) _kitchen_enter || position+=1 ;;
        esac
    done
    if [[ -z $option && $terminated -eq 0 && $current == --*=* ]]; then
        # '=' does not separate words in this shell.
        option="${current%%=*}" prefix="${current%%=*}=" current="${current#*=}"
    elif [[ -n $option && $current == '=' ]]; then
        current=''
    fi
    if [[ -n $option ]]; then
        _kitchen_value
    elif [[ $terminated -eq 0 && $current == -* ]]; then
        _kitchen_options
    else
        _kitchen_argument
    fi
}

complete -F _kitchen 'kitchen'
