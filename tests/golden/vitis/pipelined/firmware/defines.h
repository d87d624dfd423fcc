#ifndef DEFINES_H_
#define DEFINES_H_

#include "nnet/platform.h"

// The result type of each layer.
typedef ap_ufixed<4, 2, AP_TRN, AP_WRAP, 0> input_t;
typedef ap_ufixed<4, 2, AP_TRN, AP_WRAP, 0> flat_t;
typedef ap_fixed<9, 4, AP_TRN, AP_WRAP, 0> fc1_t;
typedef ap_ufixed<5, 3, AP_RND_INF, AP_WRAP, 0> relu1_t;
typedef ap_fixed<10, 5, AP_TRN, AP_WRAP, 0> fc2_t;
typedef ap_fixed<9, 4, AP_TRN, AP_WRAP, 0> doubled_t;
typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> best_t;
typedef ap_ufixed<2, 2, AP_TRN, AP_WRAP, 0> rows_t;

#endif
