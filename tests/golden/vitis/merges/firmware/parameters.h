#ifndef PARAMETERS_H_
#define PARAMETERS_H_

#include "defines.h"
#include "nnet/average.h"
#include "nnet/copy.h"
#include "nnet/dot.h"
#include "nnet/maximum.h"
#include "nnet/minimum.h"
#include "nnet/multiply.h"
#include "nnet/quantize.h"
#include "nnet/relu.h"
#include "nnet/slice.h"
#include "nnet/subtract.h"
#include "nnet/transpose.h"

// coarse: quantize, [2, 3, 2] to [2, 3, 2]
struct config_coarse {
    static const unsigned n_in = 12;
};

// fine: relu, [2, 3, 2] to [2, 3, 2]
struct config_fine {
    static const unsigned n_in = 12;
};

// difference: subtract, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_difference {
    static const unsigned n_in = 12;
    typedef ap_fixed<8, 4, AP_TRN, AP_WRAP, 0> difference_t;
};

// product: multiply, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_product {
    static const unsigned n_in = 12;
    typedef ap_fixed<16, 7, AP_TRN, AP_WRAP, 0> product_t;
};

// mean: average, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_mean {
    static const unsigned n_in = 12;
    static const unsigned divisor = 3;
    static const unsigned guard = 1;
    typedef ap_fixed<9, 5, AP_TRN, AP_WRAP, 0> sum_t;
    typedef ap_fixed<9, 3, AP_TRN, AP_WRAP, 0> quotient_t;
};

// half: average, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_half {
    static const unsigned n_in = 12;
    static const unsigned divisor = 1;
    static const unsigned guard = 0;
    typedef ap_fixed<8, 4, AP_TRN, AP_WRAP, 0> sum_t;
    typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> quotient_t;
};

// sixth: average, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_sixth {
    static const unsigned n_in = 12;
    static const unsigned divisor = 3;
    static const unsigned guard = 3;
    typedef ap_fixed<11, 6, AP_TRN, AP_WRAP, 0> sum_t;
    typedef ap_fixed<13, 3, AP_TRN, AP_WRAP, 0> quotient_t;
};

// largest: maximum, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_largest {
    static const unsigned n_in = 12;
    typedef ap_fixed<8, 4, AP_TRN, AP_WRAP, 0> compared_t;
};

// smallest: minimum, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
struct config_smallest {
    static const unsigned n_in = 12;
    typedef ap_fixed<12, 4, AP_TRN, AP_WRAP, 0> compared_t;
};

// dot: dot, [2, 3, 2] and [2, 3, 2] to [2, 3, 1]
struct config_dot {
    static const unsigned n_in = 2;
    static const unsigned n_outer = 6;
};

// order: transpose, [2, 3, 2] to [2, 2, 3]
struct config_order {
    static const unsigned n_0 = 1;
    static const unsigned stride_0 = 0;
    static const unsigned n_1 = 2;
    static const unsigned stride_1 = 1;
    static const unsigned n_2 = 2;
    static const unsigned stride_2 = 6;
    static const unsigned n_3 = 3;
    static const unsigned stride_3 = 2;
};

// middle: slice, [2, 2, 3] to [2, 2, 2]
struct config_middle {
    static const unsigned n_outer = 4;
    static const unsigned n_in = 3;
    static const unsigned n_out = 2;
    static const unsigned n_inner = 1;
    static const unsigned start = 1;
};

// first: slice, [4, 2] to [2, 2]
struct config_first {
    static const unsigned n_outer = 1;
    static const unsigned n_in = 4;
    static const unsigned n_out = 2;
    static const unsigned n_inner = 2;
    static const unsigned start = 1;
};

#endif
