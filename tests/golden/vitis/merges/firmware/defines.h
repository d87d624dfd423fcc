#ifndef DEFINES_H_
#define DEFINES_H_

#include "nnet/platform.h"

// The result type of each layer.
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> input_t;
typedef ap_fixed<6, 4, AP_RND_CONV, AP_SAT, 0> coarse_t;
typedef ap_ufixed<5, 1, AP_TRN, AP_SAT, 0> fine_t;
typedef ap_fixed<7, 4, AP_RND_INF, AP_SAT_SYM, 0> difference_t;
typedef ap_fixed<9, 5, AP_RND_ZERO, AP_WRAP, 0> product_t;
typedef ap_fixed<8, 4, AP_RND_CONV, AP_SAT, 0> mean_t;
typedef ap_fixed<8, 4, AP_RND_CONV, AP_SAT, 0> half_t;
typedef ap_fixed<12, 4, AP_TRN_ZERO, AP_SAT, 0> sixth_t;
typedef ap_ufixed<7, 3, AP_TRN, AP_WRAP, 0> largest_t;
typedef ap_fixed<11, 3, AP_TRN, AP_WRAP, 0> smallest_t;
typedef ap_fixed<20, 8, AP_TRN, AP_WRAP, 0> dot_t;
typedef ap_fixed<11, 3, AP_TRN, AP_WRAP, 0> order_t;
typedef ap_fixed<11, 3, AP_TRN, AP_WRAP, 0> middle_t;
typedef ap_fixed<11, 3, AP_TRN, AP_WRAP, 0> row_t;
typedef ap_fixed<11, 3, AP_TRN, AP_WRAP, 0> first_t;

#endif
