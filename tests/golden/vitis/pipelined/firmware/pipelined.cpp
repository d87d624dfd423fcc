#include "pipelined.h"
#include "parameters.h"

void pipelined(
    input_t input_data[6],
    doubled_t doubled_out[4],
    fc2_t fc2_out[4],
    flat_t flat_out[6],
    rows_t rows_out[2]
) {
    HLS_PRAGMA(ARRAY_RESHAPE variable=input_data complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=input_data)
    HLS_PRAGMA(ARRAY_PARTITION variable=doubled_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=doubled_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=fc2_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=fc2_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=flat_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=flat_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=rows_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=rows_out)
    HLS_PRAGMA(PIPELINE II=3)

    fc1_t fc1_out[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc1_out complete dim=0)

    relu1_t relu1_out[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_out complete dim=0)

    fc2_t fc2_local[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc2_local complete dim=0)

    // input: a copy for each reader
    nnet::copy<6>(input_data, flat_out);

    // fc1: dense, [6] to [4], latency, reuse factor 3
    nnet::dense_latency<flat_t, fc1_t, config_fc1>(input_data, fc1_out, weight_fc1, bias_fc1);

    // relu1: relu, [4] to [4]
    nnet::relu<fc1_t, relu1_t, config_relu1>(fc1_out, relu1_out);

    // fc2: dense, [4] to [4], unrolled, reuse factor 2
    nnet::dense_unrolled<relu1_t, fc2_t, config_fc2>(relu1_out, fc2_local, weight_fc2, bias_fc2, input_index_fc2, output_index_fc2);

    // fc2: a copy for each reader
    nnet::copy<4>(fc2_local, fc2_out);

    // doubled: add, [4] and [4] and [4] to [4]
    nnet::add<doubled_t, config_doubled>(doubled_out, fc2_local, fc2_local, relu1_out);

    // best: argmax, [2, 3] to [2, 1]
    nnet::argmax<input_t, best_t, config_best>(input_data, rows_out);
}
