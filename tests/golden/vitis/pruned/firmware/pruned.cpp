#include "pruned.h"
#include "parameters.h"

void pruned(
    input_t input_data[6],
    fc2_t fc2_out[3]
) {
    HLS_PRAGMA(ARRAY_RESHAPE variable=input_data complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=input_data)
    HLS_PRAGMA(ARRAY_PARTITION variable=fc2_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=fc2_out)
    HLS_PRAGMA(DATAFLOW)

    fc1_t fc1_out[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc1_out complete dim=0)

    relu1_t relu1_out[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_out complete dim=0)

    // fc1: dense, [6] to [4], resource, reuse factor 3
    nnet::dense_pruned_resource<input_t, fc1_t, config_fc1>(input_data, fc1_out, weight_fc1, bias_fc1, lane_fc1);

    // relu1: relu, [4] to [4]
    nnet::relu<fc1_t, relu1_t, config_relu1>(fc1_out, relu1_out);

    // fc2: dense, [4] to [3], unrolled, reuse factor 2
    nnet::dense_unrolled<relu1_t, fc2_t, config_fc2>(relu1_out, fc2_out, weight_fc2, bias_fc2, input_index_fc2, output_index_fc2);
}
