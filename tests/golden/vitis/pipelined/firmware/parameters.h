#ifndef PARAMETERS_H_
#define PARAMETERS_H_

#include "defines.h"
#include "nnet/add.h"
#include "nnet/argmax.h"
#include "nnet/copy.h"
#include "nnet/dense_latency.h"
#include "nnet/dense_unrolled.h"
#include "nnet/product.h"
#include "nnet/product_multiply.h"
#include "nnet/relu.h"
#include "weights/weight_fc1.h"
#include "weights/bias_fc1.h"
#include "weights/weight_fc2.h"
#include "weights/bias_fc2.h"
#include "weights/input_index_fc2.h"
#include "weights/output_index_fc2.h"

// fc1: dense, [6] to [4], latency, reuse factor 3
struct config_fc1 {
    static const unsigned n_in = 6;
    static const unsigned n_out = 4;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 3;
    static const unsigned n_zeros = 9;
    static const unsigned multiplier_limit = 5;
    typedef nnet::product_multiply product;
    typedef ap_fixed<9, 4, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> bias_t;
};

// relu1: relu, [4] to [4]
struct config_relu1 {
    static const unsigned n_in = 4;
};

// fc2: dense, [4] to [4], unrolled, reuse factor 2
struct config_fc2 {
    static const unsigned n_in = 4;
    static const unsigned n_out = 4;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 2;
    static const unsigned n_zeros = 6;
    static const unsigned multiplier_limit = 5;
    static const unsigned n_products = 10;
    typedef nnet::product_multiply product;
    typedef ap_fixed<10, 5, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<4, 1, AP_TRN, AP_WRAP, 0> bias_t;
    typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> input_index_t;
    typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> output_index_t;
};

// doubled: add, [4] and [4] and [4] to [4]
struct config_doubled {
    static const unsigned n_in = 4;
    typedef ap_fixed<11, 6, AP_TRN, AP_WRAP, 0> sum_t;
};

// best: argmax, [2, 3] to [2, 1]
struct config_best {
    static const unsigned n_in = 3;
    static const unsigned n_outer = 2;
};

#endif
