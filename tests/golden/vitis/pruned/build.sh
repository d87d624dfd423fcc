#!/bin/sh
# Builds the project with the HLS tool that is installed.
set -eu
cd "$(dirname "$0")"

usage() {
    cat <<'END'
usage: ./build.sh [--tool TOOL] [STEP..]

steps: reset csim csynth cosim export vsynth (default: csim csynth)
tools: vitis-run, vitis_hls, vivado_hls with build_prj.tcl, v++ with hls_config.cfg (csynth and the packaged IP only);
       the first of them that is found is taken
END
}

tool=
steps=
while [ $# -gt 0 ]; do
    case "$1" in
    --help | -h)
        usage
        exit 0
        ;;
    --tool)
        if [ $# -lt 2 ]; then
            echo "error: --tool needs a name" >&2
            exit 2
        fi
        tool=$2
        shift 2
        ;;
    reset | csim | csynth | cosim | export | vsynth)
        steps="$steps $1"
        shift
        ;;
    *)
        echo "error: unexpected argument $1" >&2
        usage >&2
        exit 2
        ;;
    esac
done

if [ -z "$tool" ]; then
    for candidate in vitis-run vitis_hls vivado_hls v++; do
        if command -v "$candidate" >/dev/null 2>&1; then
            tool=$candidate
            break
        fi
    done
fi
if [ -z "$tool" ]; then
    echo "error: none of vitis-run, vitis_hls, vivado_hls, v++ is on the PATH; source the tool's settings64.sh first" >&2
    exit 1
fi

HLS_STEPS=${steps# }
HLS_TOOL=$tool
export HLS_STEPS HLS_TOOL
case "$tool" in
vitis-run) exec vitis-run --mode hls --tcl build_prj.tcl ;;
vitis_hls | vivado_hls) exec "$tool" -f build_prj.tcl ;;
v++)
    for step in $steps; do
        case "$step" in
        csynth | export) ;;
        *)
            echo "error: v++ does csynth and export in one run; $step needs one of the other tools" >&2
            exit 2
            ;;
        esac
    done
    exec v++ -c --mode hls --config hls_config.cfg --work_dir pruned_work
    ;;
*)
    echo "error: unknown tool $tool; the tools are vitis-run, vitis_hls, vivado_hls, v++" >&2
    exit 2
    ;;
esac
