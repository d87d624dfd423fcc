#include "streaming.h"
#include "parameters.h"

// sharp: quantize, [3, 4] to [3, 4]
static void process_sharp(
    hls::stream<nnet::array<input_t, 4> > &input_copy1,
    hls::stream<nnet::array<sharp_t, 4> > &sharp_local
) {
    HLS_LABEL(Positions)
    for (unsigned position = 0; position < 3; position++) {
        HLS_PRAGMA(PIPELINE II=1)
        input_t data1[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
        sharp_t result[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
        nnet::read_stream<1>(input_copy1, data1);
        nnet::quantize<input_t, sharp_t, config_sharp>(data1, result);
        nnet::write_stream<1>(result, sharp_local);
    }
}

// both: concatenate, [3, 4] and [3, 4] to [3, 8]
static void process_both(
    hls::stream<nnet::array<input_t, 4> > &input_copy2,
    hls::stream<nnet::array<sharp_t, 4> > &sharp_copy1,
    hls::stream<nnet::array<both_t, 8> > &both_out
) {
    HLS_LABEL(Positions)
    for (unsigned position = 0; position < 3; position++) {
        HLS_PRAGMA(PIPELINE II=1)
        input_t data1[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
        sharp_t data2[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=data2 complete dim=0)
        both_t result[8];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
        nnet::read_stream<1>(input_copy2, data1);
        nnet::read_stream<1>(sharp_copy1, data2);
        nnet::concatenate<both_t, config_both>(result, data1, data2);
        nnet::write_stream<1>(result, both_out);
    }
}

// best: argmax, [3, 8] to [3, 1]
static void process_best(
    hls::stream<nnet::array<both_t, 8> > &both_out,
    hls::stream<nnet::array<best_t, 1> > &best_out
) {
    HLS_LABEL(Positions)
    for (unsigned position = 0; position < 3; position++) {
        HLS_PRAGMA(PIPELINE II=1)
        both_t data1[8];
        HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
        best_t result[1];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
        nnet::read_stream<1>(both_out, data1);
        nnet::argmax<both_t, best_t, config_best>(data1, result);
        nnet::write_stream<1>(result, best_out);
    }
}

// relu: relu, [12] to [12]
static void process_relu(
    hls::stream<nnet::array<sharp_t, 4> > &sharp_copy2,
    hls::stream<nnet::array<relu_t, 4> > &relu_local
) {
    HLS_LABEL(Positions)
    for (unsigned position = 0; position < 3; position++) {
        HLS_PRAGMA(PIPELINE II=1)
        flat_t data1[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
        relu_t result[4];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
        nnet::read_stream<1>(sharp_copy2, data1);
        nnet::relu<flat_t, relu_t, config_relu>(data1, result);
        nnet::write_stream<1>(result, relu_local);
    }
}

// fc1: dense, [12] to [12], resource, reuse factor 6
static void process_fc1(
    hls::stream<nnet::array<relu_t, 4> > &relu_copy1,
    hls::stream<nnet::array<fc1_t, 12> > &fc1_out
) {
    relu_t data1[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
    fc1_t result[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
    nnet::read_stream<3>(relu_copy1, data1);
    nnet::dense_resource<relu_t, fc1_t, config_fc1>(data1, result, weight_fc1, bias_fc1);
    nnet::write_stream<1>(result, fc1_out);
}

// skip: add, [12] and [12] and [12] to [12]
static void process_skip(
    hls::stream<nnet::array<fc1_t, 12> > &fc1_out,
    hls::stream<nnet::array<relu_t, 4> > &relu_copy2,
    hls::stream<nnet::array<skip_t, 12> > &skip_local
) {
    fc1_t data1[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
    relu_t data2[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=data2 complete dim=0)
    skip_t result[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
    nnet::read_stream<1>(fc1_out, data1);
    nnet::read_stream<3>(relu_copy2, data2);
    nnet::add<skip_t, config_skip>(result, data1, data2, data1);
    nnet::write_stream<1>(result, skip_local);
}

// fc2: dense, [12] to [4], latency, reuse factor 3
static void process_fc2(
    hls::stream<nnet::array<skip_t, 12> > &skip_copy1,
    hls::stream<nnet::array<fc2_t, 4> > &fc2_out
) {
    HLS_PRAGMA(PIPELINE II=3)
    skip_t data1[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
    fc2_t result[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
    nnet::read_stream<1>(skip_copy1, data1);
    nnet::dense_latency<skip_t, fc2_t, config_fc2>(data1, result, weight_fc2, bias_fc2);
    nnet::write_stream<1>(result, fc2_out);
}

// classes: softmax, [4] to [4]
static void process_classes(
    hls::stream<nnet::array<fc2_t, 4> > &fc2_out,
    hls::stream<nnet::array<classes_t, 4> > &classes_out
) {
    HLS_PRAGMA(PIPELINE II=1)
    fc2_t data1[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=data1 complete dim=0)
    classes_t result[4];
    HLS_PRAGMA(ARRAY_PARTITION variable=result complete dim=0)
    nnet::read_stream<1>(fc2_out, data1);
    nnet::softmax<fc2_t, classes_t, config_classes>(data1, result, exp_table_classes, reciprocal_table_classes);
    nnet::write_stream<1>(result, classes_out);
}

void streaming(
    hls::stream<nnet::array<input_t, 4> > &input_data,
    hls::stream<nnet::array<classes_t, 4> > &classes_out,
    hls::stream<nnet::array<best_t, 1> > &best_out,
    hls::stream<nnet::array<flat_t, 4> > &flat_out,
    hls::stream<nnet::array<skip_t, 12> > &skip_out
) {
    HLS_PRAGMA(INTERFACE axis port=input_data)
    HLS_PRAGMA(INTERFACE axis port=classes_out)
    HLS_PRAGMA(INTERFACE axis port=best_out)
    HLS_PRAGMA(INTERFACE axis port=flat_out)
    HLS_PRAGMA(INTERFACE axis port=skip_out)
    HLS_PRAGMA(DATAFLOW)

    hls::stream<nnet::array<input_t, 4> > input_copy1("input_copy1");
    HLS_PRAGMA(STREAM variable=input_copy1 depth=2)

    hls::stream<nnet::array<input_t, 4> > input_copy2("input_copy2");
    HLS_PRAGMA(STREAM variable=input_copy2 depth=3)

    hls::stream<nnet::array<sharp_t, 4> > sharp_local("sharp_local");
    HLS_PRAGMA(STREAM variable=sharp_local depth=2)

    hls::stream<nnet::array<sharp_t, 4> > sharp_copy1("sharp_copy1");
    HLS_PRAGMA(STREAM variable=sharp_copy1 depth=2)

    hls::stream<nnet::array<sharp_t, 4> > sharp_copy2("sharp_copy2");
    HLS_PRAGMA(STREAM variable=sharp_copy2 depth=2)

    hls::stream<nnet::array<both_t, 8> > both_out("both_out");
    HLS_PRAGMA(STREAM variable=both_out depth=2)

    hls::stream<nnet::array<relu_t, 4> > relu_local("relu_local");
    HLS_PRAGMA(STREAM variable=relu_local depth=2)

    hls::stream<nnet::array<relu_t, 4> > relu_copy1("relu_copy1");
    HLS_PRAGMA(STREAM variable=relu_copy1 depth=2)

    hls::stream<nnet::array<relu_t, 4> > relu_copy2("relu_copy2");
    HLS_PRAGMA(STREAM variable=relu_copy2 depth=5)

    hls::stream<nnet::array<fc1_t, 12> > fc1_out("fc1_out");
    HLS_PRAGMA(STREAM variable=fc1_out depth=2)

    hls::stream<nnet::array<skip_t, 12> > skip_local("skip_local");
    HLS_PRAGMA(STREAM variable=skip_local depth=2)

    hls::stream<nnet::array<skip_t, 12> > skip_copy1("skip_copy1");
    HLS_PRAGMA(STREAM variable=skip_copy1 depth=2)

    hls::stream<nnet::array<fc2_t, 4> > fc2_out("fc2_out");
    HLS_PRAGMA(STREAM variable=fc2_out depth=5)

    // input: a copy for each reader
    nnet::clone_stream<3>(input_data, input_copy1, input_copy2);

    // sharp: quantize, [3, 4] to [3, 4]
    process_sharp(input_copy1, sharp_local);

    // sharp: a copy for each reader
    nnet::clone_stream<3>(sharp_local, flat_out, sharp_copy1, sharp_copy2);

    // both: concatenate, [3, 4] and [3, 4] to [3, 8]
    process_both(input_copy2, sharp_copy1, both_out);

    // best: argmax, [3, 8] to [3, 1]
    process_best(both_out, best_out);

    // relu: relu, [12] to [12]
    process_relu(sharp_copy2, relu_local);

    // relu: a copy for each reader
    nnet::clone_stream<3>(relu_local, relu_copy1, relu_copy2);

    // fc1: dense, [12] to [12], resource, reuse factor 6
    process_fc1(relu_copy1, fc1_out);

    // skip: add, [12] and [12] and [12] to [12]
    process_skip(fc1_out, relu_copy2, skip_local);

    // skip: a copy for each reader
    nnet::clone_stream<1>(skip_local, skip_out, skip_copy1);

    // fc2: dense, [12] to [4], latency, reuse factor 3
    process_fc2(skip_copy1, fc2_out);

    // classes: softmax, [4] to [4]
    process_classes(fc2_out, classes_out);
}
