# Stands in for vivado_hls, vitis_hls and vitis-run: tclsh hls.tcl TOOL ARGUMENTS..
# Every command of the tool is a stub that appends itself to $CALLS; csim_design compiles and runs the bench for real,
# where the tool does: deep inside its own project. Any other command is an error, as Tcl itself says.

set tool [lindex $argv 0]
set arguments [lrange $argv 1 end]
rename exec real_exec

proc record {args} {
    set log [open $::env(CALLS) a]
    puts $log $args
    close $log
}
proc exec {args} {
    record exec {*}$args
}

set sources {}
set benches {}
foreach name {set_top config_compile set_part config_schedule create_clock set_clock_uncertainty csynth_design
              cosim_design export_design} {
    if {[info exists ::env(WITHOUT)] && $::env(WITHOUT) eq $name} {
        continue
    }
    proc $name {args} "record $name {*}\$args"
}
proc open_project {args} {
    record open_project {*}$args
    set ::project [lindex $args end]
}
proc open_solution {args} {
    record open_solution {*}$args
    set ::solution [lindex $args end]
}
proc add_files {args} {
    record add_files {*}$args
    set bench [expr {[lindex $args 0] eq "-tb"}]
    set file [lindex $args $bench]
    if {![file exists $file]} {
        error "add_files: there is no $file"
    }
    if {[file extension $file] ne ".cpp"} {
        return
    }
    set flags [lindex $args end]
    if {$bench} {
        lappend ::benches [list $file $flags]
    } else {
        lappend ::sources [list $file $flags]
    }
}
# vitis_hls knows no -maximum_size.
proc config_array_partition {args} {
    record config_array_partition {*}$args
    if {$::tool ne "vivado_hls"} {
        error "unknown option [lindex $args 0]"
    }
}
proc csim_design {args} {
    record csim_design {*}$args
    set build $::project/$::solution/csim/build
    file mkdir $build
    set objects {}
    foreach source [concat $::sources $::benches] {
        lassign $source file flags
        set object $build/[file rootname [file tail $file]].o
        real_exec g++ {*}$flags -O1 -c -isystem $::env(HEADERS) $file -o $object
        lappend objects $object
    }
    real_exec g++ {*}$objects -o $build/csim.exe
    set here [pwd]
    cd $build
    set failed [catch {real_exec ./csim.exe} output]
    cd $here
    record result $output
    if {$failed} {
        error "csim failed: $output"
    }
}

set argv $arguments
set script [lindex $arguments [expr {[lsearch -regexp $arguments {^(-f|--tcl)$}] + 1}]]
if {$tool eq "vitis-run"} {
    # It does not hand its arguments on.
    set argv {}
}
if {[catch {source $script} message]} {
    puts stderr $message
    exit 1
}
