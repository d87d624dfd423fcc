#ifndef PARAMETERS_H_
#define PARAMETERS_H_

#include "defines.h"
#include "nnet/add.h"
#include "nnet/argmax.h"
#include "nnet/concatenate.h"
#include "nnet/dense_latency.h"
#include "nnet/dense_resource.h"
#include "nnet/product.h"
#include "nnet/product_multiply.h"
#include "nnet/quantize.h"
#include "nnet/relu.h"
#include "nnet/softmax.h"
#include "nnet/stream.h"
#include "weights/weight_fc1.h"
#include "weights/bias_fc1.h"
#include "weights/weight_fc2.h"
#include "weights/bias_fc2.h"
#include "weights/exp_table_classes.h"
#include "weights/reciprocal_table_classes.h"

// sharp: quantize, [3, 4] to [3, 4]
struct config_sharp {
    static const unsigned n_in = 4;
};

// both: concatenate, [3, 4] and [3, 4] to [3, 8]
struct config_both {
    static const unsigned n_outer = 1;
    static const unsigned n_out = 8;
    typedef nnet::sizes<4, 4> n_in;
};

// best: argmax, [3, 8] to [3, 1]
struct config_best {
    static const unsigned n_in = 8;
    static const unsigned n_outer = 1;
};

// relu: relu, [12] to [12]
struct config_relu {
    static const unsigned n_in = 4;
};

// fc1: dense, [12] to [12], resource, reuse factor 6
struct config_fc1 {
    static const unsigned n_in = 12;
    static const unsigned n_out = 12;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 6;
    static const unsigned n_zeros = 49;
    static const unsigned lanes = 24;
    static const unsigned lanes_per_output = 2;
    static const unsigned outputs_at_once = 12;
    typedef nnet::product_multiply product;
    typedef ap_fixed<11, 5, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// skip: add, [12] and [12] and [12] to [12]
struct config_skip {
    static const unsigned n_in = 12;
    typedef ap_fixed<12, 6, AP_TRN, AP_WRAP, 0> sum_t;
};

// fc2: dense, [12] to [4], latency, reuse factor 3
struct config_fc2 {
    static const unsigned n_in = 12;
    static const unsigned n_out = 4;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 3;
    static const unsigned n_zeros = 21;
    static const unsigned multiplier_limit = 9;
    typedef nnet::product_multiply product;
    typedef ap_fixed<15, 8, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// classes: softmax, [4] to [4]
struct config_classes {
    static const unsigned n_in = 4;
    static const unsigned n_outer = 1;
    static const unsigned n_inner = 1;
    static const unsigned stable = 1;
    static const unsigned exp_entries = 64;
    static const unsigned reciprocal_entries = 1024;
    static const unsigned sum_fraction = 11;
    static const unsigned max_shift = 2;
    static const unsigned index_bits = 10;
    static const unsigned reciprocal_fraction = 14;
    static const unsigned table_fraction = 14;
    static const unsigned newton = 0;
    typedef ap_ufixed<6, 3, AP_RND, AP_SAT, 0> diff_t;
    typedef ap_ufixed<10, 1, AP_TRN, AP_WRAP, 0> exp_table_t;
    typedef ap_ufixed<15, 1, AP_TRN, AP_WRAP, 0> reciprocal_table_t;
};

#endif
