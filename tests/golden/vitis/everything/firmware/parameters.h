#ifndef PARAMETERS_H_
#define PARAMETERS_H_

#include "defines.h"
#include "nnet/add.h"
#include "nnet/argmax.h"
#include "nnet/concatenate.h"
#include "nnet/copy.h"
#include "nnet/dense_latency.h"
#include "nnet/dense_resource.h"
#include "nnet/dense_unrolled.h"
#include "nnet/product.h"
#include "nnet/product_multiply.h"
#include "nnet/quantize.h"
#include "nnet/relu.h"
#include "nnet/softmax.h"
#include "weights/weight_fc1.h"
#include "weights/bias_fc1.h"
#include "weights/weight_fc2.h"
#include "weights/bias_fc2.h"
#include "weights/weight_fc3.h"
#include "weights/bias_fc3.h"
#include "weights/input_index_fc3.h"
#include "weights/output_index_fc3.h"
#include "weights/weight_fc4.h"
#include "weights/bias_fc4.h"
#include "weights/exp_table_classes.h"
#include "weights/reciprocal_table_classes.h"

// coarse: quantize, [2, 4] to [2, 4]
struct config_coarse {
    static const unsigned n_in = 8;
};

// both: concatenate, [2, 4] and [2, 4] to [2, 8]
struct config_both {
    static const unsigned n_outer = 2;
    static const unsigned n_out = 8;
    typedef nnet::sizes<4, 4> n_in;
};

// fc1: dense, [16] to [6], latency, reuse factor 2
struct config_fc1 {
    static const unsigned n_in = 16;
    static const unsigned n_out = 6;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 2;
    static const unsigned n_zeros = 35;
    static const unsigned multiplier_limit = 31;
    typedef nnet::product_multiply product;
    typedef ap_fixed<16, 6, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// relu1: relu, [6] to [6]
struct config_relu1 {
    static const unsigned n_in = 6;
};

// fc2: dense, [6] to [6], resource, reuse factor 3
struct config_fc2 {
    static const unsigned n_in = 6;
    static const unsigned n_out = 6;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 3;
    static const unsigned n_zeros = 11;
    static const unsigned lanes = 12;
    static const unsigned lanes_per_output = 2;
    static const unsigned outputs_at_once = 6;
    typedef nnet::product_multiply product;
    typedef ap_fixed<15, 6, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// fc3: dense, [6] to [6], unrolled, reuse factor 2
struct config_fc3 {
    static const unsigned n_in = 6;
    static const unsigned n_out = 6;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 2;
    static const unsigned n_zeros = 20;
    static const unsigned multiplier_limit = 8;
    static const unsigned n_products = 16;
    typedef nnet::product_multiply product;
    typedef ap_fixed<14, 5, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
    typedef ap_ufixed<3, 3, AP_TRN, AP_WRAP, 0> input_index_t;
    typedef ap_ufixed<3, 3, AP_TRN, AP_WRAP, 0> output_index_t;
};

// skip: add, [6] and [6] and [6] to [6]
struct config_skip {
    static const unsigned n_in = 6;
    typedef ap_fixed<16, 7, AP_TRN, AP_WRAP, 0> sum_t;
};

// fc4: dense, [6] to [4], resource, reuse factor 12
struct config_fc4 {
    static const unsigned n_in = 6;
    static const unsigned n_out = 4;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 12;
    static const unsigned n_zeros = 9;
    static const unsigned lanes = 2;
    static const unsigned lanes_per_output = 1;
    static const unsigned outputs_at_once = 2;
    typedef nnet::product_multiply product;
    typedef ap_fixed<17, 7, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// classes: softmax, [4] to [4]
struct config_classes {
    static const unsigned n_in = 4;
    static const unsigned n_outer = 1;
    static const unsigned n_inner = 1;
    static const unsigned stable = 1;
    static const unsigned exp_entries = 256;
    static const unsigned reciprocal_entries = 1024;
    static const unsigned sum_fraction = 19;
    static const unsigned max_shift = 2;
    static const unsigned index_bits = 10;
    static const unsigned reciprocal_fraction = 17;
    static const unsigned table_fraction = 14;
    static const unsigned newton = 1;
    typedef ap_ufixed<8, 4, AP_RND, AP_SAT, 0> diff_t;
    typedef ap_ufixed<18, 1, AP_TRN, AP_WRAP, 0> exp_table_t;
    typedef ap_ufixed<15, 1, AP_TRN, AP_WRAP, 0> reciprocal_table_t;
};

// best: argmax, [4] to [1]
struct config_best {
    static const unsigned n_in = 4;
    static const unsigned n_outer = 1;
};

#endif
