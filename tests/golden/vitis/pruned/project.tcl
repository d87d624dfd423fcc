# What build_prj.tcl and vivado_synth.tcl build.
set project_name pruned
set part xcvu13p-flga2577-2-e
set clock_period 5
set clock_uncertainty 27%
set cosim_vectors 100
