# Builds the project with any of
#   vivado_hls -f build_prj.tcl
#   vitis_hls -f build_prj.tcl
#   vitis-run --mode hls --tcl build_prj.tcl
# Steps: reset csim csynth cosim export vsynth; csim and csynth are the default. They are named as trailing arguments
# (vivado_hls, vitis_hls) or in the environment variable HLS_STEPS (all three), which goes first; build.sh sets it.

set root [file dirname [file normalize [info script]]]
cd $root
source project.tcl

set known {reset csim csynth cosim export vsynth}
set steps {}
if {[info exists ::env(HLS_STEPS)]} {
    set steps [split $::env(HLS_STEPS)]
} elseif {[info exists ::argv]} {
    foreach word [join $::argv] {
        # The tools hand their own arguments on: options and this file.
        if {![string match "-*" $word] && ![string match "*.tcl" $word]} {
            lappend steps $word
        }
    }
}
foreach step $steps {
    if {$step ni $known && $step ne ""} {
        puts stderr "error: unknown step $step; the steps are $known"
        exit 2
    }
}
if {[llength [lsearch -all -inline -not $steps ""]] == 0} {
    set steps {csim csynth}
}

# The last releases of vivado_hls know C++11 only, which the firmware keeps to.
set standard "-std=c++14"
set tool [file tail [info nameofexecutable]]
if {[info exists ::env(HLS_TOOL)]} {
    set tool $::env(HLS_TOOL)
}
if {[string match "vivado_hls*" $tool]} {
    set standard "-std=c++0x"
}

if {"reset" in $steps} {
    open_project -reset ${project_name}_prj
} else {
    open_project ${project_name}_prj
}
set_top $project_name
add_files firmware/${project_name}.cpp -cflags $standard
add_files -tb ${project_name}_test.cpp -cflags $standard
add_files -tb tb_data
open_solution solution1
# An option of vivado_hls only; without it arrays of more than 1024 elements are not partitioned.
catch {config_array_partition -maximum_size 4096}
config_compile -name_max_length 80
# Streams: what a pipeline has computed leaves it while it waits for more, as the depths of the FIFOs take for granted. An
# option of Vitis only.
if {[info exists pipeline_style]} {
    catch {config_compile -pipeline_style $pipeline_style}
}
set_part $part
config_schedule -enable_dsp_full_reg=false
create_clock -period $clock_period -name default
set_clock_uncertainty $clock_uncertainty default

if {"csim" in $steps} {
    puts "step: csim"
    csim_design
}
if {"csynth" in $steps} {
    puts "step: csynth"
    csynth_design
}
if {"cosim" in $steps} {
    # The same bench compares every bit of the RTL.
    puts "step: cosim"
    cosim_design -argv "--limit $cosim_vectors"
}
if {"export" in $steps} {
    puts "step: export"
    export_design -format ip_catalog -version 1.0.0
}
if {"vsynth" in $steps} {
    puts "step: vsynth"
    exec vivado -mode batch -source vivado_synth.tcl >@ stdout 2>@ stderr
}
exit 0
