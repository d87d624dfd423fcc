#ifndef DEFINES_H_
#define DEFINES_H_

#include "nnet/platform.h"

// The result type of each layer.
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> input_t;
typedef ap_fixed<5, 3, AP_RND_CONV, AP_SAT_SYM, 0> coarse_t;
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> both_t;
typedef ap_fixed<8, 3, AP_TRN, AP_WRAP, 0> flat_t;
typedef ap_fixed<16, 6, AP_TRN, AP_WRAP, 0> fc1_t;
typedef ap_ufixed<7, 3, AP_RND, AP_SAT, 0> relu1_t;
typedef ap_fixed<15, 6, AP_TRN, AP_WRAP, 0> fc2_t;
typedef ap_fixed<14, 5, AP_TRN, AP_WRAP, 0> fc3_t;
typedef ap_fixed<10, 5, AP_TRN_ZERO, AP_SAT_ZERO, 0> skip_t;
typedef ap_fixed<17, 7, AP_TRN, AP_WRAP, 0> fc4_t;
typedef ap_ufixed<12, 0, AP_RND, AP_SAT, 0> classes_t;
typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> best_t;

#endif
