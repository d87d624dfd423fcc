# Logic synthesis of the RTL that csynth wrote: vivado -mode batch -source vivado_synth.tcl
set root [file dirname [file normalize [info script]]]
cd $root
source project.tcl
add_files ${project_name}_prj/solution1/syn/verilog
synth_design -top $project_name -part $part
opt_design -retarget -propconst -sweep -bram_power_opt -shift_register_opt
report_utilization -file vivado_synth.rpt
report_timing_summary -file vivado_synth_timing.rpt
