#ifndef PARAMETERS_H_
#define PARAMETERS_H_

#include "defines.h"
#include "nnet/dense_pruned_resource.h"
#include "nnet/dense_unrolled.h"
#include "nnet/product.h"
#include "nnet/product_multiply.h"
#include "nnet/product_shifted.h"
#include "nnet/relu.h"
#include "weights/weight_fc1.h"
#include "weights/bias_fc1.h"
#include "weights/lane_fc1.h"
#include "weights/weight_fc2.h"
#include "weights/bias_fc2.h"
#include "weights/input_index_fc2.h"
#include "weights/output_index_fc2.h"

// fc1: dense, [6] to [4], resource, reuse factor 3
struct config_fc1 {
    static const unsigned n_in = 6;
    static const unsigned n_out = 4;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 3;
    static const unsigned n_zeros = 20;
    static const unsigned lanes = 3;
    static const unsigned lanes_per_output = 2;
    static const unsigned outputs_at_once = 4;
    static const unsigned max_shift = 1;
    typedef nnet::product_shifted product;
    typedef nnet::sizes<1, 0, 1, 0> shifts;
    typedef ap_fixed<15, 5, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<13, 3, AP_TRN, AP_WRAP, 0> dot_t;
    typedef ap_fixed<5, 0, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
    typedef ap_ufixed<3, 3, AP_TRN, AP_WRAP, 0> lane_t;
};

// relu1: relu, [4] to [4]
struct config_relu1 {
    static const unsigned n_in = 4;
};

// fc2: dense, [4] to [3], unrolled, reuse factor 2
struct config_fc2 {
    static const unsigned n_in = 4;
    static const unsigned n_out = 3;
    static const unsigned groups = 1;
    static const unsigned reuse_factor = 2;
    static const unsigned n_zeros = 5;
    static const unsigned multiplier_limit = 4;
    static const unsigned n_products = 7;
    typedef nnet::product_multiply product;
    typedef ap_fixed<13, 5, AP_TRN, AP_WRAP, 0> accum_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> weight_t;
    typedef ap_fixed<6, 1, AP_TRN, AP_WRAP, 0> bias_t;
    typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> input_index_t;
    typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> output_index_t;
};

#endif
