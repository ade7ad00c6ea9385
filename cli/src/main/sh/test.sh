# `./mailblast test`: sourced by the launcher, because it builds what the command line itself runs from.

tests_help() {
    cat << 'HELP'
Usage: ./mailblast test [--json FILE] [NAME...]
Runs all tests, or those named: a class (MessageIdCodecTest), a pattern (*Import*), or Class#method.
Ends with the line "N passed, N failed"; exits with 1 when one failed, 3 when the build did.
  --json FILE   write {"passed", "failed", "skipped", "seconds"} to FILE; "-" is standard output, and nothing else there
HELP
}

test_reports() {
    find "$root" -path '*/target/surefire-reports/TEST-*.xml' "$@"
}

# Adds up what the test runner left behind: passed failed skipped.
count_tests() {
    test_reports -print0 \
        | xargs -0 -r grep -h -m1 -oE '<testsuite [^>]*>' \
        | awk '
            function of(name,   at) {
                return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
            }
            { run += of("tests"); bad += of("failures") + of("errors"); left += of("skipped") }
            END { printf "%d %d %d\n", run - bad - left, bad, left }'
}

run_tests() {
    local json='' names=() out=1
    while [ $# -gt 0 ]; do
        case "$1" in
            --help | -h) tests_help; exit 0 ;;
            --json)
                [ $# -gt 1 ] || { say '--json needs a file, or - for standard output.'; exit 2; }
                json=$2
                shift
                ;;
            -*) say "Unknown option $1; see ./mailblast test --help."; exit 2 ;;
            *) names+=("$1") ;;
        esac
        shift
    done
    [ "$json" != - ] || out=2
    command -v mvn > /dev/null || { say 'The tests need Maven 3.8 or newer: apt-get install maven.'; exit 3; }

    local arguments=(-B -q -Dstyle.color=never --fail-at-end package) begun=$SECONDS status=0
    if [ ${#names[@]} -gt 0 ]; then
        local pattern
        pattern=$(IFS=,; printf '%s' "${names[*]}")
        arguments+=("-Dtest=$pattern" -Dsurefire.failIfNoSpecifiedTests=false)
    fi
    test_reports -delete
    (cd "$root" && mvn "${arguments[@]}") >&$out 2>&1 || status=$?

    local passed failed skipped
    read -r passed failed skipped < <(count_tests)
    if [ -n "$json" ]; then
        local result
        result=$(printf '{"passed": %d, "failed": %d, "skipped": %d, "seconds": %d}' \
            "$passed" "$failed" "$skipped" $((SECONDS - begun)))
        if [ "$json" = - ]; then printf '%s\n' "$result"; else printf '%s\n' "$result" > "$json"; fi
    fi
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        say 'The build failed before all tests could run.'
        failed=1
        printf '%d passed, %d failed\n' "$passed" "$failed" >&$out
        exit 3
    fi
    if [ $((passed + failed)) -eq 0 ]; then
        say "No test is called ${names[*]}."
        exit 2
    fi
    [ "$skipped" -eq 0 ] || say "$skipped skipped, each with its reason above."
    printf '%d passed, %d failed\n' "$passed" "$failed" >&$out
    [ "$failed" -eq 0 ] || exit 1
}
