#include "everything.h"
#include "parameters.h"

void everything(
    input_t input_data[8],
    classes_t classes_out[4],
    skip_t skip_out[6],
    best_t best_out[1]
) {
    HLS_PRAGMA(ARRAY_RESHAPE variable=input_data complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=input_data)
    HLS_PRAGMA(ARRAY_PARTITION variable=classes_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=classes_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=skip_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=skip_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=best_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=best_out)
    HLS_PRAGMA(DATAFLOW)

    input_t input_copy1[8];
    HLS_PRAGMA(ARRAY_PARTITION variable=input_copy1 complete dim=0)

    input_t input_copy2[8];
    HLS_PRAGMA(ARRAY_PARTITION variable=input_copy2 complete dim=0)

    coarse_t coarse_out[8];
    HLS_PRAGMA(ARRAY_PARTITION variable=coarse_out complete dim=0)

    both_t both_out[16];
    HLS_PRAGMA(ARRAY_PARTITION variable=both_out complete dim=0)

    fc1_t fc1_out[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc1_out complete dim=0)

    relu1_t relu1_local[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_local complete dim=0)

    relu1_t relu1_copy1[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_copy1 complete dim=0)

    relu1_t relu1_copy2[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_copy2 complete dim=0)

    relu1_t relu1_copy3[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=relu1_copy3 complete dim=0)

    fc2_t fc2_out[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc2_out complete dim=0)

    fc3_t fc3_out[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc3_out complete dim=0)

    skip_t skip_local[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=skip_local complete dim=0)

    skip_t skip_copy1[6];
    HLS_PRAGMA(ARRAY_PARTITION variable=skip_copy1 complete dim=0)

    fc4_t fc4_out[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=fc4_out complete dim=0)

    classes_t classes_local[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=classes_local complete dim=0)

    classes_t classes_copy1[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=classes_copy1 complete dim=0)

    // input: a copy for each reader
    nnet::copy<8>(input_data, input_copy1, input_copy2);

    // coarse: quantize, [2, 4] to [2, 4]
    nnet::quantize<input_t, coarse_t, config_coarse>(input_copy1, coarse_out);

    // both: concatenate, [2, 4] and [2, 4] to [2, 8]
    nnet::concatenate<both_t, config_both>(both_out, input_copy2, coarse_out);

    // fc1: dense, [16] to [6], latency, reuse factor 2
    nnet::dense_latency<flat_t, fc1_t, config_fc1>(both_out, fc1_out, weight_fc1, bias_fc1);

    // relu1: relu, [6] to [6]
    nnet::relu<fc1_t, relu1_t, config_relu1>(fc1_out, relu1_local);

    // relu1: a copy for each reader
    nnet::copy<6>(relu1_local, relu1_copy1, relu1_copy2, relu1_copy3);

    // fc2: dense, [6] to [6], resource, reuse factor 3
    nnet::dense_resource<relu1_t, fc2_t, config_fc2>(relu1_copy1, fc2_out, weight_fc2, bias_fc2);

    // fc3: dense, [6] to [6], unrolled, reuse factor 2
    nnet::dense_unrolled<relu1_t, fc3_t, config_fc3>(relu1_copy2, fc3_out, weight_fc3, bias_fc3, input_index_fc3, output_index_fc3);

    // skip: add, [6] and [6] and [6] to [6]
    nnet::add<skip_t, config_skip>(skip_local, fc2_out, relu1_copy3, fc3_out);

    // skip: a copy for each reader
    nnet::copy<6>(skip_local, skip_out, skip_copy1);

    // fc4: dense, [6] to [4], resource, reuse factor 12
    nnet::dense_resource<skip_t, fc4_t, config_fc4>(skip_copy1, fc4_out, weight_fc4, bias_fc4);

    // classes: softmax, [4] to [4]
    nnet::softmax<fc4_t, classes_t, config_classes>(fc4_out, classes_local, exp_table_classes, reciprocal_table_classes);

    // classes: a copy for each reader
    nnet::copy<4>(classes_local, classes_out, classes_copy1);

    // best: argmax, [4] to [1]
    nnet::argmax<classes_t, best_t, config_best>(classes_copy1, best_out);
}
